/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of doctor: the published names in the directory, in DNS and over TLS.
 *
 * Pure: facts in, findings out.  What a check needs (doctor_checks.h) was seen when it runs.
 */
#ifndef ASACTL_DOCTOR_NAME_CHECKS_H
#define ASACTL_DOCTOR_NAME_CHECKS_H

#include "asactl/doctor_facts.h"
#include "asactl/doctor_findings.h"

/* Why there was no certificate to judge, and what helps. */
#define ASACTL_DOCTOR_NO_CERTIFICATE "no certificate of a published name was seen"
#define ASACTL_DOCTOR_NO_CERTIFICATE_REMEDY                                                        \
    "Where TLS ends in front of httpd, name its certificate in AsaChannelBindingCertificate."

void asactl_doctor_check_spn_present(const asactl_doctor_facts_t *facts,
                                     asactl_doctor_list_t *list);
void asactl_doctor_check_spn_owner(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_spn_duplicates(const asactl_doctor_facts_t *facts,
                                        asactl_doctor_list_t *list);
void asactl_doctor_check_spn_unserved(const asactl_doctor_facts_t *facts,
                                      asactl_doctor_list_t *list);

void asactl_doctor_check_name_address(const asactl_doctor_facts_t *facts,
                                      asactl_doctor_list_t *list);
void asactl_doctor_check_name_alias(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_name_reverse(const asactl_doctor_facts_t *facts,
                                      asactl_doctor_list_t *list);

void asactl_doctor_check_certificate(const asactl_doctor_facts_t *facts,
                                     asactl_doctor_list_t *list);
void asactl_doctor_check_certificate_expiry(const asactl_doctor_facts_t *facts,
                                            asactl_doctor_list_t *list);

#endif
