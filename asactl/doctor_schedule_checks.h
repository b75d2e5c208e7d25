/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of doctor: the unattended roll of this machine.
 *
 * Pure: facts in, findings out.
 */
#ifndef ASACTL_DOCTOR_SCHEDULE_CHECKS_H
#define ASACTL_DOCTOR_SCHEDULE_CHECKS_H

#include "asactl/doctor_facts.h"
#include "asactl/doctor_findings.h"

void asactl_doctor_check_schedule(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_schedule_result(const asactl_doctor_facts_t *facts,
                                         asactl_doctor_list_t *list);

#endif
