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

#include <sys/types.h>

#include <apr_pools.h>
#include <apr_tables.h>
#include <apr_time.h>

#include "asactl/outcome.h"

typedef struct asactl_log_file_t {
    const char *path; /* "-": standard input */
    bool found;       /* in a folder */
    bool ordinary;    /* and then, as stat says: */
    dev_t device;
    ino_t inode;
    off_t size;
    apr_time_t changed;
} asactl_log_file_t;

/* The files (asactl_log_file_t) that words name, in order; *skipped counts what was left out.
 * failed is called for each word that names nothing and each folder and file that cannot be looked
 * at, with its path; the others are found all the same. */
void asactl_log_files_find(apr_pool_t *pool, const apr_array_header_t *words,
                           apr_array_header_t **out, unsigned long long *skipped,
                           void (*failed)(void *data, const char *path,
                                          const asactl_outcome_t *outcome),
                           void *data);

/* Less than, equal to or more than 0: the order of two paths. */
int asactl_log_files_compare(const char *one, const char *other);

#endif
