/* SPDX-License-Identifier: Apache-2.0
 *
 * Follows logs while they are written, over new files, hours and restarts, until SIGINT or SIGTERM.
 *
 * Every second it looks for files that have grown or are new: this works on network file systems,
 * too, where no notice of changes comes.  Packed files are copies of logs that were read already,
 * and are not followed.
 *
 * One thread.
 */
#ifndef ASACTL_LOG_FOLLOW_H
#define ASACTL_LOG_FOLLOW_H

#include <stdbool.h>

#include <apr_hash.h>
#include <apr_tables.h>

#include "asactl/log_reader.h"

typedef struct asactl_log_follow_t {
    apr_pool_t *pool;
    asactl_log_reader_t *reader;
    const apr_array_header_t *words; /* as of asactl_log_files_find */
    apr_hash_t *marks;               /* path -> asactl_log_mark_t *, of what was read already */
    /* Called before the first wait: from now on what is seen is new. */
    void (*ready)(void *data);
    /* Called when a file or folder cannot be read for the second time on end. */
    void (*failed)(void *data, const asactl_outcome_t *outcome);
    void *data;
} asactl_log_follow_t;

/* SIGINT and SIGTERM ask to end from now on. */
void asactl_log_follow_catch(void);

/* Whether one of them came. */
bool asactl_log_follow_stopped(void);

/* Reads what is new until it is asked to end.  False: at the end something could not be read. */
bool asactl_log_follow(const asactl_log_follow_t *follow);

#endif
