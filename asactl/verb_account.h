/* SPDX-License-Identifier: Apache-2.0
 *
 * The verbs account create, show, disable and delete, as verb.h wants them.
 */
#ifndef ASACTL_VERB_ACCOUNT_H
#define ASACTL_VERB_ACCOUNT_H

#include "asactl/verb.h"

asactl_exit_code_t asactl_verb_account_create(const asactl_run_t *run);
asactl_exit_code_t asactl_verb_account_show(const asactl_run_t *run);
asactl_exit_code_t asactl_verb_account_disable(const asactl_run_t *run);
asactl_exit_code_t asactl_verb_account_delete(const asactl_run_t *run);

#endif
