/* SPDX-License-Identifier: Apache-2.0
 *
 * From bytes to lines, records and counts.
 */
#include "asactl/log_reader.h"

#include <errno.h>
#include <sys/stat.h>

#include <apr_strings.h>

#include "asactl/log_compare.h"

/* What one reading of a file found. */
typedef struct {
    asactl_log_reader_t *reader;
    const asactl_log_file_t *file;
    asactl_log_mark_t *mark;
    bool known; /* a head or a request of a known log */
    bool first; /* of this text, nothing was read before */
    bool again; /* but of another in the same file */
    unsigned long long lines;
} reading_t;

void asactl_log_reader_make(apr_pool_t *pool, asactl_log_reader_t *reader)
{
    *reader = (asactl_log_reader_t){
        .pool = pool, .lines = asactl_log_lines_make(pool), .marks = asactl_log_marks_make(pool)};
}

static void bad(const reading_t *reading, asactl_log_bad_t kind, const char *why)
{
    asactl_log_summary_bad(reading->reader->summary, kind, reading->file->path,
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
    asactl_log_line_kind_t kind =
        asactl_log_record_read(line.at, line.len, &reading->mark->reach.schema, &record, &why);

    reading->mark->reach.content += kind != ASACTL_LOG_LINE_HEAD;
    switch (kind) {
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
    reading->known = reading->known || reading->mark->reach.schema.kind != ASACTL_LOG_UNKNOWN;
}

/* Notes the last line that was given, as what the file ends with so far. */
static void note_line(reading_t *reading, asactl_log_text_t line)
{
    asactl_log_reach_t *reach = &reading->mark->reach;

    reach->line = reading->reader->lines->line;
    if (reach->firsts < ASACTL_LOG_MARK_FIRST) {
        asactl_log_reach_first(reach, line);
    }
}

/* Every line that is held. */
static void take_lines(reading_t *reading)
{
    asactl_log_lines_t *lines = reading->reader->lines;
    asactl_log_lines_kind_t kind;
    asactl_log_text_t line, last = {NULL, 0};

    while ((kind = asactl_log_lines_next(lines, &line)) != ASACTL_LOG_LINES_MORE) {
        reading->lines++;
        if (kind == ASACTL_LOG_LINES_LONG) {
            line = (asactl_log_text_t){"", 0};
            bad(reading, ASACTL_LOG_BAD_BROKEN, "longer than 1 MiB");
        } else {
            take_line(reading, line);
        }
        note_line(reading, line);
        last = line;
    }
    if (last.at != NULL) {
        asactl_log_reach_last(&reading->mark->reach, last);
    }
}

/* A last line that lacks its end, but none of its columns, has its sign-in, too; of its last column
 * something may be missing.  True: it was taken. */
static bool take_rest(reading_t *reading)
{
    asactl_log_schema_t schema = reading->mark->reach.schema;
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

static bool fail(const reading_t *reading, asactl_outcome_t *outcome, const char *what,
                 const char *remedy)
{
    return asactl_outcome_fail(outcome, ASACTL_USAGE, remedy, reading->reader->pool, "%s: %s",
                               reading->file->path, what);
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
        if (reader->lines->skipping && reader->lines->skipped > ASACTL_LOG_READER_LINE_MAX) {
            return fail(reading, outcome, "it has a line of more than 64 MiB, as no log has",
                        "Look at what it is; what stands before this is counted.");
        }
    } while (count > 0 && (reader->stopped == NULL || !reader->stopped()));
    return count >= 0;
}

/* --- where it goes on --- */

/* The same file, but not the same text: it is shorter, or another line ends where its last one did;
 * of what is packed, and of a copy that was not whole, only the whole text tells. */
static bool is_another_text(const asactl_log_reader_t *reader, const asactl_log_mark_t *mark,
                            const asactl_log_source_t *source)
{
    const struct stat *stat = asactl_log_source_stat(source);
    const asactl_log_reach_t *reach = &mark->reach;
    size_t size, len = reach->last_len;
    char *room;

    if (mark->packed || mark->part) {
        return !asactl_log_mark_is_unchanged(mark, stat->st_size, asactl_log_mark_changed(stat));
    }
    if (stat->st_size < reach->offset) {
        return true;
    }
    if (reach->line == 0 || len == 0 || reach->skipping) {
        return false;
    }
    asactl_log_lines_begin(reader->lines, 0, false);
    room = asactl_log_lines_room(reader->lines, &size);
    return len + 1 <= size &&
           (!asactl_log_source_look(source, reach->offset - (off_t)len - 1, room, len + 1) ||
            room[len] != '\n' || !asactl_log_reach_ends_with(reach, room, len));
}

/* From its begin on; NULL: another file has taken its place. */
static asactl_log_source_t *open_again(const reading_t *reading, apr_pool_t *pool,
                                       asactl_outcome_t *outcome)
{
    asactl_log_source_t *source =
        asactl_log_source_open(pool, reading->file->path, reading->file->found, outcome);
    const struct stat *stat = source != NULL ? asactl_log_source_stat(source) : NULL;

    return stat != NULL && stat->st_dev == reading->mark->device &&
                   stat->st_ino == reading->mark->inode
               ? source
               : NULL;
}

/* Finds the mark, and how far the file was read, under this name or another. */
static asactl_log_reader_end_t find_reach(reading_t *reading, asactl_log_source_t **source,
                                          apr_pool_t *pool, asactl_outcome_t *outcome)
{
    asactl_log_reader_t *reader = reading->reader;
    const struct stat *stat = asactl_log_source_stat(*source);
    asactl_log_mark_t *mark = asactl_log_marks_of(reader->marks, stat->st_dev, stat->st_ino, true);
    asactl_log_compare_t compared = ASACTL_LOG_COMPARE_NEW;
    bool unchanged;

    reading->mark = mark;
    if (mark->begun && is_another_text(reader, mark, *source)) {
        reading->again = true;
        asactl_log_summary_sources_own(reader->summary)->unfinished -= mark->reach.unfinished;
        asactl_log_marks_restart(reader->marks, mark);
    }
    unchanged = asactl_log_mark_is_unchanged(mark, stat->st_size, asactl_log_mark_changed(stat));
    asactl_log_mark_stat(mark, stat);
    if (!mark->begun) {
        asactl_log_reach_begin(&mark->reach);
        if (reader->compares) {
            compared = asactl_log_compare(reader->marks, *source, reader->lines, unchanged, pool,
                                          &mark->reach);
            *source = open_again(reading, pool, outcome);
        }
        if (compared == ASACTL_LOG_COMPARE_WAIT || *source == NULL) {
            return ASACTL_LOG_READER_LATER;
        }
        reading->first = true;
        mark->begun = true;
        mark->part = compared == ASACTL_LOG_COMPARE_PART;
    }
    return mark->reach.offset == 0 || asactl_log_source_skip(*source, mark->reach.offset, outcome)
               ? ASACTL_LOG_READER_DONE
               : ASACTL_LOG_READER_FAILED;
}

/* Standard input and pipes are read once, from their begin. */
static bool is_stream(const asactl_log_source_t *source)
{
    return !S_ISREG(asactl_log_source_stat(source)->st_mode);
}

/* --- all of it --- */

static asactl_log_reader_end_t read_on(reading_t *reading, asactl_log_source_t *source,
                                       asactl_outcome_t *outcome)
{
    asactl_log_reader_t *reader = reading->reader;
    asactl_log_sources_t *sources = asactl_log_summary_sources_own(reader->summary);
    asactl_log_mark_t *mark = reading->mark;
    asactl_log_reach_t *reach = &mark->reach;
    bool whole;

    asactl_log_lines_begin(reader->lines, reach->line, reach->skipping);
    whole = take_all(reading, source, outcome);
    mark->packed = asactl_log_source_is_packed(source);
    reach->offset += (off_t)reader->lines->taken;
    reach->line = reader->lines->line;
    reach->skipping = reader->lines->skipping;
    sources->files += reading->first && !reading->again;
    sources->lines += reading->lines;
    sources->unfinished -= reach->unfinished;
    reach->unfinished = asactl_log_lines_unfinished(reader->lines) && !take_rest(reading);
    sources->unfinished += reach->unfinished;
    reader->known += reading->first && reading->known;
    if (whole && reading->first && !reading->known && !reading->file->found && sources->bytes > 0 &&
        (reading->lines > 0 || reach->unfinished)) {
        whole = fail(reading, outcome, "this is no log that is known",
                     "Name an HttpProxy log, a W3C log of IIS or an Address Book log, from its "
                     "first line on.");
    }
    return whole ? ASACTL_LOG_READER_DONE : ASACTL_LOG_READER_FAILED;
}

asactl_log_reader_end_t asactl_log_reader_file(asactl_log_reader_t *reader,
                                               const asactl_log_file_t *file,
                                               asactl_outcome_t *outcome)
{
    asactl_log_mark_t stream = {.begun = true};
    reading_t reading = {.reader = reader, .file = file, .mark = &stream};
    asactl_log_reader_end_t end = ASACTL_LOG_READER_FAILED;
    asactl_log_source_t *source;
    apr_pool_t *pool;

    apr_pool_create(&pool, reader->pool);
    errno = 0;
    source = asactl_log_source_open(pool, file->path, file->found, outcome);
    if (source == NULL) {
        end = file->found && errno == ENOENT ? ASACTL_LOG_READER_GONE : ASACTL_LOG_READER_FAILED;
    } else if (!is_stream(source)) {
        end = find_reach(&reading, &source, pool, outcome);
    } else if (reader->more_to_come) {
        fail(&reading, outcome, "this is no file that can be followed",
             "Name logs or folders; without --follow it is read to its end.");
    } else {
        asactl_log_reach_begin(&stream.reach);
        reading.first = true;
        end = ASACTL_LOG_READER_DONE;
    }
    if (source != NULL && end == ASACTL_LOG_READER_DONE) {
        end = read_on(&reading, source, outcome);
    }
    if (end == ASACTL_LOG_READER_FAILED) {
        outcome->sentence = apr_pstrdup(reader->pool, outcome->sentence);
    }
    apr_pool_destroy(pool);
    return end;
}
