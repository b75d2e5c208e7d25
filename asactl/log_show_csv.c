/* SPDX-License-Identifier: Apache-2.0
 *
 * The report on logs as one CSV table.
 */
#include "asactl/log_show.h"

#include <apr_strings.h>

#include "asactl/out.h"
#include "core/time_text.h"

enum {
    LIST,
    NAME,
    USER,
    CLIENT,
    PROTOCOL,
    FIRST_CLASS,
    COUNT = FIRST_CLASS + ASACTL_LOG_CLASSES,
    FIRST,
    LAST,
    LAST_KERBEROS,
    SINCE,
    TYPE,
    AGENT,
    REASON,
    REMEDY,
    COLUMNS
};

typedef struct {
    apr_pool_t *pool; /* of the lists */
    apr_pool_t *row;  /* of one row of them */
    const asactl_log_summary_t *summary;
} report_t;

typedef struct {
    apr_pool_t *pool;
    const char *cells[COLUMNS];
} row_t;

static const char *number(const row_t *row, asactl_log_count_t count)
{
    return apr_psprintf(row->pool, "%" APR_UINT64_T_FMT, (apr_uint64_t)count);
}

static row_t begin(const report_t *report, const char *list)
{
    return (row_t){.pool = report->row, .cells = {[LIST] = list}};
}

static const char *iso(apr_pool_t *pool, apr_time_t when)
{
    return when == 0 ? NULL : asa_time_text_iso_ms(pool, when);
}

static void put_times(row_t *row, apr_time_t first, apr_time_t last)
{
    row->cells[FIRST] = iso(row->pool, first);
    row->cells[LAST] = iso(row->pool, last);
}

static void put_counts(row_t *row, const asactl_log_counts_t *counts)
{
    for (size_t i = 0; i < ASACTL_LOG_CLASSES; i++) {
        row->cells[FIRST_CLASS + i] = number(row, counts->of[i]);
    }
    row->cells[COUNT] = number(row, asactl_log_counts_all(counts));
    put_times(row, counts->first, counts->last);
}

static void end(const row_t *row)
{
    asactl_out_csv(row->cells, COLUMNS);
    apr_pool_clear(row->pool);
}

static void show_head(const report_t *report)
{
    row_t row = {.pool = report->row,
                 .cells = {[LIST] = "list",
                           [NAME] = "name",
                           [USER] = "user",
                           [CLIENT] = "client",
                           [PROTOCOL] = "protocol",
                           [COUNT] = "count",
                           [FIRST] = "first",
                           [LAST] = "last",
                           [LAST_KERBEROS] = "last_kerberos",
                           [SINCE] = "since",
                           [TYPE] = "type",
                           [AGENT] = "agent",
                           [REASON] = "reason",
                           [REMEDY] = "remedy"}};

    for (unsigned i = 0; i < ASACTL_LOG_CLASSES; i++) {
        row.cells[FIRST_CLASS + i] = asactl_log_class_name((asactl_log_class_t)i);
    }
    end(&row);
}

static void show_rows(const report_t *report, asactl_log_by_t by)
{
    apr_array_header_t *list = asactl_log_summary_rows(report->summary, report->pool, by);

    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_row_t *from = APR_ARRAY_IDX(list, i, const asactl_log_row_t *);
        row_t row = begin(report, asactl_log_by_name(by));

        row.cells[NAME] = from->name;
        put_counts(&row, &from->counts);
        end(&row);
    }
}

static void show_who(const report_t *report, const char *name, const apr_array_header_t *list)
{
    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_who_t *who = APR_ARRAY_IDX(list, i, const asactl_log_who_t *);
        row_t row = begin(report, name);

        row.cells[USER] = who->user->name;
        row.cells[CLIENT] = who->client->name;
        row.cells[PROTOCOL] = who->protocol->name;
        put_counts(&row, &who->counts);
        row.cells[LAST_KERBEROS] = iso(row.pool, who->last_kerberos);
        row.cells[SINCE] = iso(row.pool, who->since);
        row.cells[TYPE] = who->last_type != NULL ? who->last_type->name : NULL;
        row.cells[AGENT] = who->agents[0] != NULL ? who->agents[0]->name : NULL;
        row.cells[REASON] = who->last_reason != NULL ? who->last_reason->name : NULL;
        row.cells[REMEDY] = who->last_reason != NULL ? who->last_reason->remedy : NULL;
        end(&row);
    }
}

static void show_why(const report_t *report)
{
    apr_array_header_t *list = asactl_log_summary_reasons(report->summary, report->pool);

    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_reason_t *reason = APR_ARRAY_IDX(list, i, const asactl_log_reason_t *);
        row_t row = begin(report, "reason");

        row.cells[NAME] = row.cells[REASON] = reason->name;
        row.cells[COUNT] = number(&row, reason->count);
        put_times(&row, reason->first, reason->last);
        row.cells[CLIENT] = reason->last_client != NULL ? reason->last_client->name : NULL;
        row.cells[REMEDY] = reason->remedy;
        end(&row);
    }
}

static void show_keys(const report_t *report)
{
    apr_array_header_t *list = asactl_log_summary_uses(report->summary, report->pool);

    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_use_t *use = APR_ARRAY_IDX(list, i, const asactl_log_use_t *);
        row_t row = begin(report, "key");

        row.cells[NAME] = apr_pstrcat(row.pool, use->etype, " ", use->slot, NULL);
        row.cells[COUNT] = number(&row, use->count);
        put_times(&row, use->first, use->last);
        row.cells[USER] = use->last_user != NULL ? use->last_user->name : NULL;
        row.cells[CLIENT] = use->last_client != NULL ? use->last_client->name : NULL;
        end(&row);
    }
}

static void show_lines(const report_t *report)
{
    const asactl_log_sources_t *sources = asactl_log_summary_sources(report->summary);
    row_t all = begin(report, "all"), monitoring = begin(report, "monitoring"), unread;

    put_counts(&all, asactl_log_summary_counts(report->summary));
    end(&all);
    put_counts(&monitoring, asactl_log_summary_monitoring(report->summary));
    end(&monitoring);
    for (unsigned i = 0; i < ASACTL_LOG_BADS; i++) {
        row_t row = begin(report, "lines");

        row.cells[NAME] = asactl_log_bad_name((asactl_log_bad_t)i);
        row.cells[COUNT] = number(&row, sources->bad[i].count);
        end(&row);
    }
    unread = begin(report, "files");
    unread.cells[NAME] = "unread";
    unread.cells[COUNT] = number(&unread, sources->unread.count);
    end(&unread);
}

void asactl_log_show_csv(apr_pool_t *pool, const asactl_log_summary_t *summary)
{
    report_t report = {.pool = pool, .summary = summary};

    apr_pool_create(&report.row, pool);
    show_head(&report);
    show_lines(&report);
    for (unsigned i = 0; i < ASACTL_LOG_BYS; i++) {
        show_rows(&report, (asactl_log_by_t)i);
    }
    show_who(&report, "not_on_kerberos", asactl_log_summary_not_on_kerberos(summary, pool));
    show_who(&report, "turned_away", asactl_log_summary_turned_away(summary, pool));
    show_who(&report, "old_keys", asactl_log_summary_old_keys(summary, pool));
    show_why(&report);
    show_keys(&report);
    apr_pool_destroy(report.row);
}
