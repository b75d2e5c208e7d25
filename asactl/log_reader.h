/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads whole files, or what has been added to them, into a summary; no line twice.
 *
 * One thread; memory is that of the summary, one buffer for lines, and a mark for each file.
 */
#ifndef ASACTL_LOG_READER_H
#define ASACTL_LOG_READER_H

#include <stdbool.h>
#include <sys/types.h>

#include <apr_pools.h>

#include "asactl/log_files.h"
#include "asactl/log_filter.h"
#include "asactl/log_lines.h"
#include "asactl/log_mark.h"
#include "asactl/log_source.h"
#include "asactl/log_summary.h"
#include "asactl/outcome.h"

/* A line that is longer than this ends its file: it is no log. */
#define ASACTL_LOG_READER_LINE_MAX (64UL << 20)

typedef struct asactl_log_reader_t {
    apr_pool_t *pool;
    asactl_log_summary_t *summary;
    const asactl_log_filter_t *filter;
    asactl_log_lines_t *lines;
    asactl_log_marks_t *marks;
    /* Called for each request that passed the filter, if it is not NULL. */
    void (*seen)(void *data, const asactl_log_record_t *record, asactl_log_class_t class);
    void *data;
    /* Called now and then while a file is read, if it is not NULL. */
    void (*progress)(void *data, unsigned long long bytes);
    /* SIGINT: what was read so far is shown. */
    bool (*stopped)(void);
    bool more_to_come;        /* files are read on later, and unfinished lines are left for then */
    bool compares;            /* a file that is new may be a copy of one that was read */
    unsigned long long known; /* files of a known log */
} asactl_log_reader_t;

/* What came of a file. */
typedef enum {
    ASACTL_LOG_READER_DONE,  /* read to its end */
    ASACTL_LOG_READER_LATER, /* it may be a copy that is being made: nothing was counted yet */
    ASACTL_LOG_READER_GONE,  /* was found in a folder, and is not there any more */
    ASACTL_LOG_READER_FAILED /* ASACTL_USAGE: it cannot be read, or was named and is no log */
} asactl_log_reader_end_t;

/* The summary, filter and callbacks are the caller's to fill. */
void asactl_log_reader_make(apr_pool_t *pool, asactl_log_reader_t *reader);

/* Reads a file from its mark on and moves the mark, which is made if there is none; what stands
 * before a failure is counted.  Texts of *outcome live in the pool of the reader. */
asactl_log_reader_end_t asactl_log_reader_file(asactl_log_reader_t *reader,
                                               const asactl_log_file_t *file,
                                               asactl_outcome_t *outcome);

#endif
