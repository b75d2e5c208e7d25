/* SPDX-License-Identifier: Apache-2.0
 *
 * This machine looks at itself: what a request to examine asks beside the report.
 *
 * Reads files and asks its own httpd; changes nothing.  Blocks for some seconds at most.
 */
#ifndef ASACTL_NODE_EXAMINE_H
#define ASACTL_NODE_EXAMINE_H

#include "asactl/node_facts.h"
#include "asactl/node_request.h"
#include "asactl/settings.h"

/* ring: the keys of this machine's key table; NULL: it cannot be read.  report: this machine's; its
 * workers are filled here. */
void asactl_node_examine(apr_pool_t *pool, const asactl_settings_t *settings,
                         const asactl_node_request_t *request, const asa_keyring_t *ring,
                         asactl_node_report_t *report, asactl_node_facts_t *out);

#endif
