/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes and reads the facts that a node finds out about itself.
 */
#include "asactl/node_facts.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/json_take.h"
#include "asactl/node_report.h"

#define TEXT_MAX    4096
#define TIME_MAX    ((json_int_t)1 << 53) /* microseconds */
#define SECONDS_MAX ((json_int_t)1 << 40)
#define DENIALS_MAX 64
#define LOGS_MAX    1024
#define HEALTH_MAX  64
#define DAYS_MAX    99999

static json_t *time_json(apr_time_t time)
{
    return json_integer((json_int_t)time);
}

/* --- writing --- */

static json_t *opening_json(const asactl_node_opening_t *opening)
{
    if (!opening->asked) {
        return json_null();
    }
    return json_pack("{s:o, s:s?, s:I, s:i, s:s?}", "reason",
                     opening->reason == ASA_REASON_NONE
                         ? json_null()
                         : json_string(asa_reason_name(opening->reason)),
                     "slot", opening->slot, "kvno", (json_int_t)opening->kvno, "enctype",
                     (int)opening->enctype, "id", opening->id);
}

static json_t *guard_json(const asactl_node_guard_t *guard)
{
    json_t *denials = json_array();

    for (int i = 0; guard->denials != NULL && i < guard->denials->nelts; i++) {
        const asactl_node_denial_t *one = &APR_ARRAY_IDX(guard->denials, i, asactl_node_denial_t);
        json_array_append_new(denials,
                              json_pack("{s:o, s:o, s:o, s:o, s:I}", "time", time_json(one->time),
                                        "program", asactl_node_report_text(one->program), "what",
                                        asactl_node_report_text(one->what), "path",
                                        asactl_node_report_text(one->path), "count",
                                        (json_int_t)one->count));
    }
    return json_pack("{s:s?, s:s?, s:o, s:o}", "enforcing", guard->enforcing, "file", guard->file,
                     "error", asactl_node_report_text(guard->error), "denials", denials);
}

static json_t *log_json(const asactl_node_log_t *log)
{
    json_t *counts = json_object();

    for (int class = 0; class < ASACTL_LOG_CLASSES; class ++) {
        json_object_set_new(counts, asactl_log_class_name((asactl_log_class_t) class),
                            json_integer((json_int_t)log->of[class]));
    }
    return json_pack("{s:o, s:o, s:b, s:o, s:o, s:s?, s:o, s:o, s:I}", "folder",
                     asactl_node_report_text(log->folder), "error",
                     asactl_node_report_text(log->error), "exists", log->exists, "owner",
                     asactl_node_report_text(log->owner), "group",
                     asactl_node_report_text(log->group), "mode", log->mode, "newest",
                     time_json(log->newest), "of", counts, "bad", (json_int_t)log->bad);
}

static json_t *health_json(const apr_array_header_t *health)
{
    json_t *list = json_array();

    for (int i = 0; health != NULL && i < health->nelts; i++) {
        const asactl_node_health_t *one = &APR_ARRAY_IDX(health, i, asactl_node_health_t);
        json_array_append_new(
            list, json_pack("{s:o, s:I, s:o}", "url", asactl_node_report_text(one->url), "status",
                            (json_int_t)one->status, "error", asactl_node_report_text(one->error)));
    }
    return list;
}

static json_t *schedule_json(const asactl_node_schedule_t *schedule)
{
    const asactl_roll_result_t *last = schedule->last;
    json_t *result =
        last == NULL
            ? json_null()
            : json_pack("{s:o, s:I, s:i, s:o}", "account", asactl_node_report_text(last->account),
                        "time", (json_int_t)apr_time_sec(last->time), "code", (int)last->code,
                        "sentence", asactl_node_report_text(last->sentence));

    return json_pack("{s:o, s:o, s:I, s:o, s:o}", "file", asactl_node_report_text(schedule->file),
                     "made", time_json(schedule->made), "days", (json_int_t)schedule->days, "last",
                     result, "finding", asactl_node_report_text(schedule->finding));
}

json_t *asactl_node_facts_json(apr_pool_t *pool, const asactl_node_facts_t *facts)
{
    json_t *logs = json_array();

    for (int i = 0; facts->logs != NULL && i < facts->logs->nelts; i++) {
        json_array_append_new(logs, log_json(&APR_ARRAY_IDX(facts->logs, i, asactl_node_log_t)));
    }
    return json_pack(
        "{s:o, s:s?, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "time", time_json(facts->time), "version",
        facts->version, "served",
        facts->served != NULL ? asactl_node_served_json(pool, facts->served) : json_null(),
        "served_error", asactl_node_report_text(facts->served_error), "opening",
        opening_json(&facts->opening), "guard", guard_json(&facts->guard), "logs", logs, "health",
        health_json(facts->health), "schedule", schedule_json(&facts->schedule));
}

/* --- reading --- */

static bool take_text(apr_pool_t *pool, const json_t *object, const char *name, const char **out)
{
    return asactl_json_take_text(pool, object, name, TEXT_MAX, out);
}

static bool take_time(const json_t *object, const char *name, apr_time_t *out)
{
    json_int_t number;
    bool good = asactl_json_take_number(object, name, 0, TIME_MAX, &number);

    *out = good ? (apr_time_t)number : 0;
    return good;
}

/* null: the ticket opened. */
static bool take_reason(const json_t *json, asa_reason_t *out)
{
    const json_t *value = json_object_get(json, "reason");
    const char *name = json_string_value(value);

    *out = ASA_REASON_NONE;
    for (int i = 1; name != NULL && i < ASA_REASON_COUNT; i++) {
        if (strcmp(name, asa_reason_name((asa_reason_t)i)) == 0) {
            *out = (asa_reason_t)i;
            return true;
        }
    }
    return json_is_null(value);
}

