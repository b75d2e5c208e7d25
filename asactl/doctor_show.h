/* SPDX-License-Identifier: Apache-2.0
 *
 * Shows what doctor found, and its table of checks: as text, or as one JSON document.
 */
#ifndef ASACTL_DOCTOR_SHOW_H
#define ASACTL_DOCTOR_SHOW_H

#include "asactl/doctor_facts.h"
#include "asactl/doctor_findings.h"

/* Lines "ok", "warn", "FAIL" and "?" with the name of the check, and a remedy below each that has
 * one; checks that could not be made for one and the same reason share a line.  JSON: {"account",
 * "server", "findings": [{"check", "level", "subject", "sentence", "remedy"}], "ok", "warn",
 * "fail": how many lines, "unknown": how many checks}. */
void asactl_doctor_show(const asactl_doctor_facts_t *facts, const asactl_doctor_list_t *list);

/* The table: {"checks": [{"check", "asks", "needs", "remedy"}]} */
void asactl_doctor_show_checks(apr_pool_t *pool);

#endif
