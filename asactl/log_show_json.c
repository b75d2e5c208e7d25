/* SPDX-License-Identifier: Apache-2.0
 *
 * The report on logs as one JSON document, written row by row: with the most rows that a summary
 * holds it would take nearly a gigabyte to hold it.
 */
#include "asactl/log_show.h"

#include <jansson.h>

#include "asactl/json_stream.h"
#include "asactl/out.h"
#include "core/time_text.h"

typedef struct {
    apr_pool_t *pool; /* of the lists */
    apr_pool_t *row;  /* of one row of them */
    const asactl_log_summary_t *summary;
    asactl_json_stream_t *json;
} report_t;

static json_t *text(const char *string)
{
    return string != NULL ? json_string(string) : json_null();
}

static json_t *iso(const report_t *report, apr_time_t when)
{
    return when == 0 ? json_null() : json_string(asa_time_text_iso_ms(report->row, when));
}

static json_t *name(const asactl_log_row_t *row)
{
    return text(row != NULL ? row->name : NULL);
}

static json_t *number(asactl_log_count_t count)
{
    return json_integer((json_int_t)count);
}

static void add_counts(const report_t *report, json_t *to, const asactl_log_counts_t *counts)
{
    for (unsigned i = 0; i < ASACTL_LOG_CLASSES; i++) {
        json_object_set_new(to, asactl_log_class_name((asactl_log_class_t)i),
                            number(counts->of[i]));
    }
    json_object_set_new(to, "first", iso(report, counts->first));
    json_object_set_new(to, "last", iso(report, counts->last));
}

/* One row of a list, taken over. */
static void put_row(const report_t *report, json_t *row)
{
    asactl_json_stream_value(report->json, NULL, row);
    apr_pool_clear(report->row);
}

static void put_rows(const report_t *report, asactl_log_by_t by)
{
    apr_array_header_t *list = asactl_log_summary_rows(report->summary, report->pool, by);

    asactl_json_stream_open(report->json, asactl_log_by_name(by), '[');
    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_row_t *row = APR_ARRAY_IDX(list, i, const asactl_log_row_t *);
        json_t *one = json_pack("{s:o}", "name", name(row));

        add_counts(report, one, &row->counts);
        put_row(report, one);
    }
    asactl_json_stream_close(report->json);
}

static void put_who(const report_t *report, const char *title, const apr_array_header_t *list)
{
    asactl_json_stream_open(report->json, title, '[');
    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_who_t *who = APR_ARRAY_IDX(list, i, const asactl_log_who_t *);
        json_t *agents = json_array();
        json_t *one = json_pack(
            "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "user",
            name(who->user), "client", name(who->client), "protocol", name(who->protocol), "since",
            iso(report, who->since), "since_count", number(who->since_count), "type",
            name(who->last_type), "last_other", iso(report, who->last_other), "last_kerberos",
            iso(report, who->last_kerberos), "last_refused", iso(report, who->last_refused),
            "reason", text(who->last_reason != NULL ? who->last_reason->name : NULL), "weak",
            number(who->weak_count), "last_weak", iso(report, who->last_weak), "old_key",
            number(who->old_key_count), "last_old_key", iso(report, who->last_old_key), "agents",
            agents);

        for (size_t a = 0; a < ASACTL_LOG_WHO_AGENTS && who->agents[a] != NULL; a++) {
            json_array_append_new(agents, name(who->agents[a]));
        }
        json_object_set_new(one, "more_agents", json_boolean(who->more_agents));
        json_object_set_new(one, "monitoring", json_boolean(who->user->monitoring));
        add_counts(report, one, &who->counts);
        put_row(report, one);
    }
    asactl_json_stream_close(report->json);
}