static bool take_opening(apr_pool_t *pool, const json_t *json, asactl_node_opening_t *out)
{
    json_int_t kvno, enctype;

    if (json_is_null(json)) {
        return true;
    }
    out->asked = true;
    if (!take_reason(json, &out->reason) || !take_text(pool, json, "slot", &out->slot) ||
        !asactl_json_take_number(json, "kvno", 0, UINT32_MAX, &kvno) ||
        !asactl_json_take_number(json, "enctype", INT32_MIN, INT32_MAX, &enctype) ||
        !take_text(pool, json, "id", &out->id)) {
        return false;
    }
    out->kvno = (uint32_t)kvno;
    out->enctype = (int32_t)enctype;
    return out->reason != ASA_REASON_NONE || (out->slot != NULL && out->id != NULL);
}

static bool take_denial(apr_pool_t *pool, const json_t *json, void *row)
{
    asactl_node_denial_t *out = row;

    return take_time(json, "time", &out->time) && take_text(pool, json, "program", &out->program) &&
           take_text(pool, json, "what", &out->what) && out->what != NULL &&
           take_text(pool, json, "path", &out->path) &&
           asactl_json_take_count(json, "count", &out->count);
}

static bool take_guard(apr_pool_t *pool, const json_t *json, asactl_node_guard_t *out)
{
    return take_text(pool, json, "enforcing", &out->enforcing) &&
           take_text(pool, json, "file", &out->file) &&
           take_text(pool, json, "error", &out->error) &&
           asactl_json_take_rows(pool, json_object_get(json, "denials"), DENIALS_MAX,
                                 sizeof(asactl_node_denial_t), take_denial, &out->denials);
}

static bool take_log(apr_pool_t *pool, const json_t *json, void *row)
{
    asactl_node_log_t *out = row;
    const json_t *counts = json_object_get(json, "of");
    bool good =
        asactl_json_take_bool(json, "exists", &out->exists) &&
        take_text(pool, json, "folder", &out->folder) && out->folder != NULL &&
        take_text(pool, json, "error", &out->error) &&
        take_text(pool, json, "owner", &out->owner) &&
        take_text(pool, json, "group", &out->group) && take_text(pool, json, "mode", &out->mode) &&
        take_time(json, "newest", &out->newest) && asactl_json_take_count(json, "bad", &out->bad);

    for (int class = 0; good && class < ASACTL_LOG_CLASSES; class ++) {
        good = asactl_json_take_count(counts, asactl_log_class_name((asactl_log_class_t) class),
                                      &out->of[class]);
    }
    return good;
}

static bool take_health(apr_pool_t *pool, const json_t *json, void *row)
{
    asactl_node_health_t *out = row;

    return take_text(pool, json, "url", &out->url) && out->url != NULL &&
           asactl_json_take_count(json, "status", &out->status) &&
           take_text(pool, json, "error", &out->error);
}

static bool take_last(apr_pool_t *pool, const json_t *json, const asactl_roll_result_t **out)
{
    asactl_roll_result_t *last;
    json_int_t seconds, code;

    if (json_is_null(json)) {
        return true;
    }
    last = apr_pcalloc(pool, sizeof *last);
    if (!take_text(pool, json, "account", &last->account) || last->account == NULL ||
        !asactl_json_take_number(json, "time", 0, SECONDS_MAX, &seconds) ||
        !asactl_json_take_number(json, "code", ASACTL_OK, ASACTL_REFUSED_TO_ACT, &code) ||
        !take_text(pool, json, "sentence", &last->sentence)) {
        return false;
    }
    last->time = apr_time_from_sec(seconds);
    last->code = (asactl_exit_code_t)code;
    *out = last;
    return true;
}

static bool take_schedule(apr_pool_t *pool, const json_t *json, asactl_node_schedule_t *out)
{
    json_int_t days;

    if (!asactl_json_take_number(json, "days", 0, DAYS_MAX, &days)) {
        return false;
    }
    out->days = (long)days;
    return take_text(pool, json, "file", &out->file) && take_time(json, "made", &out->made) &&
           take_last(pool, json_object_get(json, "last"), &out->last) &&
           take_text(pool, json, "finding", &out->finding);
}

static bool take_served(apr_pool_t *pool, const json_t *json, asactl_node_facts_t *out)
{
    const json_t *served = json_object_get(json, "served");
    asactl_node_served_t *all = apr_palloc(pool, sizeof *all);

    if (!take_text(pool, json, "served_error", &out->served_error)) {
        return false;
    }
    if (json_is_null(served)) {
        return out->served_error != NULL;
    }
    out->served = all;
    return asactl_node_served_parse(pool, served, all);
}

bool asactl_node_facts_parse(apr_pool_t *pool, const json_t *json, asactl_node_facts_t *out)
{
    *out = (asactl_node_facts_t){0};
    if (take_time(json, "time", &out->time) && take_text(pool, json, "version", &out->version) &&
        out->version != NULL && take_served(pool, json, out) &&
        take_opening(pool, json_object_get(json, "opening"), &out->opening) &&
        take_guard(pool, json_object_get(json, "guard"), &out->guard) &&
        asactl_json_take_rows(pool, json_object_get(json, "logs"), LOGS_MAX,
                              sizeof(asactl_node_log_t), take_log, &out->logs) &&
        asactl_json_take_rows(pool, json_object_get(json, "health"), HEALTH_MAX,
                              sizeof(asactl_node_health_t), take_health, &out->health) &&
        take_schedule(pool, json_object_get(json, "schedule"), &out->schedule)) {
        return true;
    }
    *out = (asactl_node_facts_t){0};
    return false;
}
