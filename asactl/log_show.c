/* SPDX-License-Identifier: Apache-2.0
 *
 * The report on logs for people.
 */
#include "asactl/log_show.h"

#include <apr_strings.h>

#include "asactl/log_name.h"
#include "asactl/out.h"
#include "core/time_text.h"

#define MOST_ROWS 10
#define MOST_WHO  20

#define MOST_MONITORING 5

#define NAME_WIDTH 60

typedef struct {
    apr_pool_t *pool;
    const asactl_log_summary_t *summary;
    bool verbose;
    apr_array_header_t *cells; /* of the table that is filled */
} report_t;

static void cell(report_t *report, const char *text)
{
    APR_ARRAY_PUSH(report->cells, const char *) = text;
}

static const char *number(const report_t *report, asactl_log_count_t count)
{
    return count == 0 ? "-" : asactl_log_number(report->pool, count);
}

static const char *plain(const report_t *report, apr_time_t when)
{
    return when == 0 ? "never" : asa_time_text_second(report->pool, when);
}

/* A long name is cut, so that one does not push a table out of the terminal; -v shows it whole. */
static const char *name_or(const report_t *report, const asactl_log_row_t *row,
                           const char *otherwise)
{
    const char *name = row == NULL || row->name[0] == '\0' ? otherwise : row->name, *at = name;
    size_t places = 0;

    while (*at != '\0' && (places < NAME_WIDTH || ((unsigned char)*at & 0xc0) == 0x80)) {
        places += ((unsigned char)*at & 0xc0) != 0x80;
        at++;
    }
    return report->verbose || *at == '\0'
               ? name
               : apr_pstrcat(report->pool,
                             apr_pstrmemdup(report->pool, name, (apr_size_t)(at - name)), "…",
                             NULL);
}

/* How many of these rows are shown. */
static int shown(const report_t *report, const apr_array_header_t *rows, int most)
{
    return report->verbose || rows->nelts <= most ? rows->nelts : most;
}

/* The row to show in place i of count: the row of the others, if there is one, is never left out.
 */
static const void *pick(const apr_array_header_t *rows, int i, int count)
{
    const void *last = APR_ARRAY_IDX(rows, rows->nelts - 1, const void *);

    return i == count - 1 && asactl_log_table_is_others(last)
               ? last
               : APR_ARRAY_IDX(rows, i, const void *);
}

static void begin(report_t *report, const char *title)
{
    report->cells = apr_array_make(report->pool, 64, sizeof(const char *));
    asactl_out_line("%s", "");
    asactl_out_line("%s", title);
}

static void end(report_t *report, const char *const *titles, size_t columns, int all, int told)
{
    asactl_out_table(report->pool, titles, columns, (const char *const *)report->cells->elts,
                     (size_t)report->cells->nelts / columns);
    if (told < all) {
        asactl_out_line("… and %d more: -v, --json and --csv show all.", all - told);
    }
}

#define END(report, titles, all, told)                                                             \
    end(report, titles, sizeof(titles) / sizeof((titles)[0]), all, told)

/* --- who and what --- */

static void add_counts(report_t *report, const char *name, const asactl_log_counts_t *counts)
{
    cell(report, name);
    for (size_t i = 0; i < ASACTL_LOG_CLASSES; i++) {
        cell(report, number(report, counts->of[i]));
    }
    cell(report, plain(report, counts->last));
}

static void show_rows(report_t *report, asactl_log_by_t by, const char *title, const char *empty)
{
    const char *const titles[] = {title,   "Kerberos", "Session", "Negotiate", "NTLM",
                                  "Basic", "Other",    "Refused", "Nobody",    "Last (UTC)"};
    apr_array_header_t *rows = asactl_log_summary_rows(report->summary, report->pool, by);
    int count = shown(report, rows, MOST_ROWS);

    if (rows->nelts == 0) {
        return;
    }
    begin(report, apr_pstrcat(report->pool, "By ", title, NULL));
    for (int i = 0; i < count; i++) {
        const asactl_log_row_t *row = pick(rows, i, count);

        add_counts(report, name_or(report, row, empty), &row->counts);
    }
    if (by == ASACTL_LOG_BY_PROTOCOL && rows->nelts > 1) {
        add_counts(report, "all", asactl_log_summary_counts(report->summary));
    }
    END(report, titles, rows->nelts, count);
}

