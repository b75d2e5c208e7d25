/* SPDX-License-Identifier: Apache-2.0
 *
 * The report on logs as one JSON document.
 */
#include "asactl/log_show.h"

#include <jansson.h>

#include "asactl/out.h"
#include "core/time_text.h"

static json_t *iso(apr_pool_t *pool, apr_time_t when)
{
    return when == 0 ? json_null() : json_string(asa_time_text_iso_ms(pool, when));
}

static json_t *text(const char *string)
{
    return string != NULL ? json_string(string) : json_null();
}

static json_t *name(const asactl_log_row_t *row)
{
    return text(row != NULL ? row->name : NULL);
}

static json_t *number(asactl_log_count_t count)
{
    return json_integer((json_int_t)count);
}

static void add_counts(apr_pool_t *pool, json_t *to, const asactl_log_counts_t *counts)
{
    for (unsigned i = 0; i < ASACTL_LOG_CLASSES; i++) {
        json_object_set_new(to, asactl_log_class_name((asactl_log_class_t)i),
                            number(counts->of[i]));
    }
    json_object_set_new(to, "first", iso(pool, counts->first));
    json_object_set_new(to, "last", iso(pool, counts->last));
}

static json_t *rows(apr_pool_t *pool, const asactl_log_summary_t *summary, asactl_log_by_t by)
{
    apr_array_header_t *list = asactl_log_summary_rows(summary, pool, by);
    json_t *out = json_array();

    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_row_t *row = APR_ARRAY_IDX(list, i, const asactl_log_row_t *);
        json_t *one = json_pack("{s:o}", "name", name(row));

        add_counts(pool, one, &row->counts);
        json_array_append_new(out, one);
    }
    return out;
}

static json_t *who_list(apr_pool_t *pool, const apr_array_header_t *list)
{
    json_t *out = json_array();

    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_who_t *who = APR_ARRAY_IDX(list, i, const asactl_log_who_t *);
        json_t *agents = json_array();
        json_t *one = json_pack(
            "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "user",
            name(who->user), "client", name(who->client), "protocol", name(who->protocol), "since",
            iso(pool, who->since), "since_count", number(who->since_count), "type",
            name(who->last_type), "last_other", iso(pool, who->last_other), "last_kerberos",
            iso(pool, who->last_kerberos), "last_refused", iso(pool, who->last_refused), "reason",
            text(who->last_reason != NULL ? who->last_reason->name : NULL), "weak",
            number(who->weak_count), "last_weak", iso(pool, who->last_weak), "old_key",
            number(who->old_key_count), "last_old_key", iso(pool, who->last_old_key), "agents",
            agents);

        for (size_t a = 0; a < ASACTL_LOG_WHO_AGENTS && who->agents[a] != NULL; a++) {
            json_array_append_new(agents, name(who->agents[a]));
        }
        json_object_set_new(one, "more_agents", json_boolean(who->more_agents));
        add_counts(pool, one, &who->counts);
        json_array_append_new(out, one);
    }
    return out;
}

static json_t *reasons(apr_pool_t *pool, const asactl_log_summary_t *summary)
{
    apr_array_header_t *list = asactl_log_summary_reasons(summary, pool);
    json_t *out = json_array();

    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_reason_t *reason = APR_ARRAY_IDX(list, i, const asactl_log_reason_t *);

        json_array_append_new(
            out, json_pack("{s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
                           text(reason->name), "remedy", text(reason->remedy), "refusal",
                           reason->refusal, "count", number(reason->count), "first",
                           iso(pool, reason->first), "last", iso(pool, reason->last), "last_client",
                           name(reason->last_client), "last_node", name(reason->last_node),
                           "last_protocol", name(reason->last_protocol)));
    }
    return out;
}

static json_t *statuses(apr_pool_t *pool, const asactl_log_summary_t *summary)
{
    apr_array_header_t *list = asactl_log_summary_statuses(summary, pool);
    json_t *out = json_array();

    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_status_t *status = APR_ARRAY_IDX(list, i, const asactl_log_status_t *);

        json_array_append_new(
            out, json_pack("{s:i, s:i, s:I, s:o, s:o, s:o, s:o, s:o}", "status", status->status,
                           "substatus", status->substatus, "win32_status",
                           (json_int_t)status->win32_status, "name", text(status->win32_name),
                           "meaning", text(status->meaning), "count", number(status->count),
                           "first", iso(pool, status->first), "last", iso(pool, status->last)));
    }
    return out;
}

