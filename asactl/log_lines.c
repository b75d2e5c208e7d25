/* SPDX-License-Identifier: Apache-2.0
 *
 * Cuts bytes into lines.
 */
#include "asactl/log_lines.h"

#include <string.h>

/* The longest line with its CR and LF, and room to read well behind it. */
#define PIECE       (256U << 10)
#define BUFFER_SIZE (ASACTL_LOG_LINE_MAX + 2 + PIECE)

asactl_log_lines_t *asactl_log_lines_make(apr_pool_t *pool)
{
    asactl_log_lines_t *lines = apr_pcalloc(pool, sizeof *lines);

    lines->buffer = apr_palloc(pool, BUFFER_SIZE);
    return lines;
}

void asactl_log_lines_begin(asactl_log_lines_t *lines, unsigned long long line, bool skipping)
{
    lines->begin = lines->end = 0;
    lines->skipping = skipping;
    lines->skipped = 0;
    lines->line = line;
    lines->taken = 0;
}

char *asactl_log_lines_room(asactl_log_lines_t *lines, size_t *size)
{
    if (lines->begin > 0) {
        memmove(lines->buffer, lines->buffer + lines->begin, lines->end - lines->begin);
        lines->end -= lines->begin;
        lines->begin = 0;
    }
    /* A piece that stays in the processor's cache until its lines are read. */
    *size = BUFFER_SIZE - lines->end < PIECE ? BUFFER_SIZE - lines->end : PIECE;
    return lines->buffer + lines->end;
}

void asactl_log_lines_put(asactl_log_lines_t *lines, size_t count)
{
    lines->end += count;
}

/* No LF is held: more is needed, or it is too long already and what is held is dropped. */
static asactl_log_lines_kind_t need_more(asactl_log_lines_t *lines)
{
    if (lines->skipping || lines->end - lines->begin > ASACTL_LOG_LINE_MAX + 1) {
        lines->skipped = lines->skipping ? lines->skipped : 0;
        lines->skipping = true;
        lines->skipped += lines->end - lines->begin;
        lines->taken += lines->end - lines->begin;
        lines->begin = lines->end;
    }
    return ASACTL_LOG_LINES_MORE;
}

asactl_log_lines_kind_t asactl_log_lines_next(asactl_log_lines_t *lines, asactl_log_text_t *out)
{
    const char *begin = lines->buffer + lines->begin;
    const char *stop = memchr(begin, '\n', lines->end - lines->begin);
    size_t len;

    if (stop == NULL) {
        return need_more(lines);
    }
    len = (size_t)(stop - begin);
    lines->begin += len + 1;
    lines->taken += len + 1;
    lines->line++;
    if (lines->skipping || len > ASACTL_LOG_LINE_MAX + 1) {
        lines->skipping = false;
        return ASACTL_LOG_LINES_LONG;
    }
    *out = (asactl_log_text_t){begin, len};
    return ASACTL_LOG_LINES_WHOLE;
}

asactl_log_text_t asactl_log_lines_rest(const asactl_log_lines_t *lines)
{
    return lines->skipping
               ? (asactl_log_text_t){"", 0}
               : (asactl_log_text_t){lines->buffer + lines->begin, lines->end - lines->begin};
}

bool asactl_log_lines_unfinished(const asactl_log_lines_t *lines)
{
    return lines->skipping || lines->end > lines->begin;
}
