/* SPDX-License-Identifier: Apache-2.0
 *
 * The key table of this machine: does what a request says, and reports.
 *
 * Changes hold the lock of the key table's folder from reading to writing, so two of them never
 * interleave; after a failure the old key table is there unchanged.
 */
#ifndef ASACTL_NODE_LOCAL_H
#define ASACTL_NODE_LOCAL_H

#include "asactl/node_request.h"
#include "asactl/settings.h"

/* settings: keytab, owner, group, mode; status, httpd and ca for ASACTL_NODE_STATUS and
 * ASACTL_NODE_EXAMINE and ASACTL_NODE_VISIT. */
void asactl_node_local_do(apr_pool_t *pool, const asactl_settings_t *settings,
                          const asactl_node_request_t *request, asactl_node_answer_t *answer);

#endif
