/* SPDX-License-Identifier: Apache-2.0
 *
 * Which files are logs: those that are named, and those below folders that are.
 *
 * In a folder only ordinary files that end in .log, .gz or .xz, in whatever case, are taken, and
 * those that were rolled or packed away, in whose names more stands behind .log (x.log.1,
 * x.log-old, x.log.zst); links are not followed.  A file that is met twice is taken once.  Files
 * are ordered by the hour in their names (HttpProxy_2026112608-1.LOG, u_ex261126.log), then by
 * name, numbers in it as numbers, so that a tree with a folder for each protocol and node is read
 * along the time.
 *
 * One thread; results live in the pool given.
 */
#ifndef ASACTL_LOG_FILES_H
#define ASACTL_LOG_FILES_H

#include <stdbool.h>

#include <apr_pools.h>
#include <apr_tables.h>

#include "asactl/outcome.h"

typedef struct asactl_log_file_t {
    const char *path; /* "-": standard input */
    bool found;       /* in a folder */
} asactl_log_file_t;

/* The files (asactl_log_file_t) that words name, in order; *skipped counts what was left out. False
 * with ASACTL_USAGE: a word names nothing, or a folder cannot be read. */
bool asactl_log_files_find(apr_pool_t *pool, const apr_array_header_t *words,
                           apr_array_header_t **out, unsigned long long *skipped,
                           asactl_outcome_t *outcome);

/* Less than, equal to or more than 0: the order of two paths. */
int asactl_log_files_compare(const char *one, const char *other);

#endif