static void put_reasons(const report_t *report)
{
    apr_array_header_t *list = asactl_log_summary_reasons(report->summary, report->pool);

    asactl_json_stream_open(report->json, "reasons", '[');
    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_reason_t *reason = APR_ARRAY_IDX(list, i, const asactl_log_reason_t *);

        put_row(report,
                json_pack("{s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
                          text(reason->name), "remedy", text(reason->remedy), "refusal",
                          reason->refusal, "count", number(reason->count), "first",
                          iso(report, reason->first), "last", iso(report, reason->last),
                          "last_client", name(reason->last_client), "last_node",
                          name(reason->last_node), "last_protocol", name(reason->last_protocol)));
    }
    asactl_json_stream_close(report->json);
}

static void put_statuses(const report_t *report)
{
    apr_array_header_t *list = asactl_log_summary_statuses(report->summary, report->pool);

    asactl_json_stream_open(report->json, "statuses", '[');
    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_status_t *status = APR_ARRAY_IDX(list, i, const asactl_log_status_t *);

        put_row(report,
                json_pack("{s:i, s:i, s:I, s:o, s:o, s:o, s:o, s:o}", "status", status->status,
                          "substatus", status->substatus, "win32_status",
                          (json_int_t)status->win32_status, "name", text(status->win32_name),
                          "meaning", text(status->meaning), "count", number(status->count), "first",
                          iso(report, status->first), "last", iso(report, status->last)));
    }
    asactl_json_stream_close(report->json);
}

static void put_keys(const report_t *report)
{
    apr_array_header_t *list = asactl_log_summary_uses(report->summary, report->pool);

    asactl_json_stream_open(report->json, "keys", '[');
    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_use_t *use = APR_ARRAY_IDX(list, i, const asactl_log_use_t *);

        put_row(report,
                json_pack("{s:o, s:o, s:b, s:b, s:o, s:o, s:o, s:o, s:o}", "etype",
                          text(use->etype), "key", text(use->slot), "weak", use->weak, "old",
                          use->old, "count", number(use->count), "first", iso(report, use->first),
                          "last", iso(report, use->last), "last_user", name(use->last_user),
                          "last_client", name(use->last_client)));
    }
    asactl_json_stream_close(report->json);
}

static json_t *bads(const asactl_log_bads_t *bad)
{
    json_t *examples = json_array();

    for (size_t i = 0; i < bad->examples; i++) {
        json_array_append_new(
            examples, json_pack("{s:o, s:o, s:o}", "file", text(bad->example[i].file), "line",
                                number(bad->example[i].line), "why", text(bad->example[i].why)));
    }
    return json_pack("{s:o, s:o}", "count", number(bad->count), "examples", examples);
}

static json_t *unread_of(const asactl_log_unread_t *unread)
{
    json_t *examples = json_array();

    for (size_t i = 0; i < unread->examples; i++) {
        json_array_append_new(examples, text(unread->example[i]));
    }
    return json_pack("{s:o, s:o}", "count", number(unread->count), "examples", examples);
}

static json_t *sources_of(const asactl_log_summary_t *summary)
{
    const asactl_log_sources_t *sources = asactl_log_summary_sources(summary);
    json_t *generations = json_array();
    json_t *out =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "files", number(sources->files),
                  "skipped", number(sources->skipped), "unread", unread_of(&sources->unread),
                  "bytes", number(sources->bytes), "lines", number(sources->lines), "counted",
                  number(sources->counted), "left_out", number(sources->left_out), "unfinished",
                  number(sources->unfinished), "generations", generations);

    for (size_t i = 0; i < sources->generations; i++) {
        json_array_append_new(generations,
                              json_pack("{s:o, s:o}", "name", text(sources->generation[i].name),
                                        "lines", number(sources->generation[i].lines)));
    }
    for (unsigned i = 0; i < ASACTL_LOG_BADS; i++) {
        json_object_set_new(out, asactl_log_bad_name((asactl_log_bad_t)i), bads(&sources->bad[i]));
    }
    return out;
}

