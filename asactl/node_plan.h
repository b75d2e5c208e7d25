/* SPDX-License-Identifier: Apache-2.0
 *
 * What a node's key table must hold after keys of an account arrived or went.
 *
 * Keys of other accounts and of the node itself stay as they are.  Of the account, Latest and
 * Previous stay, and an older key as long as a ticket sealed with it can be alive.  Names that the
 * account's keys have besides its own (aliases) are given to new keys too.
 *
 * Pure; results live in the pool, keys point to the lists given.
 */
#ifndef ASACTL_NODE_PLAN_H
#define ASACTL_NODE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "asactl/node_report.h"
#include "asactl/outcome.h"
#include "core/keytab_format.h"

/* How long a key that is neither Latest nor Previous stays after the next one came: a service
 * ticket lives 600 minutes (MaxServiceAge), clocks may differ by 5 on either side, and the
 * directory may change up to an hour after the next key came here: who stages must change it within
 * that time. */
#define ASACTL_NODE_PLAN_TICKET_LIFE (670 * 60)

typedef struct asactl_node_plan_t {
    asa_keys_t held;             /* the key table that is there; none: an empty list */
    asa_keys_t arriving;         /* none: the account's keys go */
    const char *account, *realm; /* account: as asactl_node_report_is_account takes it */
    const char *const *node_names;
    size_t node_name_count;
    uint32_t now;         /* seconds since 1970 */
    uint32_t ticket_life; /* seconds; 0: ASACTL_NODE_PLAN_TICKET_LIFE */
    bool settled, force;  /* as in node_request.h */
    const asactl_node_key_name_t *unused;
    size_t unused_count;
} asactl_node_plan_t;

/* The new content and whether it differs from the old.  An empty list: the file is to go.  Refused:
 * keys of another account or realm, older keys than are there, a table that serves another account.
 */
bool asactl_node_plan_install(apr_pool_t *pool, const asactl_node_plan_t *plan, asa_keys_t *out,
                              bool *changed, asactl_outcome_t *outcome);
bool asactl_node_plan_remove(apr_pool_t *pool, const asactl_node_plan_t *plan, asa_keys_t *out,
                             bool *changed, asactl_outcome_t *outcome);

/* Only the account's keys, with its own name. */
void asactl_node_plan_export(apr_pool_t *pool, const asactl_node_plan_t *plan, asa_keys_t *out);

#endif