static json_t *uses(apr_pool_t *pool, const asactl_log_summary_t *summary)
{
    apr_array_header_t *list = asactl_log_summary_uses(summary, pool);
    json_t *out = json_array();

    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_use_t *use = APR_ARRAY_IDX(list, i, const asactl_log_use_t *);

        json_array_append_new(
            out, json_pack("{s:o, s:o, s:b, s:b, s:o, s:o, s:o, s:o, s:o}", "etype",
                           text(use->etype), "key", text(use->slot), "weak", use->weak, "old",
                           use->old, "count", number(use->count), "first", iso(pool, use->first),
                           "last", iso(pool, use->last), "last_user", name(use->last_user),
                           "last_client", name(use->last_client)));
    }
    return out;
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

static json_t *sources_of(const asactl_log_summary_t *summary)
{
    const asactl_log_sources_t *sources = asactl_log_summary_sources(summary);
    json_t *generations = json_array();
    json_t *out = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "files",
                            number(sources->files), "skipped", number(sources->skipped), "bytes",
                            number(sources->bytes), "lines", number(sources->lines), "counted",
                            number(sources->counted), "left_out", number(sources->left_out),
                            "unfinished", number(sources->unfinished), "generations", generations);

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
static json_t *time_of(apr_pool_t *pool, const asactl_log_summary_t *summary)
{
    const asactl_log_buckets_t *buckets = asactl_log_summary_buckets(summary);
    json_t *out = json_array();

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
        one = json_pack("{s:o}", "begin", iso(pool, begin));
        for (unsigned class = 0; class < ASACTL_LOG_CLASSES; class ++) {
            json_object_set_new(one, asactl_log_class_name((asactl_log_class_t) class),
                                number(all[class]));
        }
        json_array_append_new(out, one);
    }
    return json_pack("{s:I, s:o}", "seconds", (json_int_t)apr_time_sec(buckets->width), "stretches",
                     out);
}

void asactl_log_show_json(apr_pool_t *pool, const asactl_log_summary_t *summary)
{
    static const char *const verdicts[] = {[ASACTL_LOG_ALL_KERBEROS] = "all-kerberos",
                                           [ASACTL_LOG_NOT_ALL] = "not-all",
                                           [ASACTL_LOG_UNPROVEN] = "unproven",
                                           [ASACTL_LOG_NOBODY] = "nobody",
                                           [ASACTL_LOG_UNREADABLE] = "unreadable"};
    const apr_array_header_t *limits = asactl_log_summary_limits(summary, pool);
    json_t *all = json_object(), *by = json_object(), *unproven = json_array();

    add_counts(pool, all, asactl_log_summary_counts(summary));
    for (unsigned i = 0; i < ASACTL_LOG_BYS; i++) {
        json_object_set_new(by, asactl_log_by_name((asactl_log_by_t)i),
                            rows(pool, summary, (asactl_log_by_t)i));
    }
    for (int i = 0; i < limits->nelts; i++) {
        json_array_append_new(unproven, json_string(APR_ARRAY_IDX(limits, i, const char *)));
    }
    asactl_out_json(json_pack(
        "{s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "verdict",
        verdicts[asactl_log_summary_verdict(summary)], "sentence",
        asactl_log_summary_sentence(summary, pool), "trust_negotiate",
        asactl_log_summary_trusts_negotiate(summary), "sources", sources_of(summary), "counts", all,
        "by", by, "not_on_kerberos",
        who_list(pool, asactl_log_summary_not_on_kerberos(summary, pool)), "turned_away",
        who_list(pool, asactl_log_summary_turned_away(summary, pool)), "reasons",
        reasons(pool, summary), "statuses", statuses(pool, summary), "keys", uses(pool, summary),
        "old_keys", who_list(pool, asactl_log_summary_old_keys(summary, pool)), "time",
        time_of(pool, summary), "limits", unproven));
}
