/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints: lines, tables, steps, failures and the JSON document.
 */
#include "asactl/out.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <apr_strings.h>
#include <apr_time.h>

#include "asactl/safe_text.h"

static struct {
    bool json, document, live, failed;
    apr_time_t begun;      /* of the first step; 0: there was none */
    apr_time_t step_begun; /* of the step that is shown */
    char *step;            /* live on a terminal; NULL: none */
} out;

void asactl_out_begin(bool json)
{
    /* A line of standard error is one write, whole also where processes share the file. */
    setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
    memset(&out, 0, sizeof out);
    out.json = json;
    out.live = isatty(STDERR_FILENO);
}

bool asactl_out_is_json(void)
{
    return out.json;
}

/* --- text --- */

static void put_text(FILE *stream, const char *text)
{
    char piece[ASACTL_SAFE_TEXT_STEP];

    while (*text != '\0') {
        text += asactl_safe_text_step(text, piece);
        fputs(piece, stream);
    }
}

/* The formatted text; the caller frees it.  Without memory there is nothing left to say. */
__attribute__((format(printf, 1, 0))) static char *format_text(const char *format,
                                                               va_list arguments)
{
    char *text = NULL;

    if (vasprintf(&text, format, arguments) < 0) {
        abort();
    }
    return text;
}

const char *asactl_out_safe(apr_pool_t *pool, const char *text)
{
    char piece[ASACTL_SAFE_TEXT_STEP];
    char copy[ASACTL_OUT_LIMIT + 1];
    size_t len = 0;

    if (text == NULL) {
        return "";
    }
    while (*text != '\0') {
        size_t taken = asactl_safe_text_step(text, piece), more = strlen(piece);

        if (len + more > ASACTL_OUT_LIMIT - strlen("…")) {
            memcpy(copy + len, "…", strlen("…"));
            len += strlen("…");
            break;
        }
        memcpy(copy + len, piece, more);
        len += more;
        text += taken;
    }
    return apr_pstrmemdup(pool, copy, len);
}

/* --- steps --- */

