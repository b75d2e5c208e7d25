/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads whole files, or what has been added to them, into a summary.
 *
 * One thread; memory is that of the summary and one buffer for lines.
 */
#ifndef ASACTL_LOG_READER_H
#define ASACTL_LOG_READER_H

#include <stdbool.h>
#include <sys/types.h>

#include <apr_pools.h>

#include "asactl/log_filter.h"
#include "asactl/log_lines.h"
#include "asactl/log_summary.h"
#include "asactl/outcome.h"

typedef struct asactl_log_reader_t {
    apr_pool_t *pool;
    asactl_log_summary_t *summary;
    const asactl_log_filter_t *filter;
    asactl_log_lines_t *lines;
    /* Called for each request that passed the filter, if it is not NULL. */
    void (*seen)(void *data, const asactl_log_record_t *record, asactl_log_class_t class);
    void *data;
    /* Called now and then while a file is read, if it is not NULL. */
    void (*progress)(void *data, unsigned long long bytes);
    /* SIGINT: what was read so far is shown. */
    bool (*stopped)(void);
    bool more_to_come;        /* files are read on later, and unfinished lines are left for then */
    unsigned long long known; /* files of a known log */
} asactl_log_reader_t;

/* How far a file has been read; zeroed before it is read first. */
typedef struct asactl_log_mark_t {
    const char *path;
    bool found; /* in a folder */
    bool packed;
    bool begun, skipping, unfinished;
    unsigned failures; /* so many times on end it could not be read; --follow counts */
    dev_t device;
    ino_t inode;
    off_t offset; /* of the first byte behind the whole lines that were read */
    off_t size;   /* of what was read, with the begin of a line behind them */
    unsigned long long line;
    asactl_log_schema_t schema;
} asactl_log_mark_t;

/* The summary, filter and callbacks are the caller's to fill. */
void asactl_log_reader_make(apr_pool_t *pool, asactl_log_reader_t *reader);

/* Reads a file from its mark on and moves the mark; false with ASACTL_USAGE: it cannot be read, or
 * was named and is no log.  What stands before a failure is counted. */
bool asactl_log_reader_file(asactl_log_reader_t *reader, asactl_log_mark_t *mark,
                            asactl_outcome_t *outcome);

#endif
