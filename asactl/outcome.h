/* SPDX-License-Identifier: Apache-2.0
 *
 * What came of a step: an exit code, a sentence and a remedy.  Functions that can fail fill one and
 * return whether it is ASACTL_OK.  Strings live in the pool of the call, or are constants.
 */
#ifndef ASACTL_OUTCOME_H
#define ASACTL_OUTCOME_H

#include <stdbool.h>

#include <apr_pools.h>

#include "asactl/exit_code.h"

typedef struct asactl_outcome_t {
    asactl_exit_code_t code;
    const char *sentence; /* what happened; NULL when code is ASACTL_OK */
    const char *remedy;   /* what to do next; NULL if there is nothing to say */
} asactl_outcome_t;

/* Fills *out and returns false, so that "return asactl_outcome_fail(…)" reads as what it is. */
bool asactl_outcome_fail(asactl_outcome_t *out, asactl_exit_code_t code, const char *remedy,
                         apr_pool_t *pool, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
