/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether an account may roll itself: it needs its key, now and for the next time.
 *
 * Pure.
 */
#ifndef ASACTL_CALLER_PLAN_H
#define ASACTL_CALLER_PLAN_H

#include <stdbool.h>

#include <apr_tables.h>

#include "asactl/outcome.h"

typedef struct asactl_caller_plan_t {
    const char *account;
    bool is_itself;                  /* the caller is the account that is rolled */
    const char *file;                /* the caller's key table; NULL: none */
    bool same_file;                  /* it is what a node on this machine would replace, by name */
    const char *host;                /* this machine's name */
    const apr_array_header_t *nodes; /* const char *: those that get the next key */
} asactl_caller_plan_t;

/* ASACTL_CREDENTIALS if it has no key to change its password with; ASACTL_REFUSED_TO_ACT, which
 * force may pass over, if the next key would not come to where it takes its key from. */
bool asactl_caller_plan_may_roll(apr_pool_t *pool, const asactl_caller_plan_t *plan,
                                 asactl_outcome_t *outcome);

#endif