/* Stretches without a request are left out. */
static void put_time(const report_t *report)
{
    const asactl_log_buckets_t *buckets = asactl_log_summary_buckets(report->summary);

    asactl_json_stream_open(report->json, "time", '{');
    asactl_json_stream_value(report->json, "seconds",
                             json_integer((json_int_t)apr_time_sec(buckets->width)));
    asactl_json_stream_open(report->json, "stretches", '[');
    for (size_t i = 0; i < buckets->count; i++) {
        apr_time_t begin = buckets->begin + (apr_time_t)i * buckets->width;
        asactl_log_count_t all[ASACTL_LOG_CLASSES] = {0}, any = 0;
        json_t *one;

        for (size_t p = 0; p < ASACTL_LOG_BUCKET_PROTOCOLS; p++) {
            for (size_t class = 0; class < ASACTL_LOG_CLASSES; class ++) {
                all[class] += buckets->bucket[i].of[p][class];
                any += buckets->bucket[i].of[p][class];
            }
        }
        if (any == 0) {
            continue;
        }
        one = json_pack("{s:o}", "begin", iso(report, begin));
        for (unsigned class = 0; class < ASACTL_LOG_CLASSES; class ++) {
            json_object_set_new(one, asactl_log_class_name((asactl_log_class_t) class),
                                number(all[class]));
        }
        put_row(report, one);
    }
    asactl_json_stream_close(report->json);
    asactl_json_stream_close(report->json);
}

static void put_head(const report_t *report)
{
    static const char *const verdicts[] = {[ASACTL_LOG_ALL_KERBEROS] = "all-kerberos",
                                           [ASACTL_LOG_NOT_ALL] = "not-all",
                                           [ASACTL_LOG_UNPROVEN] = "unproven",
                                           [ASACTL_LOG_NOBODY] = "nobody",
                                           [ASACTL_LOG_UNREADABLE] = "unreadable"};
    const asactl_log_summary_t *summary = report->summary;
    json_t *all = json_object(), *monitoring = json_object();

    add_counts(report, all, asactl_log_summary_counts(summary));
    add_counts(report, monitoring, asactl_log_summary_monitoring(summary));
    asactl_json_stream_value(report->json, "verdict",
                             json_string(verdicts[asactl_log_summary_verdict(summary)]));
    asactl_json_stream_value(report->json, "sentence",
                             json_string(asactl_log_summary_sentence(summary, report->pool)));
    asactl_json_stream_value(report->json, "trust_negotiate",
                             json_boolean(asactl_log_summary_trusts_negotiate(summary)));
    asactl_json_stream_value(report->json, "sources", sources_of(summary));
    asactl_json_stream_value(report->json, "counts", all);
    asactl_json_stream_value(report->json, "monitoring", monitoring);
}

static void put_limits(const report_t *report)
{
    const apr_array_header_t *limits = asactl_log_summary_limits(report->summary, report->pool);

    asactl_json_stream_open(report->json, "limits", '[');
    for (int i = 0; i < limits->nelts; i++) {
        put_row(report, json_string(APR_ARRAY_IDX(limits, i, const char *)));
    }
    asactl_json_stream_close(report->json);
}

void asactl_log_show_json(apr_pool_t *pool, const asactl_log_summary_t *summary)
{
    report_t report = {.pool = pool,
                       .summary = summary,
                       .json = asactl_json_stream_make(pool, asactl_out_json_piece, NULL)};

    apr_pool_create(&report.row, pool);
    asactl_json_stream_open(report.json, NULL, '{');
    put_head(&report);
    asactl_json_stream_open(report.json, "by", '{');
    for (unsigned i = 0; i < ASACTL_LOG_BYS; i++) {
        put_rows(&report, (asactl_log_by_t)i);
    }
    asactl_json_stream_close(report.json);
    put_who(&report, "not_on_kerberos", asactl_log_summary_not_on_kerberos(summary, pool));
    put_who(&report, "turned_away", asactl_log_summary_turned_away(summary, pool));
    put_reasons(&report);
    put_statuses(&report);
    put_keys(&report);
    put_who(&report, "old_keys", asactl_log_summary_old_keys(summary, pool));
    put_time(&report);
    put_limits(&report);
    asactl_json_stream_close(report.json);
    asactl_out_json_end(asactl_json_stream_whole(report.json));
    apr_pool_destroy(report.row);
}
