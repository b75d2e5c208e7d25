/* SPDX-License-Identifier: Apache-2.0
 *
 * How far each file has been read: kept by device and inode, so that a log that is renamed is the
 * same log, and by what stands in it, so that a copy of it is.
 *
 * logrotate renames a log, or copies and truncates it, and packs what it made; rsync puts a new
 * file in its place.  A file that has the same first content as one that was read, and as many
 * lines and bytes as were read of that end with the same line, goes on where that one ended.
 *
 * One thread; everything lives in the pool of the marks.  Files that are gone are forgotten only
 * when there are more than ASACTL_LOG_MARKS_MAX, the longest gone first.
 */
#ifndef ASACTL_LOG_MARK_H
#define ASACTL_LOG_MARK_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/stat.h>
#include <sys/types.h>

#include <apr_pools.h>
#include <apr_tables.h>
#include <apr_time.h>

#include "asactl/log_schema.h"

#define ASACTL_LOG_MARKS_MAX 65536

/* By so many first lines of content, each with all lines in front of it, a file is known: heads
 * alone are the same in many. */
enum { ASACTL_LOG_MARK_FIRST = 4 };

/* How far a file has been read, and what was read of it. */
typedef struct asactl_log_reach_t {
    bool skipping, unfinished;  /* inside a line that is too long; bytes behind the last line */
    off_t offset;               /* of the first byte behind the whole lines, unpacked */
    unsigned long long line;    /* whole lines */
    unsigned long long content; /* those of them that are no heads */
    asactl_log_schema_t schema;
    unsigned firsts; /* so many of them were met */
    uint64_t first[ASACTL_LOG_MARK_FIRST];
    uint64_t chain;  /* of all lines up to here, until all of them are met */
    uint64_t last;   /* of the line in front of offset */
    size_t last_len; /* 0: it was too long to be kept */
} asactl_log_reach_t;

typedef struct asactl_log_mark_t {
    dev_t device;
    ino_t inode;
    bool begun;        /* it was read up to reach */
    bool packed, part; /* part: it is the begin of what was read elsewhere, and no measure of others
                        */
    bool looked;       /* size and changed say something */
    asactl_log_reach_t reach;
    off_t size; /* as stat said before it was read last */
    apr_time_t changed;
    unsigned long look;      /* that met it last */
    unsigned long stat_look; /* that noted size and changed */
    /* Of the reader of folders: */
    unsigned failures; /* so many times on end it could not be read */
    bool told, damaged;
    const char *sentence, *remedy;
} asactl_log_mark_t;

typedef struct asactl_log_marks_t asactl_log_marks_t;

asactl_log_marks_t *asactl_log_marks_make(apr_pool_t *pool);

/* A new look at all files begins; its number, from 1. */
unsigned long asactl_log_marks_look(asactl_log_marks_t *marks);

/* The mark of a file, a zeroed one if there was none; NULL with may_make false and none. */
asactl_log_mark_t *asactl_log_marks_of(asactl_log_marks_t *marks, dev_t device, ino_t inode,
                                       bool may_make);

/* The same, but NULL if there is none; it is not met by that. */
const asactl_log_mark_t *asactl_log_marks_find(const asactl_log_marks_t *marks, dev_t device,
                                               ino_t inode);

/* What stands in the file is another text now: what was read of it is kept, to know copies of it,
 * and the mark is not begun any more. */
void asactl_log_marks_restart(asactl_log_marks_t *marks, asactl_log_mark_t *mark);

/* Size and time of change as stat says them. */
void asactl_log_mark_stat(asactl_log_mark_t *mark, const struct stat *stat);
bool asactl_log_mark_is_unchanged(const asactl_log_mark_t *mark, off_t size, apr_time_t changed);
apr_time_t asactl_log_mark_changed(const struct stat *stat);

/* --- reaches --- */

void asactl_log_reach_begin(asactl_log_reach_t *reach);

/* Notes a line that line and content tell of already; nothing once all first ones are met. */
void asactl_log_reach_first(asactl_log_reach_t *reach, asactl_log_text_t line);

/* Notes the line that ends at the reach. */
void asactl_log_reach_last(asactl_log_reach_t *reach, asactl_log_text_t line);

/* Whether that line is this one. */
bool asactl_log_reach_ends_with(const asactl_log_reach_t *reach, const char *line, size_t len);

/* Everything that was read of another file with content, and begins as this one does, up
 * to the end of the shorter one: a list of const asactl_log_reach_t *, in the pool given. */
apr_array_header_t *asactl_log_marks_alike(const asactl_log_marks_t *marks, apr_pool_t *pool,
                                           const asactl_log_reach_t *reach);

/* Whether what was read up to both is the same; line is the last one of the first. */
bool asactl_log_reach_is(const asactl_log_reach_t *reach, const asactl_log_reach_t *other,
                         asactl_log_text_t line);

#endif