static size_t terminal_columns(void)
{
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

/* Redraws the live line, cut to the terminal so that it stays one. */
static void draw_step(const char *ending)
{
    size_t room = terminal_columns() - 12;
    char piece[ASACTL_SAFE_TEXT_STEP];
    const char *at = out.step;

    fputs("\r\033[K", stderr);
    while (*at != '\0' && room >= ASACTL_SAFE_TEXT_STEP) {
        at += asactl_safe_text_step(at, piece);
        room -= asactl_safe_text_width(piece);
        fputs(piece, stderr);
    }
    fputs(*at != '\0' ? "…" : "", stderr);
    fputs(ending, stderr);
    fflush(stderr);
}

static void end_step(void)
{
    char ending[32];

    if (out.step == NULL) {
        return;
    }
    snprintf(ending, sizeof ending, "  %.1f s\n",
             (double)(apr_time_now() - out.step_begun) / APR_USEC_PER_SEC);
    draw_step(ending);
    free(out.step);
    out.step = NULL;
}

void asactl_out_step(const char *format, ...)
{
    apr_time_t now = apr_time_now();
    va_list arguments;
    char *text;

    if (out.json) {
        return;
    }
    end_step();
    fflush(stdout); /* in a log of both, what was said before stands above */
    va_start(arguments, format);
    text = format_text(format, arguments);
    va_end(arguments);
    out.begun = out.begun == 0 ? now : out.begun;
    out.step_begun = now;
    if (out.live) {
        out.step = text;
        draw_step(" ");
        return;
    }
    fprintf(stderr, "%6.1f s  ", (double)(now - out.begun) / APR_USEC_PER_SEC);
    put_text(stderr, text);
    fputc('\n', stderr);
    fflush(stderr);
    free(text);
}

void asactl_out_progress(const char *format, ...)
{
    va_list arguments;

    if (out.json || !out.live || out.step == NULL) {
        return;
    }
    free(out.step);
    va_start(arguments, format);
    out.step = format_text(format, arguments);
    va_end(arguments);
    draw_step(" ");
}

/* --- lines and tables --- */

void asactl_out_line(const char *format, ...)
{
    va_list arguments;
    char *text;

    if (out.json) {
        return;
    }
    end_step();
    va_start(arguments, format);
    text = format_text(format, arguments);
    va_end(arguments);
    put_text(stdout, text);
    fputc('\n', stdout);
    free(text);
}

void asactl_out_flush(void)
{
    fflush(stdout);
}

void asactl_out_warning(const char *format, ...)
{
    va_list arguments;
    char *text;

    end_step();
    fflush(stdout);
    va_start(arguments, format);
    text = format_text(format, arguments);
    va_end(arguments);
    fputs("warning: ", stderr);
    put_text(stderr, text);
    fputc('\n', stderr);
    free(text);
}

/* One row; the last column is not padded. */
static void put_row(const char *const *cells, const size_t *widths, size_t columns)
{
    size_t last = columns;

    while (last > 1 && cells[last - 1][0] == '\0') {
        last--;
    }
    for (size_t i = 0; i < last; i++) {
        fputs(cells[i], stdout);
        if (i + 1 < last) {
            fprintf(stdout, "%*s", (int)(widths[i] - asactl_safe_text_width(cells[i]) + 2), "");
        }
    }
    fputc('\n', stdout);
}

void asactl_out_table(apr_pool_t *pool, const char *const *titles, size_t columns,
                      const char *const *cells, size_t rows)
{
    const char **safe = apr_pcalloc(pool, (rows + 1) * columns * sizeof *safe);
    size_t *widths = apr_pcalloc(pool, columns * sizeof *widths);

    if (out.json) {
        return;
    }
    end_step();
    for (size_t i = 0; i < (rows + 1) * columns; i++) {
        size_t width;

        safe[i] = asactl_out_safe(pool, i < columns ? titles[i] : cells[i - columns]);
        width = asactl_safe_text_width(safe[i]);
        widths[i % columns] = width > widths[i % columns] ? width : widths[i % columns];
    }
    for (size_t row = 0; row <= rows; row++) {
        put_row(safe + row * columns, widths, columns);
    }
}

/* A quote is doubled inside quotes.  Half of the world's spreadsheets divide at ';', too. */
static void put_cell(const char *cell)
{
    char piece[ASACTL_SAFE_TEXT_STEP];
    bool quoted = strpbrk(cell, ",\"") != NULL, begins = true;

    fputs(quoted ? "\"" : "", stdout);
    while (*cell != '\0') {
        fputs(begins && asactl_safe_text_is_formula(cell) ? "'" : "", stdout);
        begins = *cell == ';' || *cell == ',';
        cell += asactl_safe_text_step(cell, piece);
        fputs(piece[0] == '"' ? "\"\"" : piece, stdout);
    }
    fputs(quoted ? "\"" : "", stdout);
}

void asactl_out_csv(const char *const *cells, size_t columns)
{
    if (out.json) {
        return;
    }
    end_step();
    for (size_t i = 0; i < columns; i++) {
        fputs(i > 0 ? "," : "", stdout);
        put_cell(cells[i] != NULL ? cells[i] : "");
    }
    fputs("\r\n", stdout);
}

/* --- JSON --- */

static void put_document(json_t *document, FILE *stream)
{
    if (document == NULL) {
        fputs("error: the JSON document could not be made\n", stderr);
        out.failed = true;
    } else if (json_dumpf(document, stream, JSON_INDENT(2)) != 0) {
        out.failed = true;
    }
    fputc('\n', stream);
    json_decref(document);
}

void asactl_out_json(json_t *document)
{
    if (!out.json) {
        json_decref(document);
        return;
    }
    out.document = true;
    put_document(document, stdout);
}

void asactl_out_json_piece(void *unused, const char *bytes, size_t len)
{
    (void)unused;
    if (out.json && !ferror(stdout)) {
        out.document = true;
        fwrite(bytes, 1, len, stdout);
    }
}

void asactl_out_json_end(bool whole)
{
    if (out.json && !whole) {
        fputs("error: the JSON document could not be made\n", stderr);
        out.failed = true;
    }
    asactl_out_json_piece(NULL, "\n", 1);
}

/* --- the end --- */

static json_t *failure_document(apr_pool_t *pool, const asactl_outcome_t *outcome)
{
    const char *remedy = outcome->remedy != NULL ? asactl_out_safe(pool, outcome->remedy) : NULL;

    return json_pack("{s:s, s:s?, s:i}", "error", asactl_out_safe(pool, outcome->sentence),
                     "remedy", remedy, "code", (int)outcome->code);
}

void asactl_out_failure(const asactl_outcome_t *outcome)
{
    apr_pool_t *pool;

    end_step();
    if (apr_pool_create(&pool, NULL) != APR_SUCCESS) {
        abort();
    }
    if (out.json) {
        fflush(stdout);
        put_document(failure_document(pool, outcome), out.document ? stderr : stdout);
        out.document = true;
    } else {
        fflush(stdout);
        fprintf(stderr, "error: %s\n", asactl_out_safe(pool, outcome->sentence));
        if (outcome->remedy != NULL) {
            fputs("  ", stderr);
            put_text(stderr, outcome->remedy);
            fputc('\n', stderr);
        }
    }
    apr_pool_destroy(pool);
}

bool asactl_out_end(void)
{
    end_step();
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("error: the output could not be written\n", stderr);
        out.failed = true;
    }
    return !out.failed;
}

/* Reads the answer to its end, so that no rest of it answers the next question. */
static bool read_yes(void)
{
    char *line = NULL;
    size_t size = 0;
    bool yes = getline(&line, &size, stdin) >= 0 && strcmp(line, "yes\n") == 0;

    free(line);
    return yes;
}

bool asactl_out_confirm(const char *question)
{
    if (out.json || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
        return false;
    }
    end_step();
    fflush(stdout);
    put_text(stderr, question);
    fputs(" [yes/no] ", stderr);
    fflush(stderr);
    return read_yes();
}
