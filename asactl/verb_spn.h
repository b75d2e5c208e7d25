/* SPDX-License-Identifier: Apache-2.0
 *
 * The verbs spn query, add, remove, list and duplicates, as verb.h wants them.
 */
#ifndef ASACTL_VERB_SPN_H
#define ASACTL_VERB_SPN_H

#include "asactl/verb.h"

asactl_exit_code_t asactl_verb_spn_query(const asactl_run_t *run);
asactl_exit_code_t asactl_verb_spn_add(const asactl_run_t *run);
asactl_exit_code_t asactl_verb_spn_remove(const asactl_run_t *run);
asactl_exit_code_t asactl_verb_spn_list(const asactl_run_t *run);
asactl_exit_code_t asactl_verb_spn_duplicates(const asactl_run_t *run);

#endif
