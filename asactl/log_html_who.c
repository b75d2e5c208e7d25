/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTML report on who is not on Kerberos: signed in by something else, or turned away.
 */
#include "asactl/log_html_private.h"

#include <string.h>

#define ROWS_MAX 100

void asactl_log_html_who_cells(const asactl_log_html_report_t *report, const asactl_log_who_t *who)
{
    asactl_html_markup(report->html, "<tr><th scope=\"row\">");
    asactl_log_html_name(report, who->user, "nobody");
    asactl_html_markup(report->html, "</th><td class=\"name\">");
    asactl_log_html_name(report, who->client, "not named in the log");
    asactl_html_markup(report->html, "</td><td class=\"name\">");
    asactl_log_html_name(report, who->protocol, "not named in the log");
    asactl_html_markup(report->html, "</td>");
}

static void put_agents(const asactl_log_html_report_t *report, const asactl_log_who_t *who)
{
    asactl_html_markup(report->html, "<td class=\"agents\">");
    for (size_t i = 0; i < ASACTL_LOG_WHO_AGENTS && who->agents[i] != NULL; i++) {
        asactl_html_markup(report->html, "<div>");
        asactl_log_html_name(report, who->agents[i], "no User-Agent");
        asactl_html_markup(report->html, "</div>");
    }
    asactl_html_markup(report->html,
                       who->more_agents ? "<div class=\"soft\">and more</div></td>" : "</td>");
}

/* By what, as the report calls it, and as the log wrote it where that says more. */
static void put_means(const asactl_log_html_report_t *report, const asactl_log_who_t *who)
{
    const char *class = asactl_log_html_class(report, who->last_class);
    const char *type = who->last_type != NULL ? who->last_type->name : "";

    asactl_html_markup(report->html, "<td class=\"name means\">");
    if (*type == '\0') {
        asactl_html_put(report->html, "%s</td>", class);
    } else if (strncmp(type, class, strlen(class)) == 0) {
        asactl_html_put(report->html, "<bdi>%s</bdi></td>", type);
    } else {
        asactl_html_put(report->html, "%s (<bdi>%s</bdi>)</td>", class, type);
    }
}

static void put_someone(const asactl_log_html_report_t *report, const void *row)
{
    const asactl_log_who_t *who = row;

    asactl_log_html_who_cells(report, who);
    asactl_log_html_time_cell(report, who->since, "");
    put_means(report, who);
    asactl_log_html_number_cell(report, who->since_count);
    asactl_log_html_time_cell(report, who->last_other, "");
    asactl_log_html_time_cell(report, who->last_kerberos, "never");
    put_agents(report, who);
}

static void put_not_on_kerberos(const asactl_log_html_report_t *report)
{
    static const char *const titles[] = {"User",       "Client",
                                         "Protocol",   "Since (UTC)",
                                         "By",         "#Sign-ins since",
                                         "Last (UTC)", "Kerberos before (UTC)",
                                         "Programs",   NULL};
    const apr_array_header_t *all =
        asactl_log_summary_not_on_kerberos(report->summary, report->pool);
    const apr_array_header_t *people = asactl_log_who_of(report->pool, all, false);
    const apr_array_header_t *monitoring = asactl_log_who_of(report->pool, all, true);

    if (people->nelts == 0) {
        asactl_html_markup(report->html,
                           "<p>Nobody signed in without Kerberos, or all who did came "
                           "back by Kerberos later.</p>\n");
    } else {
        asactl_html_markup(report->html,
                           "<p>Who signed in by something else, and not by Kerberos after it. "
                           "Most sign-ins come first.</p>\n");
        asactl_log_html_rows(report, "Not on Kerberos", titles, people, put_someone,
                             "users on their clients");
    }
    if (monitoring->nelts > 0) {
        asactl_html_markup(report->html,
                           "<h3>Exchange&#39;s own monitoring</h3>\n<p>Health mailboxes, as "
                           "which every server signs in to itself all the time; "
                           "<code>--no-monitoring</code> leaves them out.</p>\n");
        asactl_log_html_rows(report, "Not on Kerberos: Exchange's own monitoring", titles,
                             monitoring, put_someone, "health mailboxes on their clients");
    }
}

static void put_client(const asactl_log_html_report_t *report, const void *row)
{
    const asactl_log_who_t *who = row;

    asactl_html_markup(report->html, "<tr><th scope=\"row\">");
    asactl_log_html_name(report, who->client, "not named in the log");
    asactl_html_markup(report->html, "</th><td class=\"name\">");
    asactl_log_html_name(report, who->protocol, "not named in the log");
    asactl_html_markup(report->html, "</td>");
    asactl_log_html_number_cell(report, who->counts.of[ASACTL_LOG_REFUSED]);
    asactl_log_html_time_cell(report, who->last_refused, "");
    asactl_html_put(report->html, "<td class=\"name\"><bdi>%s</bdi></td>",
                    who->last_reason != NULL ? who->last_reason->name : "");
    asactl_log_html_time_cell(report, who->last_kerberos, "never");
}

static void put_turned_away(const asactl_log_html_report_t *report)
{
    static const char *const titles[] = {
        "Client",     "Protocol",           "#Turned away",
        "Last (UTC)", "Why, the last time", "Kerberos before (UTC)",
        NULL};
    const apr_array_header_t *rows = asactl_log_summary_turned_away(report->summary, report->pool);

    if (rows->nelts == 0) {
        return;
    }
    asactl_html_markup(report->html,
                       "<h3>Turned away, and not signed in after it</h3>\n<p>A log does not name a "
                       "user who was not signed in: the client&#39;s address tells who it is. The "
                       "latest come first.</p>\n");
    asactl_log_html_rows(report, "Turned away", titles, rows, put_client, "clients");
}

void asactl_log_html_who(const asactl_log_html_report_t *report)
{
    asactl_log_html_section(report, "who", "Who is not on Kerberos");
    put_not_on_kerberos(report);
    put_turned_away(report);
}
