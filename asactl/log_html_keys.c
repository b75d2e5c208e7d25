/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTML report on encryption types and keys: what is in use, by whom, and what may be dropped.
 */
#include "asactl/log_html_private.h"

#include <string.h>

#define ROWS_MAX 50

/* How long a ticket lives where the domain's policy says nothing else: who got one with the old key
 * may bring it that long. */
#define TICKET_LIFE apr_time_from_sec(36000)

/* What the logs say of something that is to be dropped. */
typedef struct evidence_t {
    asactl_log_count_t all, count; /* sign-ins with a key named; with this one */
    apr_time_t last;
} evidence_t;

static evidence_t gather(const apr_array_header_t *uses, bool weak)
{
    evidence_t evidence = {0};

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

/* "not in use", "still in use", and so on, with the word in front that a glance finds. */
static void put_evidence(const asactl_log_html_report_t *report, const evidence_t *evidence,
                         const char *what)
{
    apr_time_t quiet = report->counts->last - evidence->last;
    bool covered = report->counts->last - report->counts->first > TICKET_LIFE;

    asactl_html_put(report->html, "<li><b>%s</b>: ", what);
    if (evidence->count > 0) {
        asactl_html_put(report->html, "in use by %s of %s sign-ins, the last one at ",
                        asactl_log_html_digits(report->pool, evidence->count),
                        asactl_log_html_digits(report->pool, evidence->all));
        asactl_log_html_time(report, evidence->last, "");
        asactl_html_markup(report->html, " UTC. ");
    } else {
        asactl_html_put(report->html, "none of %s sign-ins used it. ",
                        asactl_log_html_digits(report->pool, evidence->all));
    }
    if (!covered) {
        asactl_html_markup(report->html,
                           "The logs span less than 10 hours, the life of a ticket: too "
                           "short to drop it on this evidence.");
    } else if (evidence->count == 0) {
        asactl_html_markup(report->html,
                           "<b class=\"good\">On this evidence it may be dropped</b>, for "
                           "the nodes and protocols whose logs were read.");
    } else if (quiet > TICKET_LIFE) {
        asactl_html_put(
            report->html,
            "Since then the logs go on for %s without it, longer than a ticket lives "
            "(10 hours, if the domain&#39;s policy says nothing else): <b class=\"good\">on "
            "this evidence it may be dropped</b>, for the nodes and protocols whose logs "
            "were read.",
            asactl_log_html_span(report->pool, quiet));
    } else {
        asactl_html_markup(report->html,
                           "<b class=\"bad\">Do not drop it yet</b>: who is listed below "
                           "would be refused.");
    }
    asactl_html_markup(report->html, "</li>\n");
}

static void put_use(const asactl_log_html_report_t *report, const asactl_log_use_t *use)
{
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
    asactl_html_markup(report->html, "</td></tr>\n");
}

static void put_uses(const asactl_log_html_report_t *report, const apr_array_header_t *uses)
{
    static const char *const titles[] = {"Encryption type", "Key",         "Remark",
                                         "#Sign-ins",       "First (UTC)", "Last (UTC)",
                                         "The last one",    NULL};
    int shown = uses->nelts < ROWS_MAX ? uses->nelts : ROWS_MAX;

    asactl_log_html_table(report, "Encryption types and keys in use", titles);
    for (int i = 0; i < shown; i++) {
        put_use(report, APR_ARRAY_IDX(uses, i, const asactl_log_use_t *));
    }
    asactl_log_html_table_end(report);
    asactl_log_html_more(report, (size_t)shown, (size_t)uses->nelts, "rows");
}

static void put_holders(const asactl_log_html_report_t *report)
{
    static const char *const titles[] = {"User",       "Client",     "Protocol",   "#RC4 or DES",
                                         "Last (UTC)", "#Older key", "Last (UTC)", NULL};
    const apr_array_header_t *rows = asactl_log_summary_old_keys(report->summary, report->pool);
    int shown = rows->nelts < ROWS_MAX ? rows->nelts : ROWS_MAX;

    if (rows->nelts == 0) {
        return;
    }
    asactl_html_markup(report->html, "<h3>Who used RC4, DES or an older key</h3>\n");
    asactl_log_html_table(report, "Users of RC4, DES or an older key, the latest first", titles);
    for (int i = 0; i < shown; i++) {
        const asactl_log_who_t *who = APR_ARRAY_IDX(rows, i, const asactl_log_who_t *);

        asactl_log_html_who_cells(report, who);
        asactl_log_html_number_cell(report, who->weak_count);
        asactl_log_html_time_cell(report, who->last_weak, "never");
        asactl_log_html_number_cell(report, who->old_key_count);
        asactl_log_html_time_cell(report, who->last_old_key, "never");
        asactl_html_markup(report->html, "</tr>\n");
    }
    asactl_log_html_table_end(report);
    asactl_log_html_more(report, (size_t)shown, (size_t)rows->nelts, "users on their clients");
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
    asactl_html_markup(report->html, "</ul>\n");
    put_uses(report, uses);
    put_holders(report);
}
