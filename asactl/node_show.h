/* SPDX-License-Identifier: Apache-2.0
 *
 * What nodes answered, for people and for programs: the same in every verb that asks them.
 */
#ifndef ASACTL_NODE_SHOW_H
#define ASACTL_NODE_SHOW_H

#include "asactl/node_request.h"

/* A table with a row for every account of every node: Latest, Previous, encryption types, file.
 * account: only this one, and a row for it where there is none; NULL: all but the nodes' own.
 * kvno: what the directory has, compared with Latest; 0: not asked.  workers: what they hold, too.
 */
void asactl_node_show_table(apr_pool_t *pool, const asactl_node_answer_t *answers, size_t count,
                            const char *account, uint32_t kvno, bool workers);

/* {"node", "code", "error", "remedy", "changed", "seconds", "report"}; the caller owns it. */
json_t *asactl_node_show_json(const asactl_node_answer_t *answer);

/* A failure line on stderr for each node that failed (nothing with --json), and the exit code of
 * the first; ASACTL_OK if none did. */
asactl_exit_code_t asactl_node_show_failures(const asactl_node_answer_t *answers, size_t count);

#endif
