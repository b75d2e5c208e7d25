/* SPDX-License-Identifier: Apache-2.0
 *
 * What a visit proves: whether the caller was signed in under that name there, and if not, why, and
 * what to do.
 *
 * A refusal has the name that the node's log gives it (core/reason.h); what the client alone sees
 * has one of its own.  Pure; results live in the pool given.
 */
#ifndef ASACTL_VERIFY_RESULT_H
#define ASACTL_VERIFY_RESULT_H

#include <stdbool.h>

#include <apr_tables.h>

#include "asactl/outcome.h"
#include "asactl/service_ticket.h"
#include "asactl/visit.h"

/* Everything that is known of one name at one place. */
typedef struct asactl_verify_seen_t {
    const char *spn;
    const char *where;                     /* the node; NULL: the balancer */
    const asactl_service_ticket_t *ticket; /* for the name */
    const asactl_outcome_t *reached;       /* of asking the node; NULL: it was not to be asked */
    const asactl_visit_t *visit;           /* NULL: none */
    bool proven;          /* the reply token shows that the service has the ticket's key */
    const char *unproven; /* what is wrong with the reply token; NULL: nothing, or none came */
    const char *user;     /* who must come out ("TAILSPIN\wendy"); NULL: not known */
    const char *held;     /* what the node's key table holds, "holds kvno 6, 5"; NULL: unknown */
    const char *account;  /* whose name it should be; NULL: not known */
    const apr_array_header_t *holders; /* asactl_spn_holder_t of the name; NULL: not looked up */
} asactl_verify_seen_t;

typedef enum {
    ASACTL_VERIFY_YES,
    ASACTL_VERIFY_NO,
    ASACTL_VERIFY_NOT_TRIED
} asactl_verify_verdict_t;

typedef struct asactl_verify_result_t {
    asactl_verify_verdict_t verdict;
    const char *name;     /* "KeyMismatch"; NULL with YES */
    const char *sentence; /* NULL with YES */
    const char *remedy;
    const char *note; /* with YES: what it does not prove, or what came then; NULL: nothing */
} asactl_verify_result_t;

void asactl_verify_result_judge(apr_pool_t *pool, const asactl_verify_seen_t *seen,
                                asactl_verify_result_t *out);

#endif
