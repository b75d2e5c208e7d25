/* SPDX-License-Identifier: Apache-2.0
 *
 * What a node says of its key table: made from keys, written as JSON, read from hostile JSON.
 */
#include "asactl/node_report.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/json_take.h"
#include "core/account_key.h"

#define KEYS_MAX 4096 /* as many as a key table may hold */
#define TEXT_MAX 4096
#define ID_MAX   32

bool asactl_node_report_is_account(const char *principal, const char *asked)
{
    const char *name = strrchr(asked, '\\') != NULL ? strrchr(asked, '\\') + 1 : asked;
    size_t len = strlen(name);

    return strncasecmp(principal, name, len) == 0 &&
           (principal[len] == '\0' || strcmp(principal + len, "$") == 0);
}

/* The same key under another of the account's names. */
static bool listed(const apr_array_header_t *list, const asactl_node_key_t *key)
{
    for (int i = 0; i < list->nelts; i++) {
        const asactl_node_key_t *other = &APR_ARRAY_IDX(list, i, asactl_node_key_t);
        if (other->kvno == key->kvno && other->enctype == key->enctype &&
            strcmp(other->id, key->id) == 0 && strcmp(other->account, key->account) == 0) {
            return true;
        }
    }
    return false;
}

const apr_array_header_t *asactl_node_report_keys(apr_pool_t *pool, const asa_keyring_t *ring)
{
    size_t count = asa_keyring_count(ring);
    apr_array_header_t *list = apr_array_make(pool, (int)count + 1, sizeof(asactl_node_key_t));

    for (size_t i = 0; i < count; i++) {
        const asa_key_t *key = asa_keyring_key(ring, i);
        asactl_node_key_t row = {.slot = asa_keyring_slot_name(asa_keyring_slot(ring, i)),
                                 .account = asa_keyring_account_name(ring, i),
                                 .realm = key->realm,
                                 .kvno = key->kvno,
                                 .enctype = key->etype,
                                 .time = apr_time_from_sec(key->timestamp),
                                 .id = asa_account_key_id(pool, key)};
        if (!listed(list, &row)) {
            APR_ARRAY_PUSH(list, asactl_node_key_t) = row;
        }
    }
    return list;
}

json_t *asactl_node_report_text(const char *text)
{
    json_t *json = json_string(text);
    char *copy;

    if (json != NULL || text == NULL) {
        return json != NULL ? json : json_null();
    }
    copy = strdup(text);
    for (char *c = copy; c != NULL && *c != '\0'; c++) {
        *c = (unsigned char)*c < 0x80 ? *c : '?';
    }
    json = json_string(copy != NULL ? copy : "");
    free(copy);
    return json;
}

static json_t *key_json(const asactl_node_key_t *key)
{
    return json_pack("{s:s, s:o, s:o, s:I, s:i, s:I, s:s}", "slot", key->slot, "account",
                     asactl_node_report_text(key->account), "realm",
                     asactl_node_report_text(key->realm), "kvno", (json_int_t)key->kvno, "enctype",
                     (int)key->enctype, "time", (json_int_t)apr_time_sec(key->time), "id", key->id);
}

json_t *asactl_node_report_json(const asactl_node_report_t *report)
{
    json_t *keys = json_array();

    for (int i = 0; report->keys != NULL && i < report->keys->nelts; i++) {
        json_array_append_new(keys, key_json(&APR_ARRAY_IDX(report->keys, i, asactl_node_key_t)));
    }
    return json_pack(
        "{s:o, s:o, s:b, s:o, s:b, s:o, s:o, s:o, s:o, s:o}", "host",
        asactl_node_report_text(report->host), "keytab", asactl_node_report_text(report->keytab),
        "exists", report->exists, "defect", asactl_node_report_text(report->defect), "denied",
        report->denied, "owner", asactl_node_report_text(report->owner), "group",
        asactl_node_report_text(report->group), "mode", asactl_node_report_text(report->mode),
        "keys", keys, "workers", asactl_node_workers_json(&report->workers));
}

static const char *known_slot(const char *slot)
{
    for (asa_key_slot_t i = ASA_KEY_LATEST; i <= ASA_KEY_OWN; i++) {
        if (slot != NULL && strcmp(slot, asa_keyring_slot_name(i)) == 0) {
            return asa_keyring_slot_name(i);
        }
    }
    return NULL;
}

static bool take_key(apr_pool_t *pool, const json_t *json, void *row)
{
    asactl_node_key_t *out = row;
    json_int_t kvno, enctype, time;
    const char *slot;

    if (!asactl_json_take_text(pool, json, "slot", TEXT_MAX, &slot) ||
        !asactl_json_take_text(pool, json, "account", TEXT_MAX, &out->account) ||
        !asactl_json_take_text(pool, json, "realm", TEXT_MAX, &out->realm) ||
        !asactl_json_take_text(pool, json, "id", ID_MAX, &out->id) || out->account == NULL ||
        out->realm == NULL || out->id == NULL ||
        !asactl_json_take_number(json, "kvno", 0, UINT32_MAX, &kvno) ||
        !asactl_json_take_number(json, "enctype", INT16_MIN, INT16_MAX, &enctype) ||
        !asactl_json_take_number(json, "time", 0, UINT32_MAX, &time)) {
        return false;
    }
    out->slot = known_slot(slot);
    out->kvno = (uint32_t)kvno;
    out->enctype = (int32_t)enctype;
    out->time = apr_time_from_sec(time);
    return out->slot != NULL;
}

