/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts requests, one at a time.
 */
#include "asactl/log_summary.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/log_name.h"
#include "asactl/log_summary_private.h"
#include "asactl/out.h"
#include "asactl/win32_status.h"

/* How long after a leg of NTLM the success of the same client is taken for its end. */
#define LEG_TIME apr_time_from_sec(10)

#define MOST_LEGS  100000
#define MOST_WHO   200000
#define MOST_SMALL 256

typedef struct {
    asactl_log_key_t key;
    apr_time_t time;
    asactl_log_count_t open; /* so many that no success has followed */
} leg_t;

static const struct {
    const char *name;
    size_t most;
    bool fold;
} dimensions[ASACTL_LOG_BYS] = {
    [ASACTL_LOG_BY_PROTOCOL] = {"protocol", 64, true},
    [ASACTL_LOG_BY_VHOST] = {"vhost", 1024, true},
    [ASACTL_LOG_BY_NODE] = {"node", 1024, true},
    [ASACTL_LOG_BY_USER] = {"user", 100000, true},
    [ASACTL_LOG_BY_CLIENT] = {"client", 100000, true},
    [ASACTL_LOG_BY_AGENT] = {"agent", 10000, false},
    [ASACTL_LOG_BY_TYPE] = {"type", MOST_SMALL, true},
};

const char *asactl_log_by_name(asactl_log_by_t by)
{
    return (unsigned)by < ASACTL_LOG_BYS ? dimensions[by].name : "";
}

asactl_log_summary_t *asactl_log_summary_make(apr_pool_t *pool, bool trust_negotiate)
{
    asactl_log_summary_t *summary = apr_pcalloc(pool, sizeof *summary);

    summary->pool = pool;
    summary->trust_negotiate = trust_negotiate;
    for (size_t i = 0; i < ASACTL_LOG_BYS; i++) {
        summary->by[i] = asactl_log_table_make(pool, sizeof(asactl_log_row_t), dimensions[i].most,
                                               dimensions[i].fold);
    }
    summary->who = asactl_log_table_make(pool, sizeof(asactl_log_who_t), MOST_WHO, false);
    summary->reasons = asactl_log_table_make(pool, sizeof(asactl_log_reason_t), MOST_SMALL, true);
    summary->statuses = asactl_log_table_make(pool, sizeof(asactl_log_status_t), MOST_SMALL, false);
    summary->uses = asactl_log_table_make(pool, sizeof(asactl_log_use_t), MOST_SMALL, true);
    summary->legs = asactl_log_table_make(pool, sizeof(leg_t), MOST_LEGS, true);
    return summary;
}

static void seen(apr_time_t time, apr_time_t *first, apr_time_t *last)
{
    *first = *first == 0 || time < *first ? time : *first;
    *last = time > *last ? time : *last;
}

static void count_one(asactl_log_counts_t *counts, asactl_log_class_t class, apr_time_t time)
{
    counts->of[class]++;
    seen(time, &counts->first, &counts->last);
}

/* --- IIS --- */

/* The text with the first len bytes that count, '+' as the space that it stands for. */
static asactl_log_text_t agent_of_iis(asactl_log_text_t agent, char room[ASACTL_LOG_KEY_MAX + 1])
{
    size_t len = agent.len <= ASACTL_LOG_KEY_MAX ? agent.len : ASACTL_LOG_KEY_MAX + 1;

    for (size_t i = 0; i < len; i++) {
        room[i] = agent.at[i] == '+' ? ' ' : agent.at[i];
    }
    return (asactl_log_text_t){room, len};
}

static size_t leg_key(const asactl_log_record_t *record, char room[ASACTL_LOG_KEY_MAX])
{
    size_t client = record->client.len < 64 ? record->client.len : 64;
    size_t agent = ASACTL_LOG_KEY_MAX - 1 - client;

    agent = record->agent.len < agent ? record->agent.len : agent;
    memcpy(room, record->client.at, client);
    room[client] = '\n';
    memcpy(room + client + 1, record->agent.at, agent);
    return client + 1 + agent;
}

