/* SPDX-License-Identifier: Apache-2.0
 *
 * The only place that prints.  Text for people, one JSON document for programs.
 *
 * Strings from the directory and from nodes are hostile: on a terminal and in text every control character, escape sequence and byte that is not UTF-8 is
 * shown as \xHH.  Progress goes to stderr: live on a terminal, plain lines in a pipe, nothing with --json.
 */
#ifndef ASACTL_OUT_H
#define ASACTL_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "asactl/outcome.h"

/* Once, before anything is printed. */
void asactl_out_begin(bool json);

/* A line of text on stdout (nothing with --json); the format's %s arguments are made safe by the caller with asactl_out_safe. */
void asactl_out_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A table: column titles, then rows of that many cells; widths fit the content. */
void asactl_out_table(apr_pool_t *pool, const char *const *titles, size_t columns,
                      const char *const *cells, size_t rows);

/* The document of a --json run; taken over. Printed at once; call it once. Nothing without --json. */
void asactl_out_json(json_t *document);

/* "error: SENTENCE" and "  REMEDY" on stderr, or {"error":…, "remedy":…, "code":…} with --json. */
void asactl_out_failure(const asactl_outcome_t *outcome);

/* A step begins / has ended, with the time it took. */
void asactl_out_step(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A safe copy of hostile text. */
const char *asactl_out_safe(apr_pool_t *pool, const char *text);

/* Asks on the terminal; false without one, or for anything but yes. */
bool asactl_out_confirm(const char *question);

#endif
