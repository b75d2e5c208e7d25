/* SPDX-License-Identifier: Apache-2.0
 *
 * What it means that a KDC gives the caller no ticket, or a controller refuses its new password.
 *
 * Pure; results live in the pool given or are constants.
 */
#ifndef ASACTL_CALLER_ERROR_H
#define ASACTL_CALLER_ERROR_H

#include <stdint.h>

#include "asactl/outcome.h"

/* Who asked, with what. */
typedef struct asactl_caller_who_t {
    const char *principal, *file;
} asactl_caller_who_t;

/* code: of the Kerberos library, which explains it with words. */
bool asactl_caller_error_explain(apr_pool_t *pool, const asactl_caller_who_t *who, int32_t code,
                                 const char *words, asactl_outcome_t *outcome);

/* code: result code of kpasswd (RFC 3244 section 2), with the text that came with it. */
bool asactl_caller_error_refused(apr_pool_t *pool, const char *host, const char *dn, unsigned code,
                                 const char *text, asactl_outcome_t *outcome);

#endif
