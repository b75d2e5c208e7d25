/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target for log_record: a whole file of any kind of log, line by line.
 *
 * What a line says lies within it, and a line that is believed has the same columns for a reader
 * that splits at every comma (or, of IIS, every space) and for one that parses RFC 4180.
 */
#include <string.h>

#include "asactl/log_class.h"
#include "asactl/log_record.h"
#include "t/fuzz/target.h"

/* Constants, such as the protocol of an Address Book line, lie elsewhere. */
static void check_within(asactl_log_text_t text, const char *line, size_t len)
{
    check(text.len <= len);
    check(text.len == 0 || memchr(text.at, '\n', text.len) == NULL);
    for (size_t i = 0; i < text.len && text.at >= line && text.at < line + len; i++) {
        check(text.at + i < line + len);
    }
}

/* Columns as RFC 4180 counts them; a reader of its own, to compare with. */
static size_t columns_of_csv(const char *line, size_t len)
{
    size_t columns = 1;
    bool quoted = false;

    for (size_t i = 0; i < len; i++) {
        if (line[i] == '"') {
            quoted = !quoted; /* a doubled quote switches twice */
        } else if (line[i] == ',' && !quoted) {
            columns++;
        }
    }
    check(!quoted);
    return columns;
}

static size_t count(const char *line, size_t len, char byte)
{
    size_t found = 0;

    for (size_t i = 0; i < len; i++) {
        found += line[i] == byte;
    }
    return found;
}

static void check_record(const asactl_log_schema_t *schema, const asactl_log_record_t *record,
                         const char *line, size_t len)
{
    const asactl_log_text_t texts[] = {
        record->request_id, record->protocol,   record->vhost,   record->node,    record->user,
        record->client,     record->agent,      record->package, record->spn,     record->kvno,
        record->etype,      record->error_code, record->key,     record->session, record->reason};
    asactl_log_class_t class = asactl_log_class_of(record);

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        check_within(texts[i], line, len < 16 ? 16 : len);
    }
    check((unsigned)class < ASACTL_LOG_CLASSES);
    check((class < ASACTL_LOG_REFUSED) == record->authenticated);
    check(record->time >= 0 && record->generation != NULL);
    if (record->kind == ASACTL_LOG_IIS) {
        check(count(line, len, ' ') + 1 == schema->columns);
    } else {
        check(count(line, len, ',') + 1 == schema->columns);
        check(columns_of_csv(line, len) == schema->columns);
    }
    check(!record->ours || (record->package.len > 0) != (record->reason.len > 0));
}

static void take_line(const uint8_t *bytes, size_t len, asactl_log_schema_t *schema)
{
    char *line = malloc(len + 1); /* of exactly its size, for the sanitizer */
    asactl_log_record_t record;
    const char *why;
    asactl_log_line_kind_t kind;

    check(line != NULL);
    memcpy(line, bytes, len);
    kind = asactl_log_record_read(line, len, schema, &record, &why);
    check((why != NULL) == (kind >= ASACTL_LOG_LINE_BROKEN));
    if (kind == ASACTL_LOG_LINE_RECORD) {
        check_record(schema, &record, line, len);
    }
    free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const uint8_t *at = bytes, *end = bytes + len;
    asactl_log_schema_t schema;

    asactl_log_schema_begin(&schema);
    while (at < end) {
        const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));

        stop = stop != NULL ? stop : end;
        take_line(at, (size_t)(stop - at), &schema);
        at = stop + 1;
    }
    return 0;
}
