/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTML report on encryption types and keys: what is in use, by whom, and what may be dropped.
 */
#include "asactl/log_html_private.h"

#include <string.h>

#include "core/time_text.h"

/* Nobody gets a ticket with an older key, so who brought one for as long as a ticket lives, where
 * the domain's policy says nothing else, was the last.  RC4 is asked for anew each time: a week
 * shows those, too, who come seldom. */
#define QUIET_OLD_KEY apr_time_from_sec(36000)
#define QUIET_WEAK    (7 * ASA_TIME_DAY)

/* What the logs say of something that is to be dropped. */
typedef struct evidence_t {
    asactl_log_count_t all, count; /* sign-ins with a key named; with this one */
    apr_time_t last;
    apr_time_t quiet; /* how long nobody must have used it */
} evidence_t;

static evidence_t gather(const apr_array_header_t *uses, bool weak)
{
    evidence_t evidence = {.quiet = weak ? QUIET_WEAK : QUIET_OLD_KEY};

    for (int i = 0; i < uses->nelts; i++) {
        const asactl_log_use_t *use = APR_ARRAY_IDX(uses, i, const asactl_log_use_t *);

        evidence.all += use->count;
        if (weak ? use->weak : use->old) {
            evidence.count += use->count;
            evidence.last = use->last > evidence.last ? use->last : evidence.last;
        }
    }
    return evidence;
}

/* May it be dropped?  Only whole logs, which go on for long enough without it, say so. */
static void put_advice(const asactl_log_html_report_t *report, const evidence_t *evidence)
{
    apr_time_t since = evidence->count > 0 ? evidence->last : report->counts->first;
    apr_time_t quiet = report->counts->last - since;
    const char *needed = asactl_log_html_span(report->pool, evidence->quiet);

    if (asactl_log_summary_sources(report->summary)->left_out > 0) {
        asactl_html_markup(report->html, "Filters left out a part of the logs: this is no evidence "
                                         "for dropping it.");
    } else if (quiet > evidence->quiet) {
        asactl_html_put(report->html,
                        "The logs go on for %s without it, where %s would be enough: "
                        "<b class=\"good\">on this evidence it may be dropped</b>, for the nodes "
                        "and protocols whose logs "
                        "were read.",
                        asactl_log_html_span(report->pool, quiet), needed);
    } else if (evidence->count > 0) {
        asactl_html_put(
            report->html,
            "<b class=\"bad\">Do not drop it yet</b>: who is listed below may come with "
            "it again. Once the logs go on for %s without it, it may be dropped.",
            needed);
    } else {
        asactl_html_put(report->html,
                        "But the logs span only %s: %s are asked for before it may be dropped.",
                        asactl_log_html_span(report->pool, quiet), needed);
    }
}

static void put_evidence(const asactl_log_html_report_t *report, const evidence_t *evidence,
                         const char *what)
{
    asactl_html_put(report->html, "<li><b>%s</b>: ", what);
    if (evidence->count > 0) {
        asactl_html_put(report->html, "used by %s of %s sign-ins, the last one at ",
                        asactl_log_html_digits(report->pool, evidence->count),
                        asactl_log_html_digits(report->pool, evidence->all));
        asactl_log_html_time(report, evidence->last, "");
        asactl_html_markup(report->html, " UTC. ");
    } else {
        asactl_html_put(report->html, "none of %s sign-ins used it. ",
                        asactl_log_html_digits(report->pool, evidence->all));
    }
    put_advice(report, evidence);
    asactl_html_markup(report->html, "</li>\n");
}

/* Sign-ins that may have used anything. */
static void put_unknown(const asactl_log_html_report_t *report, const evidence_t *evidence)
{
    const asactl_log_counts_t *counts = report->counts;
    asactl_log_count_t tickets = counts->of[ASACTL_LOG_KERBEROS] + counts->of[ASACTL_LOG_SESSION] +
                                 counts->of[ASACTL_LOG_NEGOTIATE];

    if (tickets > evidence->all) {
        asactl_html_put(report->html,
                        "<li>%s further sign-ins may have used any of them: only mod_asa_auth "
                        "writes which.</li>\n",
                        asactl_log_html_digits(report->pool, tickets - evidence->all));
    }
}

static void put_use(const asactl_log_html_report_t *report, const void *row)
{
    const asactl_log_use_t *use = row;

    asactl_html_put(report->html,
                    "<tr><th scope=\"row\"><bdi>%s</bdi></th><td><bdi>%s</bdi></td><td>%s%s%s</td>",
                    *use->etype != '\0' ? use->etype : "not named",
                    *use->slot != '\0' ? use->slot : "not named", use->weak ? "weak" : "",
                    use->weak && use->old ? ", " : "", use->old ? "an older key" : "");
    asactl_log_html_number_cell(report, use->count);
    asactl_log_html_time_cell(report, use->first, "");
    asactl_log_html_time_cell(report, use->last, "");
    asactl_html_markup(report->html, "<td class=\"name\">");
    asactl_log_html_name(report, use->last_user, "not named");
    asactl_html_markup(report->html, " at ");
    asactl_log_html_name(report, use->last_client, "not named");
    asactl_html_markup(report->html, "</td>");
}

static void put_uses(const asactl_log_html_report_t *report, const apr_array_header_t *uses)
{
    static const char *const titles[] = {"Encryption type", "Key",         "Remark",
                                         "#Sign-ins",       "First (UTC)", "Last (UTC)",
                                         "The last one",    NULL};

    asactl_log_html_rows(report, "Encryption types and keys in use", titles, uses, put_use, "rows");
}

static void put_holder(const asactl_log_html_report_t *report, const void *row)
{
    const asactl_log_who_t *who = row;

    asactl_log_html_who_cells(report, who);
    asactl_log_html_number_cell(report, who->weak_count);
    asactl_log_html_time_cell(report, who->last_weak, "never");
    asactl_log_html_number_cell(report, who->old_key_count);
    asactl_log_html_time_cell(report, who->last_old_key, "never");
}

static void put_holders(const asactl_log_html_report_t *report)
{
    static const char *const titles[] = {"User",       "Client",     "Protocol",   "#RC4 or DES",
                                         "Last (UTC)", "#Older key", "Last (UTC)", NULL};
    const apr_array_header_t *rows = asactl_log_summary_old_keys(report->summary, report->pool);

    if (rows->nelts == 0) {
        return;
    }
    asactl_html_markup(report->html, "<h3>Who used RC4, DES or an older key</h3>\n");
    asactl_log_html_rows(report, "Users of RC4, DES or an older key, the latest first", titles,
                         rows, put_holder, "users on their clients");
}

void asactl_log_html_keys(const asactl_log_html_report_t *report)
{
    const apr_array_header_t *uses = asactl_log_summary_uses(report->summary, report->pool);
    evidence_t weak = gather(uses, true), old = gather(uses, false);

    asactl_log_html_section(report, "keys", "Encryption types and keys");
    if (uses->nelts == 0) {
        asactl_html_markup(report->html,
                           "<p>These logs do not say which encryption type or key was "
                           "used: only mod_asa_auth writes that. They are no evidence "
                           "for dropping RC4 or an old key.</p>\n");
        return;
    }
    asactl_html_markup(report->html, "<ul class=\"evidence\">\n");
    put_evidence(report, &weak, "RC4 and DES");
    put_evidence(report, &old, "An older key of the account (Previous)");
    put_unknown(report, &old);
    asactl_html_markup(report->html, "</ul>\n");
    put_uses(report, uses);
    put_holders(report);
}