/* NTLM where a leg of the same client stood shortly before: then this success is its end. */
static bool ends_legs(asactl_log_summary_t *summary, const asactl_log_record_t *record)
{
    char key[ASACTL_LOG_KEY_MAX];
    size_t len = leg_key(record, key);
    bool is_new;
    leg_t *leg;

    if (asactl_log_class_is_leg(record)) {
        leg = asactl_log_table_row(summary->legs, key, len, &is_new);
        leg->open = record->time - leg->time > LEG_TIME ? 1 : leg->open + 1;
        leg->time = record->time;
        return false;
    }
    leg = record->authenticated ? asactl_log_table_find(summary->legs, key, len) : NULL;
    if (leg == NULL && record->authenticated) {
        leg = asactl_log_table_others(summary->legs); /* rather NTLM than unseen */
    }
    if (leg == NULL || leg->open == 0 || record->time < leg->time ||
        record->time - leg->time > LEG_TIME) {
        return false;
    }
    leg->open--;
    return true;
}

static asactl_log_class_t classify(asactl_log_summary_t *summary, const asactl_log_record_t *record)
{
    asactl_log_class_t class = asactl_log_class_of(record);

    if (record->kind != ASACTL_LOG_IIS) {
        summary->exchange_negotiate += class == ASACTL_LOG_NEGOTIATE;
        return class;
    }
    if (ends_legs(summary, record)) {
        summary->iis_inferred++;
        return ASACTL_LOG_NTLM;
    }
    summary->iis_users += class == ASACTL_LOG_NEGOTIATE;
    return class;
}

static void count_status(asactl_log_summary_t *summary, const asactl_log_record_t *record)
{
    const int64_t key[] = {record->status, record->substatus, record->win32_status};
    asactl_log_status_t *row;
    bool is_new;

    if (record->kind != ASACTL_LOG_IIS || record->status < 400) {
        return;
    }
    row = asactl_log_table_row(summary->statuses, key, sizeof key, &is_new);
    if (is_new) {
        bool others = row == asactl_log_table_others(summary->statuses);

        row->status = others ? 0 : record->status;
        row->substatus = others ? -1 : record->substatus;
        row->win32_status = others ? -1 : record->win32_status;
        row->win32_name = asactl_win32_status_name(row->win32_status);
        row->meaning = row->status == 401 ? asactl_win32_status_meaning(row->win32_status) : NULL;
    }
    row->count++;
    seen(record->time, &row->first, &row->last);
}

/* --- the rows of a request --- */

static asactl_log_row_t *row_of(asactl_log_summary_t *summary, asactl_log_by_t by,
                                asactl_log_text_t text)
{
    asactl_log_table_t *table = summary->by[by];
    asactl_log_row_t *row;
    bool is_new;

    row = asactl_log_table_row(table, text.len > 0 ? text.at : "", text.len, &is_new);
    if (is_new) {
        bool others = row == asactl_log_table_others(table);

        row->name = others ? "others" : asactl_log_name(summary->pool, text);
        row->monitoring =
            !others && by == ASACTL_LOG_BY_USER && asactl_log_class_is_monitoring(text);
    }
    return row;
}

/* What stands for AuthenticationType; IIS has none. */
static asactl_log_text_t type_of(const asactl_log_record_t *record, asactl_log_class_t class)
{
    const char *said =
        class == ASACTL_LOG_NTLM ? "NTLM, inferred from legs in IIS's log" : "not said by IIS";

    return record->kind == ASACTL_LOG_IIS ? (asactl_log_text_t){said, strlen(said)}
                                          : record->authentication_type;
}

static void find_place(asactl_log_summary_t *summary, const asactl_log_record_t *record,
                       asactl_log_place_t *place)
{
    char room[ASACTL_LOG_KEY_MAX + 1];
    const asactl_log_text_t texts[ASACTL_LOG_BYS] = {
        [ASACTL_LOG_BY_PROTOCOL] = record->protocol,
        [ASACTL_LOG_BY_VHOST] = record->vhost,
        [ASACTL_LOG_BY_NODE] = record->node,
        [ASACTL_LOG_BY_USER] = record->authenticated ? record->user : (asactl_log_text_t){"", 0},
        [ASACTL_LOG_BY_CLIENT] = record->client,
        [ASACTL_LOG_BY_AGENT] =
            record->kind == ASACTL_LOG_IIS ? agent_of_iis(record->agent, room) : record->agent,
        [ASACTL_LOG_BY_TYPE] = type_of(record, place->class),
    };

    for (size_t i = 0; i < ASACTL_LOG_BYS; i++) {
        place->by[i] = row_of(summary, (asactl_log_by_t)i, texts[i]);
        count_one(&place->by[i]->counts, place->class, record->time);
    }
}

