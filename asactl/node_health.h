/* SPDX-License-Identifier: Apache-2.0
 *
 * What asa-health of this machine's httpd answers, as a balancer would ask it.
 */
#ifndef ASACTL_NODE_HEALTH_H
#define ASACTL_NODE_HEALTH_H

#include "asactl/node_facts.h"
#include "asactl/settings.h"

/* Asks at each <Location> of the handler that the status page tells, 8 at most, each at its own
 * port of the address that httpd in settings names; where the PROXY protocol is expected, nobody
 * but the balancer can ask.  asactl_node_health_t; takes some seconds at most for each. */
const apr_array_header_t *asactl_node_health_ask(apr_pool_t *pool,
                                                 const asactl_settings_t *settings,
                                                 const asactl_node_served_t *served);

#endif
