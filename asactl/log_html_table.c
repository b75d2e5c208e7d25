/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of the HTML report: how each begins and ends, and those of who and what.
 */
#include "asactl/log_html_private.h"

#include <apr_strings.h>

#include "asactl/log_html_plot.h"

/* Who looks for more takes the table of --csv. */
#define ROWS_MAX 50

void asactl_log_html_section(const asactl_log_html_report_t *report, const char *id,
                             const char *title)
{
    asactl_html_put(report->html,
                    "</section>\n<section aria-labelledby=\"%s\"><h2 id=\"%s\">%s</h2>\n", id, id,
                    title);
}

void asactl_log_html_table(const asactl_log_html_report_t *report, const char *caption,
                           const char *const *titles)
{
    /* What is wider than the screen is moved by keys, too. */
    asactl_html_put(report->html,
                    "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"%s\"><table>"
                    "<caption>%s</caption><thead><tr>",
                    caption, caption);
    for (; *titles != NULL; titles++) {
        asactl_html_markup(report->html, **titles == '#' ? "<th scope=\"col\" class=\"number\">"
                                                         : "<th scope=\"col\">");
        asactl_html_put(report->html, "%s</th>", *titles + (**titles == '#'));
    }
    asactl_html_markup(report->html, "</tr></thead>\n<tbody>\n");
}

void asactl_log_html_table_end(const asactl_log_html_report_t *report)
{
    asactl_html_markup(report->html, "</tbody></table></div>\n");
}

void asactl_log_html_number_cell(const asactl_log_html_report_t *report, asactl_log_count_t number)
{
    asactl_html_markup(report->html,
                       number == 0 ? "<td class=\"number zero\">" : "<td class=\"number\">");
    asactl_log_html_number(report, number);
    asactl_html_markup(report->html, "</td>");
}

void asactl_log_html_time_cell(const asactl_log_html_report_t *report, apr_time_t when,
                               const char *if_never)
{
    asactl_html_markup(report->html, "<td class=\"when\">");
    asactl_log_html_time(report, when, if_never);
    asactl_html_markup(report->html, "</td>");
}

void asactl_log_html_more(const asactl_log_html_report_t *report, size_t shown, size_t all,
                          const char *what)
{
    if (shown < all) {
        asactl_html_put(report->html,
                        "<p class=\"note\">The first %s of %s %s are shown; "
                        "<code>asactl log --csv</code> writes all of them.</p>\n",
                        asactl_log_html_digits(report->pool, shown),
                        asactl_log_html_digits(report->pool, all), what);
    }
}

void asactl_log_html_rows(const asactl_log_html_report_t *report, const char *caption,
                          const char *const *titles, const apr_array_header_t *rows,
                          asactl_log_html_row_t *put, const char *what)
{
    int shown = rows->nelts < ROWS_MAX ? rows->nelts : ROWS_MAX;

    asactl_log_html_table(report, caption, titles);
    for (int i = 0; i < shown; i++) {
        put(report, APR_ARRAY_IDX(rows, i, const void *));
        asactl_html_markup(report->html, "</tr>\n");
    }
    asactl_log_html_table_end(report);
    asactl_log_html_more(report, (size_t)shown, (size_t)rows->nelts, what);
}

/* A bar of the shares of those that signed in. */
static void put_shares(const asactl_log_html_report_t *report, const asactl_log_counts_t *counts)
{
    unsigned ends[ASACTL_LOG_HTML_LAYERS], begin = 0;

    asactl_log_plot_shares(counts->of, ASACTL_LOG_HTML_LAYERS, ends);
    asactl_html_put(report->html,
                    "<svg class=\"shares\" viewBox=\"0 0 %d 80\" preserveAspectRatio=\"none\" "
                    "role=\"img\"><title>",
                    (int)ASACTL_LOG_PLOT_SHARES);
    asactl_html_put(report->html, "Kerberos: %s of those who signed in</title>",
                    asactl_log_html_percent(report->pool, asactl_log_html_kerberos(report, counts),
                                            asactl_log_counts_signed_in(counts)));
    for (int class = 0; class < ASACTL_LOG_HTML_LAYERS; class ++) {
        if (ends[class] > begin) {
            asactl_html_put(report->html,
                            "<rect class=\"fill-%s\" x=\"%d\" width=\"%d\" height=\"80\"/>",
                            asactl_log_html_mark((asactl_log_class_t) class), (int)begin,
                            (int)(ends[class] - begin));
        }
        begin = ends[class];
    }
    asactl_html_markup(report->html, "</svg>");
}

static void put_row(const asactl_log_html_report_t *report, const void *data)
{
    const asactl_log_row_t *row = data;

    asactl_html_markup(report->html, "<tr><th scope=\"row\">");
    asactl_log_html_name(report, row, "not named in the log");
    asactl_html_markup(report->html, "</th><td class=\"shares\">");
    put_shares(report, &row->counts);
    asactl_html_put(report->html, "</td><td class=\"number\">%s</td>",
                    asactl_log_html_percent(report->pool,
                                            asactl_log_html_kerberos(report, &row->counts),
                                            asactl_log_counts_signed_in(&row->counts)));
    for (int class = 0; class < ASACTL_LOG_CLASSES; class ++) {
        if (report->shown[class]) {
            asactl_log_html_number_cell(report, row->counts.of[class]);
        }
    }
    asactl_log_html_time_cell(report, row->counts.last, "");
}

void asactl_log_html_by(const asactl_log_html_report_t *report, asactl_log_by_t by,
                        const char *title, const char *what)
{
    const apr_array_header_t *rows = asactl_log_summary_rows(report->summary, report->pool, by);
    const char *titles[ASACTL_LOG_CLASSES + 5] = {title, "Share", "#Kerberos %"};
    int columns = 3;

    for (int class = 0; class < ASACTL_LOG_CLASSES; class ++) {
        if (report->shown[class]) {
            titles[columns++] = apr_pstrcat(
                report->pool, "#", asactl_log_html_class(report, (asactl_log_class_t) class), NULL);
        }
    }
    titles[columns] = "Last";
    if (rows->nelts == 0) {
        return;
    }
    asactl_html_put(report->html, "<div class=\"by\" id=\"by-%s\">\n", asactl_log_by_name(by));
    asactl_log_html_rows(report, apr_pstrcat(report->pool, "By ", what, NULL), titles, rows,
                         put_row, "rows");
    asactl_html_markup(report->html, "</div>\n");
}
