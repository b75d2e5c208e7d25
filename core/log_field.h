/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes any client text safe as one value of an HttpProxy log line, or to be shown elsewhere.
 *
 * What the log's readers rely on (some parse RFC 4180, some split at every comma, some at every
 * line end that Unicode knows):
 * - the value is UTF-8; each byte that is not becomes U+FFFD;
 * - no control character (C0, DEL, C1), no U+2028, no U+2029, no comma: each becomes one space;
 * - a value that holds '"' is enclosed in '"' and each '"' is doubled (RFC 4180 section 2), unless
 *   the caller's rule turns '"' into a space;
 * - inside GenericInfo and GenericErrors, ';' and '=' are spaces too, as they divide the pairs;
 * - a value longer than its limit is cut between two characters.
 *
 * Pure, any thread; results live in the pool given and never fail.
 */
#ifndef CORE_LOG_FIELD_H
#define CORE_LOG_FIELD_H

#include <stddef.h>

#include <apr_pools.h>

typedef enum {
    ASA_LOG_FIELD_PLAIN = 0,    /* '"' stays, quoted as RFC 4180 says */
    ASA_LOG_FIELD_NO_QUOTE = 1, /* '"' becomes a space: readers match AuthenticatedUser unquoted */
    ASA_LOG_FIELD_INFO = 2,     /* part of a GenericInfo pair: '"', ';' and '=' become a space */
    ASA_LOG_FIELD_TEXT = 3      /* not for a log line: ',' and '"' stay, nothing is quoted */
} asa_log_field_rule_t;

/* The safe form of len bytes of text; text may be NULL, which gives "".  limit counts bytes of the
 * result before quoting: a quoted one has at most 2 * limit + 2. */
const char *asa_log_field_clean(apr_pool_t *pool, const char *text, size_t len,
                                asa_log_field_rule_t rule, size_t limit);

#endif
