/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks into the HttpProxy logs of this machine: are they there, and what do their newest lines
 * prove?
 *
 * The folders belong to the user that httpd runs as: no symbolic link in them is followed, and what
 * is read is bounded: of each protocol's newest file the last 512 KiB.
 */
#ifndef ASACTL_NODE_LOGS_H
#define ASACTL_NODE_LOGS_H

#include "asactl/node_facts.h"

/* The newest requests, 1,000 at most, each protocol with the same share. */
void asactl_node_logs_look(apr_pool_t *pool, const char *folder, asactl_node_log_t *out);

#endif
