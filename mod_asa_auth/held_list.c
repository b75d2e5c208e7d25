/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists the keys in use within a fixed size.
 */
#include "mod_asa_auth/held_list.h"

#include <stdbool.h>
#include <string.h>

#include <apr_strings.h>

#include "core/account_key.h"

/* A name as long as all the room does not fit: its NUL is missing. */
#define NOWHERE MOD_ASA_HELD_LIST_NAMES

/* Where the name stands among those that are there, or is put behind them; NOWHERE: no room. */
static size_t place(mod_asa_held_list_t *list, size_t *used, const char *name)
{
    size_t len = strlen(name) + 1;
    size_t at = 0;

    while (at < *used) {
        if (strcmp(list->names + at, name) == 0) {
            return at;
        }
        at += strlen(list->names + at) + 1;
    }
    if (len > sizeof list->names - *used) {
        return NOWHERE;
    }
    memcpy(list->names + *used, name, len);
    *used += len;
    return at;
}

/* The same key, by another of its account's names. */
static bool listed(const mod_asa_held_list_t *list, const char *account, const asa_key_t *key,
                   const char *id)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->keys[i].kvno == key->kvno && strcmp(list->keys[i].id, id) == 0 &&
            strcmp(mod_asa_held_list_account(list, i), account) == 0) {
            return true;
        }
    }
    return false;
}

static void add(apr_pool_t *pool, const asa_keyring_t *ring, size_t index, size_t *used,
                mod_asa_held_list_t *list)
{
    const asa_key_t *key = asa_keyring_key(ring, index);
    const char *id = asa_account_key_id(pool, key);
    const char *name = asa_keyring_account_name(ring, index);
    mod_asa_held_list_key_t row = {.kvno = key->kvno};
    size_t account, realm;

    if (listed(list, name, key, id)) {
        return;
    }
    account = list->count < MOD_ASA_HELD_LIST_KEYS ? place(list, used, name) : NOWHERE;
    realm = account != NOWHERE ? place(list, used, key->realm) : NOWHERE;
    if (realm == NOWHERE) {
        list->more++;
        return;
    }
    row.account = (uint16_t)account;
    row.realm = (uint16_t)realm;
    apr_cpystrn(row.id, id, sizeof row.id);
    list->keys[list->count++] = row;
}

void mod_asa_held_list_make(apr_pool_t *pool, const asa_keyring_t *ring, mod_asa_held_list_t *out)
{
    static const asa_key_slot_t order[] = {ASA_KEY_LATEST, ASA_KEY_PREVIOUS, ASA_KEY_OWN,
                                           ASA_KEY_OLDER};
    size_t used = 0;

    memset(out, 0, sizeof *out);
    for (size_t slot = 0; slot < sizeof order / sizeof *order; slot++) {
        for (size_t i = 0; i < asa_keyring_count(ring); i++) {
            if (asa_keyring_slot(ring, i) == order[slot]) {
                add(pool, ring, i, &used, out);
            }
        }
    }
}

const char *mod_asa_held_list_account(const mod_asa_held_list_t *list, size_t index)
{
    return index < list->count ? list->names + list->keys[index].account : "";
}

const char *mod_asa_held_list_realm(const mod_asa_held_list_t *list, size_t index)
{
    return index < list->count ? list->names + list->keys[index].realm : "";
}
