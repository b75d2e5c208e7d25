/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes, unites and tries the keys of a roll.
 */
#include "asactl/roll_keys.h"

#include <string.h>
#include <time.h>

#include "asactl/node_opening.h"
#include "core/account_key.h"

#define ALLOWS_RC4 4u /* of msDS-SupportedEncryptionTypes; unset means RC4 too */

bool asactl_roll_keys_make(apr_pool_t *pool, const asactl_account_t *account, const char *realm,
                           uint32_t kvno, const asactl_password_t *password, asa_keys_t *out,
                           asactl_outcome_t *outcome)
{
    static const int32_t etypes[] = {ASA_ETYPE_AES256, ASA_ETYPE_AES128, ASA_ETYPE_RC4};
    bool rc4 = account->enctypes == 0 || (account->enctypes & ALLOWS_RC4) != 0;
    asa_account_password_t of = {.principal = account->sam,
                                 .realm = realm,
                                 .utf8 = (const unsigned char *)password->text,
                                 .len = password->text_len,
                                 .salt = asa_account_key_next_salt(pool, realm, account->sam,
                                                                   account->computer, account->upn),
                                 .kvno = kvno,
                                 .timestamp = (uint32_t)time(NULL),
                                 .etypes = etypes,
                                 .etype_count = rc4 ? 3 : 2};
    const char *defect;

    if (of.salt == NULL) {
        return asactl_outcome_fail(
            outcome, ASACTL_FAILED,
            "Give it one like name@realm, with one @ and without a backslash, or none.", pool,
            "the userPrincipalName of %s, %s, leaves open which keys its next password will have",
            account->sam, account->upn);
    }
    defect = asa_account_key_derive(pool, &of, out);
    return defect == NULL || asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, pool, "%s", defect);
}

static bool same(const asa_key_t *a, const asa_key_t *b)
{
    return a->kvno == b->kvno && a->etype == b->etype && a->len == b->len &&
           memcmp(a->bytes, b->bytes, a->len) == 0;
}

static bool listed(const asa_keys_t *keys, const asa_key_t *key)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (same(&keys->keys[i], key)) {
            return true;
        }
    }
    return false;
}

void asactl_roll_keys_unite(apr_pool_t *pool, const asa_keys_t *lists, size_t count,
                            asa_keys_t *out)
{
    size_t most = 0;
    asa_key_t *all;

    for (size_t i = 0; i < count; i++) {
        most += lists[i].count;
    }
    all = apr_palloc(pool, (most + 1) * sizeof *all);
    *out = (asa_keys_t){all, 0};
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < lists[i].count; j++) {
            if (!listed(out, &lists[i].keys[j])) {
                all[out->count++] = lists[i].keys[j];
            }
        }
    }
}

const asactl_roll_held_t *asactl_roll_keys_ids(apr_pool_t *pool, const asa_keys_t *keys)
{
    asactl_roll_held_t *ids = apr_palloc(pool, (keys->count + 1) * sizeof *ids);

    for (size_t i = 0; i < keys->count; i++) {
        ids[i] = (asactl_roll_held_t){keys->keys[i].kvno, asa_account_key_id(pool, &keys->keys[i])};
    }
    return ids;
}

const char *asactl_roll_keys_opener(apr_pool_t *pool, const asa_keys_t *keys,
                                    const asactl_kdc_ticket_t *ticket)
{
    asactl_node_opening_t opening;

    asactl_node_opening_try(pool, asa_keyring_make(pool, keys, NULL, 0), NULL, ticket, &opening);
    return opening.id;
}

void asactl_roll_keys_select(apr_pool_t *pool, const asa_keys_t *keys, uint32_t kvno,
                             const asactl_roll_key_t *key, asa_keys_t *out)
{
    asa_key_t *chosen = apr_palloc(pool, (keys->count + 1) * sizeof *chosen);

    *out = (asa_keys_t){chosen, 0};
    for (size_t i = 0; i < keys->count; i++) {
        if (keys->keys[i].kvno == kvno &&
            (key == NULL || asactl_roll_plan_is(key, asa_account_key_id(pool, &keys->keys[i])))) {
            chosen[out->count++] = keys->keys[i];
        }
    }
}
