/* SPDX-License-Identifier: Apache-2.0
 *
 * Takes bytes in pieces and gives whole lines, without a copy, each with its number.
 *
 * A line ends at LF and nowhere else; its CR is left to the reader of lines.  A line longer than
 * ASACTL_LOG_LINE_MAX is skipped.  What stands behind the last LF is unfinished: it is not given.
 *
 * Pure, one thread; one buffer in the pool given, whatever the lines hold.
 */
#ifndef ASACTL_LOG_LINES_H
#define ASACTL_LOG_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>

#include "asactl/log_line.h"

typedef struct asactl_log_lines_t {
    char *buffer;
    size_t begin, end;        /* bytes that are held */
    bool skipping;            /* inside a line that is too long */
    unsigned long long line;  /* number of the line that was given last, from 1 */
    size_t skipped;           /* bytes of the line that is too long, so far */
    unsigned long long taken; /* bytes of whole lines that were given or skipped */
} asactl_log_lines_t;

typedef enum {
    ASACTL_LOG_LINES_WHOLE, /* a line, without its LF */
    ASACTL_LOG_LINES_LONG,  /* one that was too long has been skipped */
    ASACTL_LOG_LINES_MORE   /* more bytes are needed */
} asactl_log_lines_kind_t;

asactl_log_lines_t *asactl_log_lines_make(apr_pool_t *pool);

/* Before the next file; goes on behind this many lines. */
void asactl_log_lines_begin(asactl_log_lines_t *lines, unsigned long long line, bool skipping);

/* Where the next bytes go, and how many of them have room (never 0 after
 * ASACTL_LOG_LINES_MORE). */
char *asactl_log_lines_room(asactl_log_lines_t *lines, size_t *size);

/* So many have been put there. */
void asactl_log_lines_put(asactl_log_lines_t *lines, size_t count);

/* The next line; the text lives until asactl_log_lines_room. */
asactl_log_lines_kind_t asactl_log_lines_next(asactl_log_lines_t *lines, asactl_log_text_t *out);

/* What is held of the line behind the last LF; empty if there is none, or it is too long. */
asactl_log_text_t asactl_log_lines_rest(const asactl_log_lines_t *lines);

/* Whether bytes stand behind the last whole line. */
bool asactl_log_lines_unfinished(const asactl_log_lines_t *lines);

#endif
