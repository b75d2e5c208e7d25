/* SPDX-License-Identifier: Apache-2.0
 *
 * Which keys are in use, in a form of fixed size that shared memory can hold.  Never a key.
 *
 * Each key is listed once, whatever names it has, likeliest first; what does not fit is counted.
 * Pure, any thread.
 */
#ifndef MOD_ASA_AUTH_HELD_LIST_H
#define MOD_ASA_AUTH_HELD_LIST_H

#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>

#include "core/keyring.h"

#define MOD_ASA_HELD_LIST_KEYS  24
#define MOD_ASA_HELD_LIST_NAMES 512

typedef struct mod_asa_held_list_key_t {
    uint32_t kvno;
    uint16_t account, realm; /* where they begin in names */
    char id[12];             /* asa_account_key_id */
} mod_asa_held_list_key_t;

typedef struct mod_asa_held_list_t {
    uint32_t count;
    uint32_t more; /* keys that are held besides and not listed */
    mod_asa_held_list_key_t keys[MOD_ASA_HELD_LIST_KEYS];
    char names[MOD_ASA_HELD_LIST_NAMES]; /* each ends in NUL */
} mod_asa_held_list_t;

void mod_asa_held_list_make(apr_pool_t *pool, const asa_keyring_t *ring, mod_asa_held_list_t *out);

/* Of a key on the list; "" for an index beyond it. */
const char *mod_asa_held_list_account(const mod_asa_held_list_t *list, size_t index);
const char *mod_asa_held_list_realm(const mod_asa_held_list_t *list, size_t index);

#endif
