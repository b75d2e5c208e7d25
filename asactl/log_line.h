/* SPDX-License-Identifier: Apache-2.0
 *
 * Splits one line of a log into its columns.
 *
 * CSV as Exchange writes it: readers of such logs either parse RFC 4180 or split at every comma; a
 * line of which both do not see the same columns is broken.  W3C (IIS): columns divided by one
 * space, '-' is empty.
 *
 * Pure, any thread, no allocation; texts are borrowed from the line.
 */
#ifndef ASACTL_LOG_LINE_H
#define ASACTL_LOG_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* The longest line that is looked at, and the most columns of one. */
#define ASACTL_LOG_LINE_MAX    (1U << 20)
#define ASACTL_LOG_COLUMNS_MAX 128

/* A piece of a line: not terminated, any bytes. */
typedef struct asactl_log_text_t {
    const char *at;
    size_t len;
} asactl_log_text_t;

/* Equal without regard to the case of A to Z. */
bool asactl_log_text_is(asactl_log_text_t text, const char *word);

/* The whole text is a decimal number of at most 15 digits. */
bool asactl_log_text_number(asactl_log_text_t text, long long *out);

typedef struct asactl_log_columns_t {
    size_t count;
    asactl_log_text_t column[ASACTL_LOG_COLUMNS_MAX];
} asactl_log_columns_t;

/* False with a constant sentence in *why.  A column that was quoted is given with what stands
 * between its quotes; a doubled quote in it stays doubled (no column that is used may hold one). */
bool asactl_log_line_split_csv(const char *line, size_t len, asactl_log_columns_t *out,
                               const char **why);

/* The same for W3C; "-" is given as an empty text. */
bool asactl_log_line_split_w3c(const char *line, size_t len, asactl_log_columns_t *out,
                               const char **why);

#endif
