/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a line: which kind it is, and the parts that every kind has.
 */
#include "asactl/log_record.h"

#include <string.h>

#include "asactl/log_record_private.h"
#include "core/time_text.h"

static const char bom[] = "\xef\xbb\xbf";

asactl_log_text_t asactl_log_record_column(const asactl_log_schema_t *schema,
                                           const asactl_log_columns_t *columns,
                                           asactl_log_wanted_t wanted)
{
    int column = schema->where[wanted];

    return column < 0 ? (asactl_log_text_t){"", 0} : columns->column[column];
}

bool asactl_log_record_number(asactl_log_text_t text, int *out)
{
    long long value;

    *out = -1;
    if (text.len == 0) {
        return true;
    }
    if (text.len > 9 || !asactl_log_text_number(text, &value)) {
        return false;
    }
    *out = (int)value;
    return true;
}

asactl_log_text_t asactl_log_record_address(asactl_log_text_t text)
{
    const char *space = text.len > 0 ? memchr(text.at, ' ', text.len) : NULL;
    const char *colon, *close;

    text.len = space != NULL ? (size_t)(space - text.at) : text.len;
    if (text.len > 0 && text.at[0] == '[') {
        close = memchr(text.at, ']', text.len);
        return close == NULL ? text
                             : (asactl_log_text_t){text.at + 1, (size_t)(close - text.at) - 1};
    }
    /* One colon stands in front of a port; an IPv6 address has more. */
    colon = text.len > 0 ? memchr(text.at, ':', text.len) : NULL;
    if (colon != NULL && memchr(colon + 1, ':', text.len - (size_t)(colon + 1 - text.at)) == NULL) {
        text.len = (size_t)(colon - text.at);
    }
    return text;
}

/* A line of the Address Book log of Exchange 2010, whose head is not known: told by its content. */
static bool is_address_book(const asactl_log_columns_t *columns)
{
    const asactl_log_text_t *column = columns->column;
    apr_time_t when;

    return columns->count == ASACTL_LOG_ADDRESS_BOOK_COLUMNS && column[7].len > 5 &&
           asactl_log_text_is((asactl_log_text_t){column[7].at, 5}, "ncacn") && column[8].len > 0 &&
           asa_time_text_read(column[0].at, column[0].len, &when);
}

static asactl_log_line_kind_t end(asactl_log_line_kind_t kind, const char *sentence,
                                  const char **why)
{
    *why = sentence;
    return kind;
}

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

    return known ? end(ASACTL_LOG_LINE_BROKEN,
                       "no head that names the columns that are needed stands before it", why)
                 : end(ASACTL_LOG_LINE_FOREIGN,
                       "no head that names a known log's columns stands before it", why);
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
        if (!split || !is_address_book(&columns)) {
            return without_head(schema, line, len, split ? &columns : NULL, why);
        }
        asactl_log_schema_address_book(schema);
    }
    if (!split) {
        return ASACTL_LOG_LINE_BROKEN;
    }
    if (columns.count != schema->columns) {
        return end(ASACTL_LOG_LINE_BROKEN, "another number of columns than its head names", why);
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
        return end(ASACTL_LOG_LINE_BROKEN, "longer than 1 MiB", why);
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
               ? end(ASACTL_LOG_LINE_BROKEN, "a head that lacks a column that is needed", why)
               : end(ASACTL_LOG_LINE_FOREIGN, "it names the columns of another kind of log", why);
}

asactl_log_line_kind_t asactl_log_record_address_book(const asactl_log_schema_t *schema,
                                                      const asactl_log_columns_t *columns,
                                                      asactl_log_record_t *record, const char **why)
{
    asactl_log_text_t when = asactl_log_record_column(schema, columns, ASACTL_LOG_DATE_TIME);
    asactl_log_text_t failures = asactl_log_record_column(schema, columns, ASACTL_LOG_FAILURES);

    if (!asa_time_text_read(when.at, when.len, &record->time)) {
        return end(ASACTL_LOG_LINE_BROKEN, "its time is none", why);
    }
    if (!asactl_log_record_number(asactl_log_record_column(schema, columns, ASACTL_LOG_STATUS),
                                  &record->status)) {
        return end(ASACTL_LOG_LINE_BROKEN, "its status is no number", why);
    }
    record->protocol = (asactl_log_text_t){"AddressBook", strlen("AddressBook")};
    record->user = asactl_log_record_column(schema, columns, ASACTL_LOG_USER);
    record->client =
        asactl_log_record_address(asactl_log_record_column(schema, columns, ASACTL_LOG_CLIENT));
    record->node = asactl_log_record_column(schema, columns, ASACTL_LOG_NODE);
    record->authentication_type =
        asactl_log_record_column(schema, columns, ASACTL_LOG_AUTHENTICATION_TYPE);
    record->authenticated =
        record->authentication_type.len > 0 && failures.len == 0 && record->status <= 0;
    return ASACTL_LOG_LINE_RECORD;
}
