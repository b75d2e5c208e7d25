/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens a ticket of the account with a node's keys: which of them does it, or why none.
 *
 * Pure; strings live in the pool given, or as long as the ring.
 */
#ifndef ASACTL_NODE_OPENING_H
#define ASACTL_NODE_OPENING_H

#include "asactl/kdc.h"
#include "asactl/node_facts.h"
#include "core/keyring.h"

/* account: whose ticket it is; NULL: not known.  Asked stays false without memory only. */
void asactl_node_opening_try(apr_pool_t *pool, const asa_keyring_t *ring, const char *account,
                             const asactl_kdc_ticket_t *ticket, asactl_node_opening_t *out);

#endif
