/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of a verification share.
 */
#ifndef ASACTL_VERIFY_PRIVATE_H
#define ASACTL_VERIFY_PRIVATE_H

#include "asactl/verify.h"
#include "core/gss.h"

typedef struct {
    apr_pool_t *pool;
    const asactl_verify_plan_t *plan;
    asactl_verify_t *out;
    asa_initiator_t **initiators; /* one for each name; NULL: no ticket */
    asa_context_t **contexts;     /* of the cells whose answer is still to be judged */
    size_t names, nodes;
} asactl_verify_run_t;

const asactl_verify_name_t *asactl_verify_name_at(const asactl_verify_run_t *run, size_t index);
asactl_verify_cell_t *asactl_verify_cell_at(const asactl_verify_run_t *run, size_t name,
                                            size_t place);
bool asactl_verify_has_ticket(const asactl_verify_run_t *run, size_t name);

/* For every name: an initiator, or why there is none. */
void asactl_verify_get_tickets(const asactl_verify_run_t *run);

/* A token for this cell, bound to what was shown there; without one the visit is not made. */
bool asactl_verify_make_token(const asactl_verify_run_t *run, size_t name, size_t place);

/* Judges the server's proof in the cell's answer; ends the context. */
void asactl_verify_check_reply(const asactl_verify_run_t *run, size_t name, size_t place);

/* Is the line of the name's visit through the balancer still to be found? */
bool asactl_verify_wants_line(const asactl_verify_run_t *run, size_t name);

/* Has every node say which of the hosts it serves. */
void asactl_verify_look_at_nodes(const asactl_verify_run_t *run);

/* Has every node sign in (visits), and find the lines of the balancer's visits. */
void asactl_verify_send_errands(const asactl_verify_run_t *run, bool visits);

#endif
