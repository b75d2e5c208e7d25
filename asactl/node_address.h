/* SPDX-License-Identifier: Apache-2.0
 *
 * At which address of this machine, and of no other, its httpd is asked.
 */
#ifndef ASACTL_NODE_ADDRESS_H
#define ASACTL_NODE_ADDRESS_H

#include "asactl/settings.h"

typedef struct asactl_node_address_t {
    const char *number; /* NULL: there is none */
    const char *all;    /* those that came into question, "fd77::11, 10.77.0.11" */
    const char *error;  /* why there is none, a sentence */
} asactl_node_address_t;

/* settings: httpd, and status for its port (443 without a page).  Of several addresses the first at
 * which something listens; where nothing does, the first.  Strings live in the pool. */
void asactl_node_address_find(apr_pool_t *pool, const asactl_settings_t *settings,
                              asactl_node_address_t *out);

#endif
