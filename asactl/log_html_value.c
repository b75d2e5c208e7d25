/* SPDX-License-Identifier: Apache-2.0
 *
 * How the HTML report writes one value: a class, a number, a share, a time, a name.
 */
#include "asactl/log_html_private.h"

#include <string.h>

#include <apr_strings.h>

#include "core/time_text.h"

const char *asactl_log_html_class(const asactl_log_html_report_t *report, asactl_log_class_t class)
{
    switch (class) {
    case ASACTL_LOG_KERBEROS:
        return "Kerberos";
    case ASACTL_LOG_SESSION:
        return "Session";
    case ASACTL_LOG_NEGOTIATE:
        return asactl_log_summary_trusts_negotiate(report->summary) ? "Negotiate (trusted)"
                                                                    : "Negotiate (unproven)";
    case ASACTL_LOG_NTLM:
        return "NTLM";
    case ASACTL_LOG_BASIC:
        return "Basic";
    case ASACTL_LOG_OTHER:
        return "Other";
    case ASACTL_LOG_REFUSED:
        return "Turned away";
    case ASACTL_LOG_NONE:
    case ASACTL_LOG_CLASSES:
        break;
    }
    return "Not signed in";
}

const char *asactl_log_html_mark(asactl_log_class_t class)
{
    return asactl_log_class_name(class);
}

const char *asactl_log_html_digits(apr_pool_t *pool, asactl_log_count_t number)
{
    char text[32], *at = text + sizeof text;
    int digits = 0;

    *--at = '\0';
    do {
        if (digits > 0 && digits % 3 == 0) {
            *--at = ',';
        }
        *--at = (char)('0' + number % 10);
        number /= 10;
        digits++;
    } while (number > 0);
    return apr_pstrdup(pool, at);
}

const char *asactl_log_html_percent(apr_pool_t *pool, asactl_log_count_t part,
                                    asactl_log_count_t whole)
{
    unsigned tenths;

    if (whole == 0) {
        return "–";
    }
    if (part >= whole) {
        return "100 %";
    }
    if (part == 0) {
        return "0 %";
    }
    tenths = (unsigned)((long double)part / (long double)whole * 1000);
    tenths = tenths > 999 ? 999 : tenths;
    if (tenths == 0) {
        return "under 0.1 %";
    }
    return apr_psprintf(pool, "%u.%u %%", tenths / 10, tenths % 10);
}

const char *asactl_log_html_span(apr_pool_t *pool, apr_time_t span)
{
    static const struct {
        apr_time_t seconds;
        const char *one;
    } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    size_t i = 0;
    apr_time_t seconds = apr_time_sec(span), number;

    /* The largest unit of which there are two; a single one if it comes out even. */
    while (i < 3 && seconds / units[i].seconds < 2 && seconds != units[i].seconds) {
        i++;
    }
    number = seconds / units[i].seconds;
    return apr_psprintf(pool, "%" APR_TIME_T_FMT " %s%s", number, units[i].one,
                        number == 1 ? "" : "s");
}

void asactl_log_html_number(const asactl_log_html_report_t *report, asactl_log_count_t number)
{
    asactl_html_put(report->html, "<data value=\"%llu\">%s</data>", number,
                    asactl_log_html_digits(report->pool, number));
}

void asactl_log_html_time(const asactl_log_html_report_t *report, apr_time_t when,
                          const char *if_never)
{
    if (when == 0) {
        asactl_html_put(report->html, "<span class=\"soft\">%s</span>", if_never);
        return;
    }
    asactl_html_put(report->html, "<time datetime=\"%s\">%s</time>",
                    asa_time_text_iso(report->pool, when),
                    asa_time_text_minute(report->pool, when));
}

/* The row of what was met once the table was full has no key, but a name. */
void asactl_log_html_name(const asactl_log_html_report_t *report, const asactl_log_row_t *row,
                          const char *if_none)
{
    if (row == NULL || (row->key.len == 0 && row->name != NULL && *row->name != '\0')) {
        asactl_html_put(report->html, "<em>all others</em>");
    } else if (row->name == NULL || *row->name == '\0') {
        asactl_html_put(report->html, "<em>%s</em>", if_none);
    } else {
        asactl_html_put(report->html, "<bdi>%s</bdi>", row->name);
    }
}

asactl_log_count_t asactl_log_html_kerberos(const asactl_log_html_report_t *report,
                                            const asactl_log_counts_t *counts)
{
    bool trusted = asactl_log_summary_trusts_negotiate(report->summary);
    asactl_log_count_t sum = 0;

    for (int class = 0; class < ASACTL_LOG_CLASSES; class ++) {
        sum += asactl_log_class_is_kerberos((asactl_log_class_t) class, trusted) ? counts->of[class]
                                                                                 : 0;
    }
    return sum;
}
