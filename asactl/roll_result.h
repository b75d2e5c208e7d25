/* SPDX-License-Identifier: Apache-2.0
 *
 * What an unattended roll came to: a small JSON file that monitoring and "asactl schedule show"
 * read.
 *
 * {"account", "time": seconds since 1970, "code": exit code, "sentence": text or null}
 * Holds no secret; replaced in one step.  Strings live in the pool given.
 */
#ifndef ASACTL_ROLL_RESULT_H
#define ASACTL_ROLL_RESULT_H

#include <stdbool.h>

#include <apr_time.h>

#include "asactl/outcome.h"

typedef struct asactl_roll_result_t {
    const char *account;
    apr_time_t time;
    asactl_exit_code_t code;
    const char *sentence; /* NULL: it went well */
} asactl_roll_result_t;

bool asactl_roll_result_write(apr_pool_t *pool, const char *file,
                              const asactl_roll_result_t *result, asactl_outcome_t *outcome);

/* ASACTL_NOT_FOUND if there is no such file yet. */
bool asactl_roll_result_read(apr_pool_t *pool, const char *file, asactl_roll_result_t *out,
                             asactl_outcome_t *outcome);

#endif
