/* SPDX-License-Identifier: Apache-2.0
 *
 * Signs in for real: with a fresh ticket for every name, on every node past the balancer, and
 * through it.
 *
 * All nodes are asked at the same time, twice: which of these hosts they serve and with which
 * certificate; then to sign in, each visit with a token of its own that is bound to that
 * certificate.  A third time they are asked for lines of the HttpProxy log that came late.  Nothing
 * is changed anywhere.
 */
#ifndef ASACTL_VERIFY_H
#define ASACTL_VERIFY_H

#include <stdbool.h>

#include "asactl/node_request.h"
#include "asactl/service_ticket.h"
#include "asactl/settings.h"
#include "asactl/verify_name.h"
#include "asactl/verify_result.h"

typedef struct asactl_directory_t asactl_directory_t;

typedef struct asactl_verify_plan_t {
    const asactl_settings_t *settings;
    asactl_directory_t *directory;     /* to say who holds a name; NULL: it is not asked */
    asactl_service_tickets_t *tickets; /* of the caller */
    const char *realm;                 /* of the names */
    const char *account;               /* that should hold them; NULL: not known */
    const apr_array_header_t *names;   /* asactl_verify_name_t, those with a host */
    const apr_array_header_t *nodes;   /* const char * */
    bool balancer;
    bool whole;       /* a whole array is asked, so one of the nodes is whom the balancer chose */
    const char *path; /* NULL: a place that asks for Negotiate */
    const char *user; /* who must come out; NULL: not known */
} asactl_verify_plan_t;

/* One name at one place. */
typedef struct asactl_verify_cell_t {
    asactl_visit_t visit;
    bool proven;
    const char *unproven;
    asactl_verify_result_t result;
} asactl_verify_cell_t;

typedef struct asactl_verify_t {
    const asactl_verify_plan_t *plan;
    asactl_service_ticket_t *tickets;   /* one for each name */
    const apr_array_header_t **holders; /* likewise; NULL: not looked up */
    size_t places;                      /* the nodes and, if it is visited, the balancer */
    asactl_outcome_t *reached;          /* one for each node */
    asactl_node_report_t *reports;      /* likewise */
    asactl_verify_cell_t *cells;        /* places for each name */
} asactl_verify_t;

/* The cell of a name at a place: a node, or behind the last of them the balancer. */
asactl_verify_cell_t *asactl_verify_cell(const asactl_verify_t *verify, size_t name, size_t place);
bool asactl_verify_is_balancer(const asactl_verify_t *verify, size_t place);

/* Whatever fails is in the cells. */
void asactl_verify_run(apr_pool_t *pool, const asactl_verify_plan_t *plan, asactl_verify_t *out);

#endif
