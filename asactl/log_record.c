/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a line: which kind it is, and the parts that every kind has.
 */
#include "asactl/log_record.h"

#include <string.h>

#include "asactl/log_record_private.h"

static const char bom[] = "\xef\xbb\xbf";

/* A line that no head stands before: another program's, unless its file is a log to be read or it
 * looks like a line of one. */
static asactl_log_line_kind_t without_head(const asactl_log_schema_t *schema, const char *line,
                                           size_t len, const asactl_log_columns_t *csv,
                                           const char **why)
{
    static const asactl_log_columns_t none = {.count = 0};
    asactl_log_columns_t w3c;
    const char *ignored;
    bool known = schema->ours_to_read ||
                 (!asactl_log_line_split_w3c(line, len, &w3c, &ignored)
                      ? csv != NULL && asactl_log_schema_looks_headless(schema, csv, &none)
                      : asactl_log_schema_looks_headless(schema, csv != NULL ? csv : &none, &w3c));

    return known
               ? asactl_log_record_end(
                     ASACTL_LOG_LINE_BROKEN,
                     "no head that names the columns that are needed stands before it", why)
               : asactl_log_record_end(ASACTL_LOG_LINE_FOREIGN,
                                       "no head that names a known log's columns stands before it",
                                       why);
}

static asactl_log_line_kind_t read_data(const char *line, size_t len, asactl_log_schema_t *schema,
                                        asactl_log_record_t *record, const char **why)
{
    asactl_log_columns_t columns;
    bool split = schema->kind == ASACTL_LOG_IIS
                     ? asactl_log_line_split_w3c(line, len, &columns, why)
                     : asactl_log_line_split_csv(line, len, &columns, why);

    if (split && schema->kind != ASACTL_LOG_IIS && asactl_log_schema_row(schema, &columns)) {
        return ASACTL_LOG_LINE_HEAD;
    }
    if (schema->kind == ASACTL_LOG_UNKNOWN) {
        if (!split || !asactl_log_record_is_address_book(&columns)) {
            return without_head(schema, line, len, split ? &columns : NULL, why);
        }
        asactl_log_schema_address_book(schema);
    }
    if (!split) {
        return ASACTL_LOG_LINE_BROKEN;
    }
    if (columns.count != schema->columns) {
        return asactl_log_record_end(ASACTL_LOG_LINE_BROKEN,
                                     "another number of columns than its head names", why);
    }
    *record = (asactl_log_record_t){.kind = schema->kind,
                                    .generation = asactl_log_schema_name(schema),
                                    .status = -1,
                                    .substatus = -1,
                                    .win32_status = -1};
    return schema->kind == ASACTL_LOG_HTTPPROXY
               ? asactl_log_record_httpproxy(schema, &columns, record, why)
           : schema->kind == ASACTL_LOG_IIS
               ? asactl_log_record_iis(schema, &columns, record, why)
               : asactl_log_record_address_book(schema, &columns, record, why);
}

asactl_log_line_kind_t asactl_log_record_read(const char *line, size_t len,
                                              asactl_log_schema_t *schema,
                                              asactl_log_record_t *record, const char **why)
{
    *why = NULL;
    /* At the begin of a file; files that were put together have it in their middle. */
    if (len >= strlen(bom) && memcmp(line, bom, strlen(bom)) == 0) {
        line += strlen(bom);
        len -= strlen(bom);
    }
    if (len > 0 && line[len - 1] == '\r') {
        len--;
    }
    if (len > ASACTL_LOG_LINE_MAX) {
        return asactl_log_record_end(ASACTL_LOG_LINE_BROKEN, "longer than 1 MiB", why);
    }
    if (len == 0) {
        return ASACTL_LOG_LINE_HEAD;
    }
    if (line[0] != '#') {
        return read_data(line, len, schema, record, why);
    }
    if (asactl_log_schema_comment(schema, line, len)) {
        return ASACTL_LOG_LINE_HEAD;
    }
    return schema->ours_to_read
               ? asactl_log_record_end(ASACTL_LOG_LINE_BROKEN,
                                       "a head that lacks a column that is needed", why)
               : asactl_log_record_end(ASACTL_LOG_LINE_FOREIGN,
                                       "it names the columns of another kind of log", why);
}
