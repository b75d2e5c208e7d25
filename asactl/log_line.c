/* SPDX-License-Identifier: Apache-2.0
 *
 * Splits lines at commas or spaces.
 */
#include "asactl/log_line.h"

#include <string.h>

#define MOST_DIGITS 15

static unsigned char lower(unsigned char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte + ('a' - 'A')) : byte;
}

bool asactl_log_text_is(asactl_log_text_t text, const char *word)
{
    for (size_t i = 0; i < text.len; i++) {
        if (word[i] == '\0' || lower((unsigned char)text.at[i]) != lower((unsigned char)word[i])) {
            return false;
        }
    }
    return word[text.len] == '\0';
}

bool asactl_log_text_number(asactl_log_text_t text, long long *out)
{
    long long value = 0;

    if (text.len == 0 || text.len > MOST_DIGITS) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') {
            return false;
        }
        value = 10 * value + (text.at[i] - '0');
    }
    *out = value;
    return true;
}

static bool refuse(const char **why, const char *sentence)
{
    *why = sentence;
    return false;
}

/* The end of the quoted column that begins at at: behind its closing quote; NULL: it is none that
 * both kinds of readers see alike. */
static const char *quoted_end(const char *at, const char *end, const char **why)
{
    for (at++; at < end; at++) {
        if (*at == ',') {
            *why = "a comma inside quotes, which readers that split see as the end of the column";
            return NULL;
        }
        if (*at == '"') {
            if (at + 1 < end && at[1] == '"') {
                at++;
            } else {
                return at + 1;
            }
        }
    }
    *why = "a quote is not closed";
    return NULL;
}

/* One column from at on; its end, or NULL. */
static const char *take_column(const char *at, const char *end, bool quotes, asactl_log_text_t *out,
                               const char **why)
{
    const char *stop;

    if (quotes && at < end && *at == '"') {
        stop = quoted_end(at, end, why);
        if (stop != NULL && stop < end && *stop != ',') {
            *why = "text behind a closing quote";
            stop = NULL;
        }
        *out = (asactl_log_text_t){at + 1, stop != NULL ? (size_t)(stop - at) - 2 : 0};
        return stop;
    }
    stop = at < end ? memchr(at, ',', (size_t)(end - at)) : NULL;
    stop = stop != NULL ? stop : end;
    if (quotes && memchr(at, '"', (size_t)(stop - at)) != NULL) {
        *why = "a quote inside a column that is not quoted";
        return NULL;
    }
    *out = (asactl_log_text_t){at, (size_t)(stop - at)};
    return stop;
}

/* What no line of either kind may hold. */
static bool is_line(const char *line, size_t len, const char **why)
{
    if (len > ASACTL_LOG_LINE_MAX) {
        return refuse(why, "longer than 1 MiB");
    }
    return memchr(line, '\r', len) == NULL || refuse(why, "a carriage return inside the line");
}

bool asactl_log_line_split_csv(const char *line, size_t len, asactl_log_columns_t *out,
                               const char **why)
{
    const char *at = line, *end = line + len;
    bool quotes;

    out->count = 0;
    if (!is_line(line, len, why)) {
        return false;
    }
    quotes = memchr(line, '"', len) != NULL;
    for (;;) {
        if (out->count == ASACTL_LOG_COLUMNS_MAX) {
            return refuse(why, "too many columns");
        }
        at = take_column(at, end, quotes, &out->column[out->count], why);
        if (at == NULL) {
            return false;
        }
        out->count++;
        if (at == end) {
            return true;
        }
        at++; /* the comma: one more column follows, if only an empty one */
    }
}

bool asactl_log_line_split_w3c(const char *line, size_t len, asactl_log_columns_t *out,
                               const char **why)
{
    const char *at = line, *end = line + len;

    out->count = 0;
    if (!is_line(line, len, why)) {
        return false;
    }
    for (;;) {
        const char *stop = at < end ? memchr(at, ' ', (size_t)(end - at)) : NULL;

        if (out->count == ASACTL_LOG_COLUMNS_MAX) {
            return refuse(why, "too many columns");
        }
        stop = stop != NULL ? stop : end;
        out->column[out->count] = (asactl_log_text_t){at, (size_t)(stop - at)};
        if (stop - at == 1 && *at == '-') {
            out->column[out->count].len = 0;
        }
        out->count++;
        if (stop == end) {
            return true;
        }
        at = stop + 1;
    }
}