/* --- who is not on Kerberos --- */

static void show_not_on_kerberos(report_t *report, bool monitoring)
{
    static const char *const titles[] = {"User", "Client",        "Protocol",
                                         "By",   "Requests",      "Since (UTC)",
                                         "Last", "Kerberos last", "User-Agent"};
    apr_array_header_t *list = asactl_log_who_of(
        report->pool, asactl_log_summary_not_on_kerberos(report->summary, report->pool),
        monitoring);
    int count = shown(report, list, monitoring ? MOST_MONITORING : MOST_WHO);

    if (list->nelts == 0) {
        return;
    }
    begin(report, monitoring ? "Not on Kerberos: Exchange's own monitoring" : "Not on Kerberos");
    for (int i = 0; i < count; i++) {
        const asactl_log_who_t *who = pick(list, i, count);

        cell(report, name_or(report, who->user, "(not named)"));
        cell(report, name_or(report, who->client, "-"));
        cell(report, name_or(report, who->protocol, "-"));
        cell(report, name_or(report, who->last_type, asactl_log_class_name(who->last_class)));
        cell(report, number(report, who->since_count));
        cell(report, plain(report, who->since));
        cell(report, plain(report, who->last_other));
        cell(report, plain(report, who->last_kerberos));
        cell(report, apr_pstrcat(report->pool, name_or(report, who->agents[0], "-"),
                                 who->agents[1] != NULL ? ", and others" : "", NULL));
    }
    END(report, titles, list->nelts, count);
}

static void show_turned_away(report_t *report)
{
    static const char *const titles[] = {"Client",     "Protocol",      "Requests",  "Reason",
                                         "Last (UTC)", "Kerberos last", "User-Agent"};
    apr_array_header_t *list = asactl_log_summary_turned_away(report->summary, report->pool);
    int count = shown(report, list, MOST_WHO);

    if (list->nelts == 0) {
        return;
    }
    begin(report, "Turned away, and not signed in by Kerberos since");
    for (int i = 0; i < count; i++) {
        const asactl_log_who_t *who = pick(list, i, count);

        cell(report, name_or(report, who->client, "-"));
        cell(report, name_or(report, who->protocol, "-"));
        cell(report, number(report, who->counts.of[ASACTL_LOG_REFUSED]));
        cell(report, who->last_reason != NULL ? who->last_reason->name : "-");
        cell(report, plain(report, who->last_refused));
        cell(report, plain(report, who->last_kerberos));
        cell(report, name_or(report, who->agents[0], "-"));
    }
    END(report, titles, list->nelts, count);
}

/* --- why --- */

static const char *times(report_t *report, asactl_log_count_t count)
{
    return count == 1
               ? "once"
               : apr_pstrcat(report->pool, asactl_log_number(report->pool, count), " times", NULL);
}

static void show_reasons(report_t *report)
{
    apr_array_header_t *list = asactl_log_summary_reasons(report->summary, report->pool);

    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_reason_t *reason = APR_ARRAY_IDX(list, i, const asactl_log_reason_t *);

        if (i == 0) {
            asactl_out_line("%s", "");
            asactl_out_line("Why");
        }
        asactl_out_line("%s: %s, last %s UTC (client %s, node %s)%s", reason->name,
                        times(report, reason->count), plain(report, reason->last),
                        name_or(report, reason->last_client, "-"),
                        name_or(report, reason->last_node, "-"),
                        reason->refusal ? "" : "; a sign-in may begin with it");
        if (reason->remedy != NULL && reason->refusal) {
            asactl_out_line("  %s", reason->remedy);
        }
    }
}

