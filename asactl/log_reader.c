/* SPDX-License-Identifier: Apache-2.0
 *
 * From bytes to lines, records and counts.
 */
#include "asactl/log_reader.h"

#include <apr_strings.h>

#include "asactl/log_source.h"

/* What one reading of a file found. */
typedef struct {
    asactl_log_reader_t *reader;
    asactl_log_mark_t *mark;
    bool known; /* a head or a request of a known log */
    unsigned long long lines;
} reading_t;

void asactl_log_reader_make(apr_pool_t *pool, asactl_log_reader_t *reader)
{
    *reader = (asactl_log_reader_t){.pool = pool, .lines = asactl_log_lines_make(pool)};
}

static void bad(const reading_t *reading, asactl_log_bad_t kind, const char *why)
{
    asactl_log_summary_bad(reading->reader->summary, kind, reading->mark->path,
                           reading->reader->lines->line, why);
}

static void take_record(const reading_t *reading, const asactl_log_record_t *record)
{
    asactl_log_reader_t *reader = reading->reader;
    asactl_log_class_t class;

    if (!asactl_log_filter_passes(reader->filter, record)) {
        asactl_log_summary_leave_out(reader->summary, record);
        return;
    }
    class = asactl_log_summary_add(reader->summary, record);
    if (reader->seen != NULL) {
        reader->seen(reader->data, record, class);
    }
}

static void take_line(reading_t *reading, asactl_log_text_t line)
{
    asactl_log_record_t record;
    const char *why;

    switch (asactl_log_record_read(line.at, line.len, &reading->mark->schema, &record, &why)) {
    case ASACTL_LOG_LINE_RECORD:
        take_record(reading, &record);
        break;
    case ASACTL_LOG_LINE_BROKEN:
        bad(reading, ASACTL_LOG_BAD_BROKEN, why);
        break;
    case ASACTL_LOG_LINE_FORGED:
        bad(reading, ASACTL_LOG_BAD_FORGED, why);
        break;
    case ASACTL_LOG_LINE_FOREIGN:
        bad(reading, ASACTL_LOG_BAD_FOREIGN, why);
        break;
    case ASACTL_LOG_LINE_HEAD:
        break;
    }
    reading->known = reading->known || reading->mark->schema.kind != ASACTL_LOG_UNKNOWN;
}

/* Every line that is held. */
static void take_lines(reading_t *reading)
{
    asactl_log_lines_t *lines = reading->reader->lines;
    asactl_log_lines_kind_t kind;
    asactl_log_text_t line;

    while ((kind = asactl_log_lines_next(lines, &line)) != ASACTL_LOG_LINES_MORE) {
        reading->lines++;
        if (kind == ASACTL_LOG_LINES_LONG) {
            bad(reading, ASACTL_LOG_BAD_BROKEN, "longer than 1 MiB");
        } else {
            take_line(reading, line);
        }
    }
}

/* A last line that lacks its end, but none of its columns, has its sign-in, too; of its last column
 * something may be missing.  True: it was taken. */
static bool take_rest(reading_t *reading)
{
    asactl_log_schema_t schema = reading->mark->schema;
    asactl_log_text_t rest = asactl_log_lines_rest(reading->reader->lines);
    asactl_log_record_t record;
    const char *why;

    if (rest.len == 0 || reading->reader->more_to_come ||
        asactl_log_record_read(rest.at, rest.len, &schema, &record, &why) !=
            ASACTL_LOG_LINE_RECORD) {
        return false;
    }
    for (size_t i = 0; i < ASACTL_LOG_WANTED; i++) {
        if (schema.where[i] == (int)schema.columns - 1) {
            return false;
        }
    }
    reading->lines++;
    take_record(reading, &record);
    return true;
}

static bool take_all(reading_t *reading, asactl_log_source_t *source, asactl_outcome_t *outcome)
{
    asactl_log_reader_t *reader = reading->reader;
    asactl_log_sources_t *sources = asactl_log_summary_sources_own(reader->summary);
    ssize_t count;

    do {
        size_t size;
        char *room = asactl_log_lines_room(reader->lines, &size);

        count = asactl_log_source_read(source, room, size, outcome);
        if (count > 0) {
            sources->bytes += (unsigned long long)count;
            asactl_log_lines_put(reader->lines, (size_t)count);
            take_lines(reading);
            if (reader->progress != NULL) {
                reader->progress(reader->data, sources->bytes);
            }
        }
    } while (count > 0 && (reader->stopped == NULL || !reader->stopped()));
    return count >= 0;
}

/* Opens the file where the mark stands; a file that is another now, or shorter, is read anew. */
static asactl_log_source_t *open_at(apr_pool_t *pool, asactl_log_mark_t *mark,
                                    asactl_outcome_t *outcome)
{
    asactl_log_source_t *source = asactl_log_source_open(pool, mark->path, mark->found, outcome);
    const struct stat *stat;

    if (source == NULL) {
        return NULL;
    }
    stat = asactl_log_source_stat(source);
    if (!mark->begun || stat->st_ino != mark->inode || stat->st_dev != mark->device ||
        stat->st_size < mark->offset) {
        asactl_log_schema_begin(&mark->schema);
        mark->begun = true;
        mark->skipping = false;
        mark->offset = 0;
        mark->line = 0;
        mark->inode = stat->st_ino;
        mark->device = stat->st_dev;
    }
    if (mark->offset > 0 && !asactl_log_source_seek(source, mark->offset)) {
        asactl_outcome_fail(outcome, ASACTL_USAGE, NULL, pool, "%s: it cannot be read from its %s",
                            mark->path, "middle on");
        return NULL;
    }
    return source;
}

bool asactl_log_reader_file(asactl_log_reader_t *reader, asactl_log_mark_t *mark,
                            asactl_outcome_t *outcome)
{
    asactl_log_sources_t *sources = asactl_log_summary_sources_own(reader->summary);
    reading_t reading = {.reader = reader, .mark = mark};
    asactl_log_source_t *source;
    apr_pool_t *pool;
    bool first = !mark->begun, whole;

    apr_pool_create(&pool, reader->pool);
    source = open_at(pool, mark, outcome);
    if (source == NULL) {
        outcome->sentence = apr_pstrdup(reader->pool, outcome->sentence);
        apr_pool_destroy(pool);
        return false;
    }
    asactl_log_lines_begin(reader->lines, mark->line, mark->skipping);
    whole = take_all(&reading, source, outcome);
    mark->packed = asactl_log_source_is_packed(source);
    mark->offset += (off_t)reader->lines->taken;
    mark->size = mark->offset + (off_t)(reader->lines->end - reader->lines->begin);
    mark->line = reader->lines->line;
    mark->skipping = reader->lines->skipping;
    sources->files += first;
    sources->lines += reading.lines;
    sources->unfinished -= mark->unfinished;
    mark->unfinished = asactl_log_lines_unfinished(reader->lines) && !take_rest(&reading);
    sources->unfinished += mark->unfinished;
    reader->known += first && reading.known;
    if (whole && first && !reading.known && !mark->found && sources->bytes > 0 &&
        (reading.lines > 0 || mark->unfinished)) {
        whole = asactl_outcome_fail(outcome, ASACTL_USAGE,
                                    "Name an HttpProxy log, a W3C log of IIS or an Address Book "
                                    "log, from its first line on.",
                                    reader->pool, "%s: this is no log that is known", mark->path);
    }
    if (!whole) {
        outcome->sentence = apr_pstrdup(reader->pool, outcome->sentence);
    }
    apr_pool_destroy(pool);
    return whole;
}
