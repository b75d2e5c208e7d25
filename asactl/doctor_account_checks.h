/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of doctor: the account, and what each domain controller says of it.
 *
 * Pure: facts in, findings out.  What a check needs (doctor_checks.h) was seen when it runs.
 */
#ifndef ASACTL_DOCTOR_ACCOUNT_CHECKS_H
#define ASACTL_DOCTOR_ACCOUNT_CHECKS_H

#include "asactl/doctor_facts.h"
#include "asactl/doctor_findings.h"

void asactl_doctor_check_directory(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_controllers(const asactl_doctor_facts_t *facts,
                                     asactl_doctor_list_t *list);
void asactl_doctor_check_present(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_enabled(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_expiry(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_password_expiry(const asactl_doctor_facts_t *facts,
                                         asactl_doctor_list_t *list);
void asactl_doctor_check_password_age(const asactl_doctor_facts_t *facts,
                                      asactl_doctor_list_t *list);
void asactl_doctor_check_enctypes(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_aes_keys(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_replication(const asactl_doctor_facts_t *facts,
                                     asactl_doctor_list_t *list);
void asactl_doctor_check_clock_here(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_clock_controllers(const asactl_doctor_facts_t *facts,
                                           asactl_doctor_list_t *list);

/* Does a domain controller seal its tickets for the account with less than AES? */
bool asactl_doctor_has_weak_tickets(const asactl_doctor_facts_t *facts);

/* Says how far a clock is off, if it is too far.  ahead: of the clock against the other one. */
void asactl_doctor_judge_clock(asactl_doctor_list_t *list, const char *whose, apr_time_t ahead,
                               const char *against);

#endif
