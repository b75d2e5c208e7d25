/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs about nodes: node status, install, remove and serve on the node itself; status and copy
 * from anywhere.
 */
#ifndef ASACTL_VERB_NODE_H
#define ASACTL_VERB_NODE_H

#include "asactl/verb.h"

asactl_exit_code_t asactl_verb_node_status(const asactl_run_t *run);
asactl_exit_code_t asactl_verb_node_install(const asactl_run_t *run);
asactl_exit_code_t asactl_verb_node_remove(const asactl_run_t *run);
asactl_exit_code_t asactl_verb_node_serve(const asactl_run_t *run);

#endif
