/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks whether SELinux or AppArmor guards this machine, and what they refused lately.
 *
 * Reads at most the last 256 KiB of /var/log/audit/audit.log, else of /var/log/kern.log.
 */
#ifndef ASACTL_NODE_GUARD_H
#define ASACTL_NODE_GUARD_H

#include "asactl/node_denial.h"

/* root: "" for this machine as it runs, else a folder below which its files lie. */
void asactl_node_guard_look(apr_pool_t *pool, const char *root,
                            const asactl_node_denial_scope_t *scope, asactl_node_guard_t *out);

#endif