/* --- keys --- */

static void count_use(asactl_log_summary_t *summary, const asactl_log_record_t *record,
                      const asactl_log_place_t *place)
{
    char key[ASACTL_LOG_KEY_MAX];
    size_t etype = record->etype.len < 100 ? record->etype.len : 100;
    size_t slot = record->key.len < 100 ? record->key.len : 100;
    asactl_log_use_t *use;
    bool is_new;

    if (record->package.len == 0) {
        return;
    }
    memcpy(key, etype > 0 ? record->etype.at : "", etype);
    key[etype] = '\n';
    memcpy(key + etype + 1, slot > 0 ? record->key.at : "", slot);
    use = asactl_log_table_row(summary->uses, key, etype + 1 + slot, &is_new);
    if (is_new) {
        bool others = use == asactl_log_table_others(summary->uses);

        use->etype = others ? "others" : asactl_log_name(summary->pool, record->etype);
        use->slot = others ? "others" : asactl_log_name(summary->pool, record->key);
        use->weak = !others && asactl_log_class_is_weak(record->etype);
        use->old = !others && asactl_log_class_is_old(record->key);
    }
    use->count++;
    if (record->time >= use->last) {
        use->last_user = place->by[ASACTL_LOG_BY_USER];
        use->last_client = place->by[ASACTL_LOG_BY_CLIENT];
    }
    seen(record->time, &use->first, &use->last);
}

static void count_generation(asactl_log_sources_t *sources, const asactl_log_record_t *record)
{
    const char *name = record->generation;
    size_t i = 0;

    while (i < sources->generations && sources->generation[i].name != name &&
           strcmp(sources->generation[i].name, name) != 0) {
        i++;
    }
    if (i < ASACTL_LOG_GENERATIONS) {
        sources->generation[i].kind = record->kind;
        sources->generation[i].name = name;
        sources->generation[i].lines++;
        sources->generations = i < sources->generations ? sources->generations : i + 1;
    }
}

asactl_log_class_t asactl_log_summary_add(asactl_log_summary_t *summary,
                                          const asactl_log_record_t *record)
{
    asactl_log_place_t place = {.class = classify(summary, record)};
    const asactl_log_reason_t *reason;

    summary->sources.counted++;
    count_generation(&summary->sources, record);
    count_one(&summary->counts, place.class, record->time);
    find_place(summary, record, &place);
    if (place.by[ASACTL_LOG_BY_USER]->monitoring) {
        count_one(&summary->monitoring, place.class, record->time);
    }
    asactl_log_buckets_add(&summary->buckets, summary->pool, record->time,
                           place.by[ASACTL_LOG_BY_PROTOCOL]->key.number, place.class);
    count_status(summary, record);
    count_use(summary, record, &place);
    reason = asactl_log_summary_why(summary, record, &place);
    asactl_log_summary_who(summary, record, &place, reason);
    return place.class;
}

void asactl_log_summary_leave_out(asactl_log_summary_t *summary, const asactl_log_record_t *record)
{
    summary->sources.left_out++;
    if (record->kind == ASACTL_LOG_IIS) {
        (void)ends_legs(summary, record);
    }
}

const char *asactl_log_bad_name(asactl_log_bad_t bad)
{
    static const char *const names[ASACTL_LOG_BADS] = {"broken", "forged", "foreign"};

    return (unsigned)bad < ASACTL_LOG_BADS ? names[bad] : "";
}

void asactl_log_summary_bad(asactl_log_summary_t *summary, asactl_log_bad_t bad, const char *file,
                            asactl_log_count_t line, const char *why)
{
    asactl_log_bads_t *bads = &summary->sources.bad[bad];

    if (bads->examples < ASACTL_LOG_EXAMPLES) {
        bads->example[bads->examples].file =
            asactl_log_name(summary->pool, (asactl_log_text_t){file, strlen(file)});
        bads->example[bads->examples].line = line;
        bads->example[bads->examples].why = why;
        bads->examples++;
    }
    bads->count++;
}

void asactl_log_summary_unread(asactl_log_summary_t *summary, const char *sentence)
{
    asactl_log_unread_t *unread = &summary->sources.unread;

    if (unread->examples < ASACTL_LOG_UNREAD_EXAMPLES) {
        unread->example[unread->examples++] = asactl_out_safe(summary->pool, sentence);
    }
    unread->count++;
}
