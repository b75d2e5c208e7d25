/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of doctor's checks: one row each. The program, its list and the manual page follow it.
 *
 * Pure; strings live in the pool of the list of findings.
 */
#ifndef ASACTL_DOCTOR_CHECKS_H
#define ASACTL_DOCTOR_CHECKS_H

#include "asactl/doctor_facts.h"
#include "asactl/doctor_findings.h"

/* What a check needs to have been seen; where it was not, the check says so, and does not run. */
enum {
    ASACTL_DOCTOR_DIRECTORY = 1,    /* a domain controller that answers */
    ASACTL_DOCTOR_ACCOUNT = 2,      /* and has the account */
    ASACTL_DOCTOR_CONTROLLERS = 4,  /* every domain controller */
    ASACTL_DOCTOR_NODES = 8,        /* asactl on the nodes */
    ASACTL_DOCTOR_STATUS_PAGE = 16, /* asa-status of the nodes' httpd */
    ASACTL_DOCTOR_DNS = 32,
    ASACTL_DOCTOR_TLS = 64,
    ASACTL_DOCTOR_SCHEDULE = 128 /* the schedule's files on this machine */
};

typedef struct asactl_doctor_check_t {
    const char *name;
    const char *asks;
    unsigned needs;
    const char *remedy;
    void (*run)(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list);
} asactl_doctor_check_t;

/* Ends with a row whose name is NULL. */
extern const asactl_doctor_check_t asactl_doctor_checks[];

/* The row of that name; NULL: there is none. */
const asactl_doctor_check_t *asactl_doctor_checks_find(const char *name);

/* Everything that these needs stand on, too: who needs the account needs the directory. */
unsigned asactl_doctor_checks_needs(unsigned needs);

/* "directory, nodes" */
const char *asactl_doctor_checks_needs_text(apr_pool_t *pool, unsigned needs);

/* Runs the checks named (const char *; none: all), each where it can, in the order of the table. */
void asactl_doctor_checks_run(const asactl_doctor_facts_t *facts, const apr_array_header_t *only,
                              asactl_doctor_list_t *list);

#endif