bool asactl_node_report_parse(apr_pool_t *pool, const json_t *json, asactl_node_report_t *out)
{
    const json_t *exists = json_object_get(json, "exists");
    asactl_node_report_t report = {.exists = json_is_true(exists),
                                   .denied = json_is_true(json_object_get(json, "denied"))};

    if (!json_is_boolean(exists) ||
        !asactl_json_take_text(pool, json, "host", TEXT_MAX, &report.host) ||
        !asactl_json_take_text(pool, json, "keytab", TEXT_MAX, &report.keytab) ||
        !asactl_json_take_text(pool, json, "defect", TEXT_MAX, &report.defect) ||
        !asactl_json_take_text(pool, json, "owner", TEXT_MAX, &report.owner) ||
        !asactl_json_take_text(pool, json, "group", TEXT_MAX, &report.group) ||
        !asactl_json_take_text(pool, json, "mode", TEXT_MAX, &report.mode) ||
        !asactl_json_take_rows(pool, json_object_get(json, "keys"), KEYS_MAX,
                               sizeof(asactl_node_key_t), take_key, &report.keys) ||
        !asactl_node_workers_parse(pool, json_object_get(json, "workers"), &report.workers)) {
        return false;
    }
    *out = report;
    return true;
}

uint32_t asactl_node_report_latest(const asactl_node_report_t *report, const char *account)
{
    uint32_t latest = 0;

    for (int i = 0; report->keys != NULL && i < report->keys->nelts; i++) {
        const asactl_node_key_t *key = &APR_ARRAY_IDX(report->keys, i, asactl_node_key_t);
        if (asactl_node_report_is_account(key->account, account) && key->kvno > latest) {
            latest = key->kvno;
        }
    }
    return latest;
}

asactl_node_workers_view_t asactl_node_report_workers(apr_pool_t *pool,
                                                      const asactl_node_report_t *report,
                                                      const char *account, uint32_t *kvno)
{
    int count = report->keys != NULL ? report->keys->nelts : 0;
    apr_array_header_t *latest = apr_array_make(pool, 4, sizeof(asactl_node_worker_key_t));

    *kvno = 0;
    for (int i = 0; i < count; i++) {
        const asactl_node_key_t *key = &APR_ARRAY_IDX(report->keys, i, asactl_node_key_t);
        if (strcmp(key->slot, asa_keyring_slot_name(ASA_KEY_LATEST)) == 0 &&
            asactl_node_report_is_account(key->account, account)) {
            *kvno = key->kvno;
            APR_ARRAY_PUSH(latest, asactl_node_worker_key_t) =
                (asactl_node_worker_key_t){key->account, key->realm, key->kvno, key->id};
        }
    }
    if (latest->nelts == 0) {
        return (asactl_node_workers_view_t){0};
    }
    return asactl_node_workers_compare(
        &report->workers, (const asactl_node_worker_key_t *)latest->elts, (size_t)latest->nelts);
}

bool asactl_node_report_lags(apr_pool_t *pool, const asactl_node_report_t *report,
                             const char *account)
{
    uint32_t kvno;

    if (report->workers.state == ASACTL_NODE_WORKERS_UNSEEN) {
        return true;
    }
    if (account != NULL) {
        return asactl_node_report_workers(pool, report, account, &kvno).lacking > 0;
    }
    for (int i = 0; report->keys != NULL && i < report->keys->nelts; i++) {
        const asactl_node_key_t *key = &APR_ARRAY_IDX(report->keys, i, asactl_node_key_t);
        if (asactl_node_report_workers(pool, report, key->account, &kvno).lacking > 0) {
            return true;
        }
    }
    return false;
}

static bool is_latest(const asactl_node_key_t *key, const char *account)
{
    return strcmp(key->slot, "latest") == 0 && *key->id != '\0' &&
           (account == NULL || asactl_node_report_is_account(key->account, account));
}

bool asactl_node_report_differs(const asactl_node_report_t *one, const asactl_node_report_t *other,
                                const char *account)
{
    for (int i = 0; i < one->keys->nelts; i++) {
        const asactl_node_key_t *a = &APR_ARRAY_IDX(one->keys, i, asactl_node_key_t);
        bool others = false, same = false;
        for (int k = 0; k < other->keys->nelts && is_latest(a, account); k++) {
            const asactl_node_key_t *b = &APR_ARRAY_IDX(other->keys, k, asactl_node_key_t);
            if (is_latest(b, account) && asactl_node_report_is_account(a->account, b->account) &&
                strcmp(a->realm, b->realm) == 0 && a->kvno == b->kvno && a->enctype == b->enctype) {
                others = true;
                same = same || strcmp(a->id, b->id) == 0;
            }
        }
        if (others && !same) {
            return true;
        }
    }
    return false;
}
