/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a log of the fuzz corpus line by line, for tests that say what its lines are.
 *
 * One thread.
 */
#ifndef T_UNIT_LOG_FILE_H
#define T_UNIT_LOG_FILE_H

#include <string.h>

#include "asactl/log_record.h"
#include "t/unit/corpus.h"
#include "t/unit/pool.h"

/* How many lines of each kind a log has, and its last record with what it says. */
typedef struct log_file_t {
    size_t lines[ASACTL_LOG_LINE_FOREIGN + 1];
    asactl_log_record_t record;
    const char *why; /* of the last line that is none */
} log_file_t;

/* A line that its end is missing of is left away. */
static inline log_file_t log_file_read_text(const char *at, size_t len)
{
    log_file_t file = {.why = NULL};
    const char *end = at + len, *stop;
    asactl_log_schema_t schema;

    asactl_log_schema_begin(&schema);
    while ((stop = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        asactl_log_record_t record;
        const char *why;
        asactl_log_line_kind_t kind =
            asactl_log_record_read(at, (size_t)(stop - at), &schema, &record, &why);

        file.lines[kind]++;
        if (kind == ASACTL_LOG_LINE_RECORD) {
            file.record = record;
        }
        file.why = why != NULL ? why : file.why;
        at = stop + 1;
    }
    return file;
}

static inline log_file_t log_file_read(const char *name)
{
    size_t len;
    const char *text =
        (const char *)corpus_read(pool, apr_pstrcat(pool, "log_record/", name, NULL), &len);

    return log_file_read_text(text, len);
}

/* A text of a record as a string. */
static inline const char *log_file_text(asactl_log_text_t text)
{
    return apr_pstrmemdup(pool, text.len > 0 ? text.at : "", text.len);
}

#endif
