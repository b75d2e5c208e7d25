/* SPDX-License-Identifier: Apache-2.0
 *
 * The sealed part of a ticket on its way to a node, which is to open it with its keys.
 *
 * Without the key of the service nobody can use it for anything.  A request from another machine is
 * hostile: bounded and checked.  Pure; strings live in the pool given.
 */
#ifndef ASACTL_NODE_TICKET_H
#define ASACTL_NODE_TICKET_H

#include <stdbool.h>

#include <jansson.h>

#include "asactl/kdc.h"

/* {"etype", "kvno", "cipher": base64}; NULL becomes null; the caller owns it. */
json_t *asactl_node_ticket_json(apr_pool_t *pool, const asactl_kdc_ticket_t *ticket);

/* NULL (a member that lacks) and null are no ticket. */
bool asactl_node_ticket_parse(apr_pool_t *pool, const json_t *json,
                              const asactl_kdc_ticket_t **out);

#endif
