/* SPDX-License-Identifier: Apache-2.0
 *
 * Follows each user at each client in each protocol: on Kerberos or not, since when, and why not.
 */
#include "asactl/log_summary.h"

#include <apr_strings.h>

#include "asactl/log_name.h"
#include "asactl/log_reason.h"
#include "asactl/log_summary_private.h"

/* --- reasons --- */

const asactl_log_reason_t *asactl_log_summary_why(asactl_log_summary_t *summary,
                                                  const asactl_log_record_t *record,
                                                  const asactl_log_place_t *place)
{
    char room[ASACTL_LOG_REASON_SIZE];
    asactl_log_text_t name = asactl_log_reason_of(record, room);
    asactl_log_reason_t *row;
    bool is_new;

    if (name.len == 0) {
        return NULL;
    }
    row = asactl_log_table_row(summary->reasons, name.at, name.len, &is_new);
    if (is_new) {
        bool others = row == asactl_log_table_others(summary->reasons);

        row->name = others ? "others" : asactl_log_name(summary->pool, name);
        row->remedy = others ? NULL : asactl_log_reason_remedy(record, name);
        row->refusal = asactl_log_reason_is_refusal(record, name);
    }
    row->count++;
    row->first = row->first == 0 || record->time < row->first ? record->time : row->first;
    if (record->time >= row->last) {
        row->last = record->time;
        row->last_client = place->by[ASACTL_LOG_BY_CLIENT];
        row->last_node = place->by[ASACTL_LOG_BY_NODE];
        row->last_protocol = place->by[ASACTL_LOG_BY_PROTOCOL];
    }
    return row;
}

/* --- who --- */

typedef struct {
    const asactl_log_row_t *user, *client, *protocol;
} who_key_t;

static const asactl_log_row_t others = {.name = "others"};

static asactl_log_who_t *who_of(asactl_log_summary_t *summary, const asactl_log_place_t *place)
{
    who_key_t key = {place->by[ASACTL_LOG_BY_USER], place->by[ASACTL_LOG_BY_CLIENT],
                     place->by[ASACTL_LOG_BY_PROTOCOL]};
    asactl_log_who_t *who;
    bool is_new;

    who = asactl_log_table_row(summary->who, &key, sizeof key, &is_new);
    if (is_new) {
        bool past = who == asactl_log_table_others(summary->who);

        who->user = past ? &others : key.user;
        who->client = past ? &others : key.client;
        who->protocol = past ? &others : key.protocol;
    }
    return who;
}

/* Many in one row: none of them is known to be back on Kerberos, or to be the one that was refused
 * before. */
static bool is_of_others(const asactl_log_summary_t *summary, const asactl_log_place_t *place,
                         const asactl_log_who_t *who)
{
    return who == asactl_log_table_others(summary->who) ||
           place->by[ASACTL_LOG_BY_USER] ==
               asactl_log_table_others(summary->by[ASACTL_LOG_BY_USER]) ||
           place->by[ASACTL_LOG_BY_CLIENT] ==
               asactl_log_table_others(summary->by[ASACTL_LOG_BY_CLIENT]);
}

static void add_agent(asactl_log_who_t *who, const asactl_log_row_t *agent)
{
    size_t i = 0;

    while (i < ASACTL_LOG_WHO_AGENTS && who->agents[i] != NULL && who->agents[i] != agent) {
        i++;
    }
    if (i == ASACTL_LOG_WHO_AGENTS) {
        who->more_agents = true;
        i--;
    }
    for (; i > 0; i--) {
        who->agents[i] = who->agents[i - 1];
    }
    who->agents[0] = agent;
}

/* Who came by something else before is back; what came later than this stays, and as only its last
 * time is kept, "since" is then at the latest. */
static void back_on_kerberos(asactl_log_who_t *who, apr_time_t time)
{
    who->last_kerberos = time > who->last_kerberos ? time : who->last_kerberos;
    if (who->since != 0 && who->since <= who->last_kerberos) {
        bool later = who->last_other > who->last_kerberos;

        who->since = later ? who->last_other : 0;
        who->since_count = later ? 1 : 0;
    }
}

static void by_something_else(asactl_log_who_t *who, apr_time_t time,
                              const asactl_log_place_t *place)
{
    if (time >= who->last_other) {
        who->last_other = time;
        who->last_class = place->class;
        who->last_type = place->by[ASACTL_LOG_BY_TYPE];
        add_agent(who, place->by[ASACTL_LOG_BY_AGENT]);
    }
    if (time > who->last_kerberos) {
        who->since = who->since == 0 || time < who->since ? time : who->since;
        who->since_count++;
    }
}

/* Refusals name no user: those of this client in this protocol lie in front of this success. */
static void forgive_client(asactl_log_summary_t *summary, const asactl_log_place_t *place,
                           apr_time_t time)
{
    const asactl_log_row_t *nobody = asactl_log_table_find(summary->by[ASACTL_LOG_BY_USER], "", 0);
    who_key_t key = {nobody, place->by[ASACTL_LOG_BY_CLIENT], place->by[ASACTL_LOG_BY_PROTOCOL]};
    asactl_log_who_t *who =
        nobody != NULL ? asactl_log_table_find(summary->who, &key, sizeof key) : NULL;

    if (who != NULL && time > who->last_kerberos) {
        who->last_kerberos = time;
    }
}

static void count_keys(asactl_log_who_t *who, const asactl_log_record_t *record)
{
    if (asactl_log_class_is_weak(record->etype)) {
        who->weak_count++;
        who->last_weak = record->time > who->last_weak ? record->time : who->last_weak;
    }
    if (asactl_log_class_is_old(record->key)) {
        who->old_key_count++;
        who->last_old_key = record->time > who->last_old_key ? record->time : who->last_old_key;
    }
}

void asactl_log_summary_who(asactl_log_summary_t *summary, const asactl_log_record_t *record,
                            const asactl_log_place_t *place, const asactl_log_reason_t *reason)
{
    asactl_log_class_t class = place->class;
    asactl_log_who_t *who;

    if (class == ASACTL_LOG_NONE) {
        return;
    }
    who = who_of(summary, place);
    who->counts.of[class]++;
    who->counts.first = who->counts.first == 0 || record->time < who->counts.first
                            ? record->time
                            : who->counts.first;
    who->counts.last = record->time > who->counts.last ? record->time : who->counts.last;
    if (class == ASACTL_LOG_REFUSED) {
        if (record->time >= who->last_refused) {
            who->last_refused = record->time;
            who->last_reason = reason;
            add_agent(who, place->by[ASACTL_LOG_BY_AGENT]);
        }
    } else if (asactl_log_class_is_kerberos(class, summary->trust_negotiate)) {
        if (!is_of_others(summary, place, who)) {
            back_on_kerberos(who, record->time);
            forgive_client(summary, place, record->time);
        }
    } else if (class != ASACTL_LOG_NEGOTIATE) {
        by_something_else(who, record->time, place);
    }
    if (record->package.len > 0) {
        count_keys(who, record);
    }
}
