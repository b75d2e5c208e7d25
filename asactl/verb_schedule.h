/* SPDX-License-Identifier: Apache-2.0
 *
 * The verbs schedule create, schedule show, schedule remove: an unattended roll.
 */
#ifndef ASACTL_VERB_SCHEDULE_H
#define ASACTL_VERB_SCHEDULE_H

#include "asactl/verb.h"

asactl_exit_code_t asactl_verb_schedule_create(const asactl_run_t *run);
asactl_exit_code_t asactl_verb_schedule_show(const asactl_run_t *run);
asactl_exit_code_t asactl_verb_schedule_remove(const asactl_run_t *run);

#endif
