/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTML report on reasons: why requests were turned away and what to do, and the statuses of
 * IIS.
 */
#include "asactl/log_html_private.h"

/* Where it happened last. */
static void put_place(const asactl_log_html_report_t *report, const asactl_log_reason_t *reason)
{
    asactl_html_markup(report->html, "<td class=\"name\">");
    if (reason->last_client != NULL) {
        asactl_html_markup(report->html, "client ");
        asactl_log_html_name(report, reason->last_client, "not named");
        asactl_html_markup(report->html, ", ");
        asactl_log_html_name(report, reason->last_protocol, "protocol not named");
        asactl_html_markup(report->html, ", node ");
        asactl_log_html_name(report, reason->last_node, "not named");
    }
    asactl_html_markup(report->html, "</td>");
}

static void put_reason(const asactl_log_html_report_t *report, const void *row)
{
    const asactl_log_reason_t *reason = row;

    asactl_html_put(report->html,
                    "<tr><th scope=\"row\" class=\"advice\"><bdi>%s</bdi>%s<p>%s</p></th>",
                    reason->name, reason->refusal ? "" : " – no refusal, one step of a sign-in",
                    reason->remedy != NULL ? reason->remedy : "No remedy is known for it.");
    asactl_log_html_number_cell(report, reason->count);
    asactl_log_html_time_cell(report, reason->first, "");
    asactl_log_html_time_cell(report, reason->last, "");
    put_place(report, reason);
}

static void put_reasons(const asactl_log_html_report_t *report)
{
    static const char *const titles[] = {
        "Reason, and what to do", "#Requests", "First (UTC)", "Last (UTC)", "The last one", NULL};
    const apr_array_header_t *rows = asactl_log_summary_reasons(report->summary, report->pool);

    if (rows->nelts == 0) {
        asactl_html_markup(report->html,
                           "<p>The logs name no reason: nothing was turned away.</p>\n");
        return;
    }
    asactl_log_html_rows(report, "Reasons, refusals first", titles, rows, put_reason, "reasons");
}

/* "401.1" */
static void put_status(const asactl_log_html_report_t *report, const void *row)
{
    const asactl_log_status_t *status = row;

    asactl_html_put(report->html, "<tr><th scope=\"row\">%d", status->status);
    if (status->substatus >= 0) {
        asactl_html_put(report->html, ".%d", status->substatus);
    }
    asactl_html_markup(report->html, "</th><td class=\"number\">");
    if (status->win32_status >= 0) {
        asactl_html_put(report->html, "%llu", (unsigned long long)status->win32_status);
    }
    asactl_html_put(report->html, "</td><td class=\"advice\">%s<p>%s</p></td>",
                    status->win32_name != NULL ? status->win32_name : "",
                    status->meaning != NULL ? status->meaning : "");
    asactl_log_html_number_cell(report, status->count);
    asactl_log_html_time_cell(report, status->first, "");
    asactl_log_html_time_cell(report, status->last, "");
}

static void put_statuses(const asactl_log_html_report_t *report)
{
    static const char *const titles[] = {"Status",    "#Win32 status", "Name, and what it means",
                                         "#Requests", "First (UTC)",   "Last (UTC)",
                                         NULL};
    const apr_array_header_t *rows = asactl_log_summary_statuses(report->summary, report->pool);

    if (rows->nelts == 0) {
        return;
    }
    asactl_html_markup(report->html, "<h3>Statuses of IIS</h3>\n");
    asactl_log_html_rows(report, "Statuses in logs of IIS", titles, rows, put_status, "statuses");
}

void asactl_log_html_why(const asactl_log_html_report_t *report)
{
    asactl_log_html_section(report, "why", "Why, and what to do");
    put_reasons(report);
    put_statuses(report);
}
