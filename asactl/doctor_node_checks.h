/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of doctor: the nodes, their key tables, what their httpd serves, and their logs.
 *
 * Pure: facts in, findings out.  A node that could not be asked is passed over here; that was said
 * before a check runs (doctor_checks.h).
 */
#ifndef ASACTL_DOCTOR_NODE_CHECKS_H
#define ASACTL_DOCTOR_NODE_CHECKS_H

#include "asactl/doctor_facts.h"
#include "asactl/doctor_findings.h"

/* Machines and keys: doctor_node_checks.c, doctor_httpd_checks.c */
void asactl_doctor_check_nodes(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_clock_nodes(const asactl_doctor_facts_t *facts,
                                     asactl_doctor_list_t *list);
void asactl_doctor_check_key_table(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_ticket_opens(const asactl_doctor_facts_t *facts,
                                      asactl_doctor_list_t *list);
void asactl_doctor_check_keys_alike(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_key_file(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_denials(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_httpd(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_httpd_keys(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_health(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_workers(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_versions(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);

/* Configuration: doctor_server_checks.c */
void asactl_doctor_check_servers(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_places(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_spn_accepted(const asactl_doctor_facts_t *facts,
                                      asactl_doctor_list_t *list);
void asactl_doctor_check_header_size(const asactl_doctor_facts_t *facts,
                                     asactl_doctor_list_t *list);
void asactl_doctor_check_read_timeout(const asactl_doctor_facts_t *facts,
                                      asactl_doctor_list_t *list);
void asactl_doctor_check_bindings(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);

/* Logs: doctor_log_checks.c */
void asactl_doctor_check_log_folder(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_log_recent(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
void asactl_doctor_check_log_kerberos(const asactl_doctor_facts_t *facts,
                                      asactl_doctor_list_t *list);

#endif
