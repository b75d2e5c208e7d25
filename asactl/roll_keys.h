/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys that a roll works with: those that the nodes hold and those of the next password.
 *
 * Keys are secrets; they live, and are wiped, with the lists that they came in.
 */
#ifndef ASACTL_ROLL_KEYS_H
#define ASACTL_ROLL_KEYS_H

#include "asactl/directory.h"
#include "asactl/kdc.h"
#include "asactl/password.h"
#include "asactl/roll_plan.h"
#include "core/keytab_format.h"

/* The keys of a password that is still to be set; ASACTL_FAILED if the account's names leave open
 * which they will be. */
bool asactl_roll_keys_make(apr_pool_t *pool, const asactl_account_t *account, const char *realm,
                           uint32_t kvno, const asactl_password_t *password, asa_keys_t *out,
                           asactl_outcome_t *outcome);

/* Every key of the lists once. */
void asactl_roll_keys_unite(apr_pool_t *pool, const asa_keys_t *lists, size_t count,
                            asa_keys_t *out);

/* Id and kvno of each, in their order. */
const asactl_roll_held_t *asactl_roll_keys_ids(apr_pool_t *pool, const asa_keys_t *keys);

/* The id of the key that opens the ticket; NULL if none does. */
const char *asactl_roll_keys_opener(apr_pool_t *pool, const asa_keys_t *keys,
                                    const asactl_kdc_ticket_t *ticket);

/* Those with this kvno; with these ids too unless key is NULL. */
void asactl_roll_keys_select(apr_pool_t *pool, const asa_keys_t *keys, uint32_t kvno,
                             const asactl_roll_key_t *key, asa_keys_t *out);

#endif
