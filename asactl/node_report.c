/* SPDX-License-Identifier: Apache-2.0
 *
 * What a node says of its key table: made from keys, written as JSON, read from hostile JSON.
 */
#include "asactl/node_report.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <apr_strings.h>

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
        "{s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o}", "host", asactl_node_report_text(report->host),
        "keytab", asactl_node_report_text(report->keytab), "exists", report->exists, "defect",
        asactl_node_report_text(report->defect), "owner", asactl_node_report_text(report->owner),
        "group", asactl_node_report_text(report->group), "mode",
        asactl_node_report_text(report->mode), "keys", keys);
}

/* A bounded string, or NULL for null; anything else is no report. */
static bool take_text(apr_pool_t *pool, const json_t *object, const char *name, size_t max,
                      const char **out)
{
    const json_t *value = json_object_get(object, name);

    *out = NULL;
    if (json_is_string(value) && json_string_length(value) <= max &&
        strlen(json_string_value(value)) == json_string_length(value)) {
        *out = apr_pstrdup(pool, json_string_value(value));
        return true;
    }
    return json_is_null(value);
}

static bool take_number(const json_t *object, const char *name, json_int_t min, json_int_t max,
                        json_int_t *out)
{
    const json_t *value = json_object_get(object, name);

    *out = json_integer_value(value);
    return json_is_integer(value) && *out >= min && *out <= max;
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

static bool take_key(apr_pool_t *pool, const json_t *json, asactl_node_key_t *out)
{
    json_int_t kvno, enctype, time;
    const char *slot;

    if (!take_text(pool, json, "slot", TEXT_MAX, &slot) ||
        !take_text(pool, json, "account", TEXT_MAX, &out->account) ||
        !take_text(pool, json, "realm", TEXT_MAX, &out->realm) ||
        !take_text(pool, json, "id", ID_MAX, &out->id) || out->account == NULL ||
        out->realm == NULL || out->id == NULL || !take_number(json, "kvno", 0, UINT32_MAX, &kvno) ||
        !take_number(json, "enctype", INT16_MIN, INT16_MAX, &enctype) ||
        !take_number(json, "time", 0, UINT32_MAX, &time)) {
        return false;
    }
    out->slot = known_slot(slot);
    out->kvno = (uint32_t)kvno;
    out->enctype = (int32_t)enctype;
    out->time = apr_time_from_sec(time);
    return out->slot != NULL;
}

static bool take_keys(apr_pool_t *pool, const json_t *json, const apr_array_header_t **out)
{
    apr_array_header_t *list;
    size_t count = json_array_size(json);

    if (!json_is_array(json) || count > KEYS_MAX) {
        return false;
    }
    list = apr_array_make(pool, (int)count + 1, sizeof(asactl_node_key_t));
    for (size_t i = 0; i < count; i++) {
        asactl_node_key_t key = {0};
        if (!take_key(pool, json_array_get(json, i), &key)) {
            return false;
        }
        APR_ARRAY_PUSH(list, asactl_node_key_t) = key;
    }
    *out = list;
    return true;
}

bool asactl_node_report_parse(apr_pool_t *pool, const json_t *json, asactl_node_report_t *out)
{
    const json_t *exists = json_object_get(json, "exists");
    asactl_node_report_t report = {.exists = json_is_true(exists)};

    if (!json_is_boolean(exists) || !take_text(pool, json, "host", TEXT_MAX, &report.host) ||
        !take_text(pool, json, "keytab", TEXT_MAX, &report.keytab) ||
        !take_text(pool, json, "defect", TEXT_MAX, &report.defect) ||
        !take_text(pool, json, "owner", TEXT_MAX, &report.owner) ||
        !take_text(pool, json, "group", TEXT_MAX, &report.group) ||
        !take_text(pool, json, "mode", TEXT_MAX, &report.mode) ||
        !take_keys(pool, json_object_get(json, "keys"), &report.keys)) {
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

bool asactl_node_report_holds(const asactl_node_report_t *report, const char *account,
                              uint32_t kvno, const char *id)
{
    for (int i = 0; report->keys != NULL && i < report->keys->nelts; i++) {
        const asactl_node_key_t *key = &APR_ARRAY_IDX(report->keys, i, asactl_node_key_t);
        if (asactl_node_report_is_account(key->account, account) && key->kvno == kvno &&
            strcmp(key->id, id) == 0) {
            return true;
        }
    }
    return false;
}
