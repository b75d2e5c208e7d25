/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the HTML report share: the report that is being written, and its words for
 * counts, times and names.
 *
 * One thread; everything lives in the pool of the report.
 */
#ifndef ASACTL_LOG_HTML_PRIVATE_H
#define ASACTL_LOG_HTML_PRIVATE_H

#include <stdbool.h>

#include "asactl/html_text.h"
#include "asactl/log_html.h"

/* Classes of which somebody is signed in stand first, in their order: they are piled in plots. */
#define ASACTL_LOG_HTML_LAYERS ASACTL_LOG_REFUSED

typedef struct asactl_log_html_report_t {
    apr_pool_t *pool;
    asactl_html_t *html;
    const asactl_log_summary_t *summary;
    const asactl_log_html_about_t *about;
    const asactl_log_counts_t *counts;
    bool shown[ASACTL_LOG_CLASSES]; /* was met at all; what was not gets no column */
} asactl_log_html_report_t;

/* --- log_html_style.c --- */

extern const char asactl_log_html_style[];
/* The patterns of the classes, which everything drawn refers to: once in a document. */
extern const char asactl_log_html_patterns[];

/* --- log_html_value.c: one value each --- */

/* "Kerberos", "Negotiate (unproven)" … */
const char *asactl_log_html_class(const asactl_log_html_report_t *report, asactl_log_class_t class);
/* "kerberos", "ntlm" …: the name of its pattern and its colour in the style sheet. */
const char *asactl_log_html_mark(asactl_log_class_t class);

/* "1,234,567" */
const char *asactl_log_html_digits(apr_pool_t *pool, asactl_log_count_t number);
/* "93.4 %", never 100 or 0 if it is not exactly that. */
const char *asactl_log_html_percent(apr_pool_t *pool, asactl_log_count_t part,
                                    asactl_log_count_t whole);
/* "3 days", "6 hours", "1 minute" */
const char *asactl_log_html_span(apr_pool_t *pool, apr_time_t span);

/* A number that programs can read, too. */
void asactl_log_html_number(const asactl_log_html_report_t *report, asactl_log_count_t number);
/* A time to the minute; if_never for 0. */
void asactl_log_html_time(const asactl_log_html_report_t *report, apr_time_t when,
                          const char *if_never);
/* The name of a row; if_none where the log had nothing. */
void asactl_log_html_name(const asactl_log_html_report_t *report, const asactl_log_row_t *row,
                          const char *if_none);
/* By Kerberos: session, too, and Negotiate if it is trusted. */
asactl_log_count_t asactl_log_html_kerberos(const asactl_log_html_report_t *report,
                                            const asactl_log_counts_t *counts);

/* --- log_html_table.c --- */

/* Opens a table that is as wide as it needs; titles that begin with '#' are of numbers; NULL ends
 * them. */
void asactl_log_html_table(const asactl_log_html_report_t *report, const char *caption,
                           const char *const *titles);
void asactl_log_html_table_end(const asactl_log_html_report_t *report);
/* Cells: a number, a time. */
void asactl_log_html_number_cell(const asactl_log_html_report_t *report, asactl_log_count_t number);
void asactl_log_html_time_cell(const asactl_log_html_report_t *report, apr_time_t when,
                               const char *if_never);
/* The opening of a row, with the cells of its user, client and protocol. */
void asactl_log_html_who_cells(const asactl_log_html_report_t *report, const asactl_log_who_t *who);
/* After a table or a list: how many of how many it shows; nothing if it shows all. */
void asactl_log_html_more(const asactl_log_html_report_t *report, size_t shown, size_t all,
                          const char *what);
/* The opening of a row and its cells; the row is one of those below. */
typedef void asactl_log_html_row_t(const asactl_log_html_report_t *report, const void *row);
/* A table of the first of these rows (pointers), with asactl_log_html_more after it. */
void asactl_log_html_rows(const asactl_log_html_report_t *report, const char *caption,
                          const char *const *titles, const apr_array_header_t *rows,
                          asactl_log_html_row_t *put, const char *what);
/* Who and what, with all counts. */
void asactl_log_html_by(const asactl_log_html_report_t *report, asactl_log_by_t by,
                        const char *title, const char *what);
/* The opening of a section; id is the place that the list of contents leads to. */
void asactl_log_html_section(const asactl_log_html_report_t *report, const char *id,
                             const char *title);

/* --- the sections --- */

void asactl_log_html_over_time(const asactl_log_html_report_t *report); /* log_html_time.c */
void asactl_log_html_who(const asactl_log_html_report_t *report);       /* log_html_who.c */
void asactl_log_html_why(const asactl_log_html_report_t *report);       /* log_html_why.c */
void asactl_log_html_keys(const asactl_log_html_report_t *report);      /* log_html_keys.c */
void asactl_log_html_read(const asactl_log_html_report_t *report);      /* log_html_read.c */

#endif
