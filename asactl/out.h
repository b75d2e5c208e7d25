/* SPDX-License-Identifier: Apache-2.0
 *
 * The only place that prints.  Text for people, one JSON document for programs.
 *
 * Strings from the directory and from nodes are hostile: in text every control character, line end,
 * escape sequence, direction mark and byte that is not UTF-8 is shown as \xHH, whatever the caller
 * did.  What a caller must see to itself is the length of such a string: asactl_out_safe.
 * Progress goes to stderr: live on a terminal, plain lines in a pipe, nothing with --json.
 *
 * One thread at a time.
 */
#ifndef ASACTL_OUT_H
#define ASACTL_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "asactl/outcome.h"

/* The most bytes that are shown of one hostile string; "…" stands for the rest. */
#define ASACTL_OUT_LIMIT 1024

/* Once, before anything is printed. */
void asactl_out_begin(bool json);

/* Whether --json was asked for. */
bool asactl_out_is_json(void);

/* Ends a step that is still shown, and gives false (and says so on stderr) if something could not
 * be written to stdout. */
bool asactl_out_end(void);

/* One line of text on stdout (nothing with --json); the caller bounds the format's hostile %s
 * arguments with asactl_out_safe. */
void asactl_out_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A warning, on stderr, also with --json (stdout stays one document). */
void asactl_out_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A table: column titles, then rows of that many cells; widths fit the content.  Cells are made
 * safe here; NULL is an empty one. */
void asactl_out_table(apr_pool_t *pool, const char *const *titles, size_t columns,
                      const char *const *cells, size_t rows);

/* What was printed stands where it belongs now, also in a pipe. */
void asactl_out_flush(void);

/* One record of CSV on stdout (RFC 4180, CRLF); nothing with --json.  Cells are made safe here,
 * NULL is an empty one.  What a spreadsheet would run as a formula, at the begin of a cell or
 * behind a ';' or ',' in it, gets a ' in front. */
void asactl_out_csv(const char *const *cells, size_t columns);

/* The document of a --json run; taken over. Printed at once; call it once. Nothing without
 * --json. */
void asactl_out_json(json_t *document);

/* The same for a document that is too long to be held: its bytes one after the other (for
 * asactl_json_stream_make), and its end; not whole: something of it could not be made. */
void asactl_out_json_piece(void *unused, const char *bytes, size_t len);
void asactl_out_json_end(bool whole);

/* "error: SENTENCE" and "  REMEDY" on stderr; with --json {"error":…, "remedy":…, "code":…} on
 * stdout, or on stderr if a document was printed already. */
void asactl_out_failure(const asactl_outcome_t *outcome);

/* A step has begun; the one before has ended, and is shown with the time it took.  In a pipe, one
 * line for a step at its begin, with the seconds since the first. */
void asactl_out_step(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The step that is shown, in other words: on a terminal alone, in its place. */
void asactl_out_progress(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A safe copy of hostile text, on one line and of ASACTL_OUT_LIMIT bytes at most; "" for NULL. */
const char *asactl_out_safe(apr_pool_t *pool, const char *text);

/* Asks on the terminal; false without one, with --json, or for anything but yes. */
bool asactl_out_confirm(const char *question);

#endif
