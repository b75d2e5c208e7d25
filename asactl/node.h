/* SPDX-License-Identifier: Apache-2.0
 *
 * Nodes, for the other verbs: ask many at once for a report, or send them keys.
 *
 * "localhost" is this machine without ssh; every other name is reached over ssh, where "asactl node
 * serve" answers.  All nodes are asked at the same time, each with its own deadline; one that fails
 * does not hold up or harm the others.
 */
#ifndef ASACTL_NODE_H
#define ASACTL_NODE_H

#include "asactl/node_request.h"
#include "asactl/settings.h"

/* nodes: const char *.  answers has room for one each, in the same order.  True if every one is
 * ASACTL_OK. */
bool asactl_node_ask(apr_pool_t *pool, const asactl_settings_t *settings,
                     const asactl_node_request_t *request, const apr_array_header_t *nodes,
                     asactl_node_answer_t *answers);

/* The same with a request of its own for each node: requests has one for each, in the same order.
 */
bool asactl_node_ask_each(apr_pool_t *pool, const asactl_settings_t *settings,
                          const asactl_node_request_t *requests, const apr_array_header_t *nodes,
                          asactl_node_answer_t *answers);

#endif