static void show_statuses(report_t *report)
{
    static const char *const titles[] = {"Status", "Name", "Requests", "Last (UTC)", "Meaning"};
    apr_array_header_t *list = asactl_log_summary_statuses(report->summary, report->pool);
    int count = shown(report, list, MOST_ROWS);

    if (list->nelts == 0) {
        return;
    }
    begin(report, "IIS: status, substatus and win32 status");
    for (int i = 0; i < count; i++) {
        const asactl_log_status_t *status = APR_ARRAY_IDX(list, i, const asactl_log_status_t *);

        cell(report, status->status == 0
                         ? "others"
                         : apr_psprintf(report->pool, "%d.%d %" APR_INT64_T_FMT, status->status,
                                        status->substatus, (apr_int64_t)status->win32_status));
        cell(report, status->win32_name);
        cell(report, number(report, status->count));
        cell(report, plain(report, status->last));
        cell(report, status->meaning);
    }
    END(report, titles, list->nelts, count);
}

/* --- keys --- */

static void show_uses(report_t *report)
{
    static const char *const titles[] = {
        "Encryption type", "Key", "Requests", "First (UTC)", "Last", "Last user", "Last client"};
    apr_array_header_t *list = asactl_log_summary_uses(report->summary, report->pool);

    if (list->nelts == 0) {
        return;
    }
    begin(report, "Keys in use");
    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_use_t *use = APR_ARRAY_IDX(list, i, const asactl_log_use_t *);

        cell(report, use->etype);
        cell(report, use->slot);
        cell(report, number(report, use->count));
        cell(report, plain(report, use->first));
        cell(report, plain(report, use->last));
        cell(report, name_or(report, use->last_user, "-"));
        cell(report, name_or(report, use->last_client, "-"));
    }
    END(report, titles, 0, 0);
}

static void show_old_keys(report_t *report)
{
    static const char *const titles[] = {"User",       "Client",       "Protocol", "RC4 or DES",
                                         "Last (UTC)", "Previous key", "Last"};
    apr_array_header_t *list = asactl_log_summary_old_keys(report->summary, report->pool);
    int count = shown(report, list, MOST_WHO);

    if (list->nelts == 0) {
        return;
    }
    begin(report, "Who still needs RC4 or a previous key");
    for (int i = 0; i < count; i++) {
        const asactl_log_who_t *who = pick(list, i, count);

        cell(report, name_or(report, who->user, "(not named)"));
        cell(report, name_or(report, who->client, "-"));
        cell(report, name_or(report, who->protocol, "-"));
        cell(report, number(report, who->weak_count));
        cell(report, plain(report, who->last_weak));
        cell(report, number(report, who->old_key_count));
        cell(report, plain(report, who->last_old_key));
    }
    END(report, titles, list->nelts, count);
}

/* --- all of it --- */

void asactl_log_show_text(apr_pool_t *pool, const asactl_log_summary_t *summary, bool verbose)
{
    report_t report = {.pool = pool, .summary = summary, .verbose = verbose};
    const apr_array_header_t *limits = asactl_log_summary_limits(summary, pool);

    asactl_log_show_read(pool, summary);
    show_rows(&report, ASACTL_LOG_BY_PROTOCOL, "Protocol", "(none)");
    show_rows(&report, ASACTL_LOG_BY_VHOST, "Virtual host", "(not said)");
    show_rows(&report, ASACTL_LOG_BY_NODE, "Node", "(not said)");
    show_rows(&report, ASACTL_LOG_BY_USER, "User", "(nobody)");
    show_rows(&report, ASACTL_LOG_BY_CLIENT, "Client", "(not said)");
    show_rows(&report, ASACTL_LOG_BY_AGENT, "User-Agent", "(not said)");
    show_rows(&report, ASACTL_LOG_BY_TYPE, "AuthenticationType", "(empty)");
    show_not_on_kerberos(&report, false);
    show_not_on_kerberos(&report, true);
    show_turned_away(&report);
    show_reasons(&report);
    show_statuses(&report);
    show_uses(&report);
    show_old_keys(&report);
    for (int i = 0; i < limits->nelts; i++) {
        if (i == 0) {
            asactl_out_line("%s", "");
            asactl_out_line("What these logs cannot prove");
        }
        asactl_out_line("- %s", APR_ARRAY_IDX(limits, i, const char *));
    }
    asactl_out_line("%s", "");
    asactl_out_line("%s", asactl_log_summary_sentence(summary, pool));
}
