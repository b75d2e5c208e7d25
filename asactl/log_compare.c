/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a file along with what is known of those that were read.
 */
#include "asactl/log_compare.h"

#include "asactl/log_record.h"

typedef struct {
    const asactl_log_marks_t *marks;
    apr_pool_t *pool;
    asactl_log_lines_t *lines;
    asactl_log_reach_t at; /* up to where it was compared */
    apr_array_header_t *alike;
    asactl_log_reach_t best; /* the longest that was read already */
    bool found;
} comparison_t;

/* Follows the head and the count of content, as the reader does. */
static void follow(comparison_t *compared, asactl_log_text_t line)
{
    asactl_log_record_t record;
    const char *why;

    compared->at.line = compared->lines->line;
    compared->at.offset = (off_t)compared->lines->taken;
    compared->at.content += asactl_log_record_read(line.at, line.len, &compared->at.schema, &record,
                                                   &why) != ASACTL_LOG_LINE_HEAD;
}

static void take_line(comparison_t *compared, asactl_log_text_t line)
{
    unsigned firsts = compared->at.firsts;

    follow(compared, line);
    asactl_log_reach_first(&compared->at, line);
    if (compared->at.firsts > firsts) {
        compared->alike = asactl_log_marks_alike(compared->marks, compared->pool, &compared->at);
    }
    for (int i = 0; i < compared->alike->nelts; i++) {
        const asactl_log_reach_t *other =
            APR_ARRAY_IDX(compared->alike, i, const asactl_log_reach_t *);

        if (asactl_log_reach_is(&compared->at, other, line)) {
            compared->found = true;
            compared->best = compared->at;
            asactl_log_reach_last(&compared->best, line);
        }
    }
}

/* True: every line that is held was taken; false: nothing begins like it. */
static bool take_lines(comparison_t *compared)
{
    asactl_log_lines_kind_t kind;
    asactl_log_text_t line, last = {NULL, 0};

    while ((kind = asactl_log_lines_next(compared->lines, &line)) != ASACTL_LOG_LINES_MORE) {
        last = kind == ASACTL_LOG_LINES_LONG ? (asactl_log_text_t){"", 0} : line;
        take_line(compared, last);
        if (compared->at.firsts > 0 && compared->alike->nelts == 0 && !compared->found) {
            return false;
        }
    }
    if (last.at != NULL) {
        asactl_log_reach_last(&compared->at, last);
    }
    return true;
}

/* Whether one that begins alike has more lines: then this is the begin of a copy of it. */
static bool is_begin(const comparison_t *compared)
{
    for (int i = 0; i < compared->alike->nelts; i++) {
        if (APR_ARRAY_IDX(compared->alike, i, const asactl_log_reach_t *)->line >
            compared->at.line) {
            return true;
        }
    }
    return false;
}

/* What has no content yet has nothing to count, and may become a copy. */
asactl_log_compare_t asactl_log_compare(const asactl_log_marks_t *marks,
                                        asactl_log_source_t *source, asactl_log_lines_t *lines,
                                        bool unchanged, apr_pool_t *pool, asactl_log_reach_t *out)
{
    comparison_t compared = {.marks = marks,
                             .pool = pool,
                             .lines = lines,
                             .alike = apr_array_make(pool, 1, sizeof(void *))};
    asactl_outcome_t outcome; /* what cannot be unpacked to its end is compared up to there */
    ssize_t count;

    asactl_log_reach_begin(&compared.at);
    asactl_log_lines_begin(lines, 0, false);
    do {
        size_t size;
        char *room = asactl_log_lines_room(lines, &size);

        count = asactl_log_source_read(source, room, size, &outcome);
        if (count > 0) {
            asactl_log_lines_put(lines, (size_t)count);
            if (!take_lines(&compared)) {
                return ASACTL_LOG_COMPARE_NEW;
            }
        }
    } while (count > 0);
    if (!unchanged || (compared.at.firsts == 0 && count == 0)) {
        return ASACTL_LOG_COMPARE_WAIT;
    }
    if (!compared.found && !is_begin(&compared)) {
        return ASACTL_LOG_COMPARE_NEW;
    }
    *out = compared.found ? compared.best : compared.at;
    return compared.found ? ASACTL_LOG_COMPARE_COPY : ASACTL_LOG_COMPARE_PART;
}
