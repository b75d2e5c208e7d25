/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds out whether a file that was not met before is a copy of one that was read, and up to where.
 *
 * A log that is rotated by copying it, or is packed, or put there by rsync, is read on behind what
 * was read already.  While a copy is being made it holds less than that, so nothing is said of a
 * file that begins like another until it has stayed the same from one look to the next.
 *
 * One thread.
 */
#ifndef ASACTL_LOG_COMPARE_H
#define ASACTL_LOG_COMPARE_H

#include "asactl/log_lines.h"
#include "asactl/log_mark.h"
#include "asactl/log_source.h"

typedef enum {
    ASACTL_LOG_COMPARE_NEW,  /* no copy: it is read from its begin */
    ASACTL_LOG_COMPARE_WAIT, /* cannot be told yet */
    ASACTL_LOG_COMPARE_COPY, /* *out says up to where it was read already */
    ASACTL_LOG_COMPARE_PART  /* the begin of one: if it grows, it is to be compared again */
} asactl_log_compare_t;

/* Reads the source, which is at its begin, as far as it takes; unchanged: since the look before
 * this one.  lines is used. */
asactl_log_compare_t asactl_log_compare(const asactl_log_marks_t *marks,
                                        asactl_log_source_t *source, asactl_log_lines_t *lines,
                                        bool unchanged, apr_pool_t *pool, asactl_log_reach_t *out);

#endif
