/* SPDX-License-Identifier: Apache-2.0
 *
 * doctor: checks the directory, the network, the nodes and the schedule, and names a remedy for
 * whatever is wrong.
 */
#ifndef ASACTL_VERB_DOCTOR_H
#define ASACTL_VERB_DOCTOR_H

#include "asactl/verb.h"

asactl_exit_code_t asactl_verb_doctor(const asactl_run_t *run);

#endif
