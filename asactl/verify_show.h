/* SPDX-License-Identifier: Apache-2.0
 *
 * What a verification found, for people and for programs.
 */
#ifndef ASACTL_VERIFY_SHOW_H
#define ASACTL_VERIFY_SHOW_H

#include "asactl/verify.h"

/* How many sign-ins have this verdict. */
size_t asactl_verify_show_count(const asactl_verify_t *verify, asactl_verify_verdict_t verdict);

/* The matrix, then what failed, with remedies, and the verdict.  skipped: asactl_verify_name_t that
 * are not tried.  verbose: every ticket and every visit before it. */
void asactl_verify_show_text(apr_pool_t *pool, const asactl_verify_t *verify,
                             const apr_array_header_t *skipped, bool verbose);

/* The same as one document. */
void asactl_verify_show_json(apr_pool_t *pool, const asactl_verify_t *verify,
                             const apr_array_header_t *skipped);

#endif
