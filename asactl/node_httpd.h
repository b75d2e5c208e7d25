/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks the httpd of this machine, and of no other, which keys its workers hold and what it serves.
 */
#ifndef ASACTL_NODE_HTTPD_H
#define ASACTL_NODE_HTTPD_H

#include "asactl/node_served.h"
#include "asactl/node_workers.h"
#include "asactl/settings.h"

/* settings: status (NULL: nothing is asked), httpd and ca.  Takes a few seconds at most. */
void asactl_node_httpd_ask(apr_pool_t *pool, const asactl_settings_t *settings,
                           asactl_node_workers_t *out);

/* The same, and what it serves.  NULL, or a sentence that says why that cannot be seen: the page is
 * not there (then *out says so too), or it is of an older module. */
const char *asactl_node_httpd_look(apr_pool_t *pool, const asactl_settings_t *settings,
                                   asactl_node_workers_t *out, asactl_node_served_t *served);

#endif
