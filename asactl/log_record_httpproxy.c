/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a line of an HttpProxy log, and judges whether Exchange or mod_asa_auth can have written
 * it.
 *
 * The sums that Exchange's lines keep were found on lines of builds 15.0.775 to 15.2.659; an empty
 * column counts as 0.  mod_asa_auth keeps them, too (core/httpproxy_record.h).
 */
#include "asactl/log_record.h"

#include <string.h>

#include "asactl/log_record_private.h"
#include "core/time_text.h"

#define COLUMNS_WITHOUT_SUMS 53

/* How far the end of a request may be from its begin and its length.  Exchange's were up to 10 ms
 * apart, its clock ticks every 16 ms on some machines, and while it is being set right it runs up
 * to a thousandth faster or slower; mod_asa_auth's are exact. */
#define MOST_DRIFT     (100 * 1000)
#define MOST_OWN_DRIFT 1000

typedef struct {
    const asactl_log_schema_t *schema;
    const asactl_log_columns_t *columns;
    bool numbers; /* all that were asked for were numbers */
} line_t;

static asactl_log_text_t column(const line_t *line, asactl_log_wanted_t wanted)
{
    return asactl_log_record_column(line->schema, line->columns, wanted);
}

/* --- sums --- */

static long long latency(line_t *line, asactl_log_wanted_t wanted)
{
    asactl_log_text_t text = column(line, wanted);
    long long value = 0;
    bool negative = text.len > 1 && text.at[0] == '-';

    if (text.len == 0) {
        return 0;
    }
    if (negative) {
        text = (asactl_log_text_t){text.at + 1, text.len - 1};
    }
    line->numbers = asactl_log_text_number(text, &value) && line->numbers;
    return negative ? -value : value;
}

/* An empty column that others add up to says nothing. */
static bool is_sum(line_t *line, asactl_log_wanted_t wanted, long long value)
{
    return column(line, wanted).len == 0 || latency(line, wanted) == value;
}

/* The sentence of what does not hold; NULL: all of it does. */
static const char *judge_sums(line_t *line)
{
    long long total = latency(line, ASACTL_LOG_TOTAL),
              pipeline = latency(line, ASACTL_LOG_PIPELINE);
    long long overhead = latency(line, ASACTL_LOG_OVERHEAD);
    const char *found = NULL;

    if (total != pipeline + latency(line, ASACTL_LOG_TO_HANDLER) +
                     latency(line, ASACTL_LOG_HANDLER) + latency(line, ASACTL_LOG_TO_MODULE)) {
        found = "TotalRequestTime is not the sum of its parts";
    } else if (!is_sum(line, ASACTL_LOG_OVERHEAD,
                       total - latency(line, ASACTL_LOG_CLIENT_REQ_STREAM) -
                           latency(line, ASACTL_LOG_BACKEND_REQ_STREAM) -
                           latency(line, ASACTL_LOG_BACKEND_PROCESSING) -
                           latency(line, ASACTL_LOG_BACKEND_RESP_STREAM) -
                           latency(line, ASACTL_LOG_CLIENT_RESP_STREAM))) {
        found = "HttpProxyOverhead is not what its parts leave";
    } else if (!is_sum(line, ASACTL_LOG_ROUTING, overhead - pipeline)) {
        found = "RoutingLatency is not what its parts leave";
    } else if (!is_sum(line, ASACTL_LOG_CORE,
                       overhead - pipeline - latency(line, ASACTL_LOG_BACKEND_REQ_INIT))) {
        found = "CoreLatency is not what its parts leave";
    }
    return line->numbers ? found : "a latency is no number";
}

/* --- GenericInfo --- */

static const struct {
    const char *key;
    size_t member;
} pairs[] = {
    {"AuthPkg", offsetof(asactl_log_record_t, package)},
    {"AuthReason", offsetof(asactl_log_record_t, reason)},
    {"Spn", offsetof(asactl_log_record_t, spn)},
    {"Kvno", offsetof(asactl_log_record_t, kvno)},
    {"Etype", offsetof(asactl_log_record_t, etype)},
    {"Key", offsetof(asactl_log_record_t, key)},
    {"Bound", offsetof(asactl_log_record_t, bound)},
    {"Session", offsetof(asactl_log_record_t, session)},
};

/* One "key=value" into its member; false: the key stands twice. */
static bool take_pair(asactl_log_text_t key, asactl_log_text_t value, asactl_log_record_t *record,
                      asactl_log_text_t *begin)
{
    if (key.len == strlen("BeginRequest") && memcmp(key.at, "BeginRequest", key.len) == 0) {
        *begin = value;
        return true;
    }
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        asactl_log_text_t *member = (asactl_log_text_t *)((char *)record + pairs[i].member);

        if (key.at[0] != pairs[i].key[0] || strlen(pairs[i].key) != key.len ||
            memcmp(key.at, pairs[i].key, key.len) != 0) {
            continue;
        }
        if (member->at != NULL) {
            return false;
        }
        *member = value;
        return true;
    }
    return true;
}

/* "key=value;key=value;": divided at ';', then at the first '='. */
static bool read_info(asactl_log_text_t info, asactl_log_record_t *record, asactl_log_text_t *begin)
{
    const char *at = info.at, *stop = info.at + info.len;
    bool once = true;

    while (at < stop) {
        const char *divider = memchr(at, ';', (size_t)(stop - at));
        const char *next = divider != NULL ? divider : stop;
        const char *equals = memchr(at, '=', (size_t)(next - at));

        if (equals != NULL && equals > at) {
            asactl_log_text_t key = {at, (size_t)(equals - at)};
            asactl_log_text_t value = {equals + 1, (size_t)(next - equals - 1)};

            once = take_pair(key, value, record, begin) && once;
        }
        at = next + 1;
    }
    return once;
}

static const char *judge_times(line_t *line, const asactl_log_record_t *record,
                               asactl_log_text_t begin)
{
    long long total = latency(line, ASACTL_LOG_TOTAL);
    apr_time_t begun, drift, most = record->ours ? MOST_OWN_DRIFT : MOST_DRIFT + total;

    if (!asa_time_text_read(begin.at, begin.len, &begun)) {
        return "BeginRequest is no time";
    }
    drift = record->time - begun - (apr_time_t)total * 1000;
    return drift >= -most && drift <= most ? NULL
                                           : "DateTime is not BeginRequest and TotalRequestTime";
}

/* What mod_asa_auth never writes of itself. */
static const char *judge_proof(const asactl_log_record_t *record, bool once)
{
    if (!once) {
        return "a part of the proof in GenericInfo stands twice";
    }
    if (record->package.len == 0) {
        return record->authenticated && asactl_log_text_is(record->authentication_type, "Negotiate")
                   ? "AuthReason refuses a sign-in that the line itself tells"
                   : NULL;
    }
    if (record->reason.len > 0) {
        return "AuthPkg and AuthReason exclude each other";
    }
    if (!asactl_log_text_is(record->package, "Kerberos") || record->bound.len == 0 ||
        record->session.len == 0) {
        return "the proof in GenericInfo is not whole";
    }
    return record->authenticated && record->user.len > 0 &&
                   asactl_log_text_is(record->authentication_type, "Negotiate")
               ? NULL
               : "AuthPkg proves a sign-in that the line itself denies";
}

/* --- the line --- */

static bool read_flag(asactl_log_text_t text, bool *out)
{
    *out = asactl_log_text_is(text, "true");
    return *out || text.len == 0 || asactl_log_text_is(text, "false");
}

/* The sentence of what is broken; NULL: nothing. */
static const char *read_columns(const line_t *line, asactl_log_record_t *record)
{
    asactl_log_text_t when = column(line, ASACTL_LOG_DATE_TIME);

    if (!asa_time_text_read(when.at, when.len, &record->time)) {
        return "its time is none";
    }
    if (!read_flag(column(line, ASACTL_LOG_IS_AUTHENTICATED), &record->authenticated)) {
        return "IsAuthenticated is neither true nor false";
    }
    if (!asactl_log_record_number(column(line, ASACTL_LOG_STATUS), &record->status)) {
        return "its status is no number";
    }
    record->request_id = column(line, ASACTL_LOG_REQUEST_ID);
    record->protocol = column(line, ASACTL_LOG_PROTOCOL);
    record->vhost = column(line, ASACTL_LOG_HOST);
    record->node = column(line, ASACTL_LOG_NODE);
    record->user = column(line, ASACTL_LOG_USER);
    record->client = asactl_log_record_address(column(line, ASACTL_LOG_CLIENT));
    record->agent = column(line, ASACTL_LOG_AGENT);
    record->authentication_type = column(line, ASACTL_LOG_AUTHENTICATION_TYPE);
    record->error_code = column(line, ASACTL_LOG_ERROR_CODE);
    return NULL;
}

/* A line without AuthPkg and AuthReason is not mod_asa_auth's, whatever else GenericInfo holds. */
static void forget_proof(asactl_log_record_t *record)
{
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        *(asactl_log_text_t *)((char *)record + pairs[i].member) = (asactl_log_text_t){NULL, 0};
    }
}

asactl_log_line_kind_t asactl_log_record_httpproxy(const asactl_log_schema_t *schema,
                                                   const asactl_log_columns_t *columns,
                                                   asactl_log_record_t *record, const char **why)
{
    line_t line = {.schema = schema, .columns = columns, .numbers = true};
    asactl_log_text_t begin = {NULL, 0};
    const char *broken = read_columns(&line, record), *forged = NULL;
    bool once;

    if (broken != NULL) {
        return asactl_log_record_end(ASACTL_LOG_LINE_BROKEN, broken, why);
    }
    once = read_info(column(&line, ASACTL_LOG_GENERIC_INFO), record, &begin);
    record->ours = record->package.len > 0 || record->reason.len > 0;
    if (schema->columns != COLUMNS_WITHOUT_SUMS) {
        forged = column(&line, ASACTL_LOG_TOTAL).len == 0 ? "TotalRequestTime is empty"
                                                          : judge_sums(&line);
        if (forged == NULL && begin.len > 0) {
            forged = judge_times(&line, record, begin);
        }
    }
    if (record->ours) {
        record->generation = "mod_asa_auth";
        forged = forged != NULL ? forged : judge_proof(record, once);
    } else {
        forget_proof(record);
    }
    if (forged == NULL && record->user.len > 0 && !record->authenticated) {
        forged = "AuthenticatedUser names who IsAuthenticated says is not signed in";
    }
    return forged == NULL ? ASACTL_LOG_LINE_RECORD
                          : asactl_log_record_end(ASACTL_LOG_LINE_FORGED, forged, why);
}
