/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads, writes and compares what the workers of a node hold.
 */
#include "asactl/node_workers.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/json_take.h"

/* mod_asa_auth lists no more than 512 workers, 8 lists of keys of each and 24 keys of these. */
#define WORKERS_MAX   4096
#define LISTS_MAX     32
#define KEYS_MAX      64
#define PRINCIPAL_MAX 1024
#define ID_MAX        32
#define ERROR_MAX     4096

static bool take_key(apr_pool_t *pool, const json_t *json, void *row)
{
    asactl_node_worker_key_t *out = row;
    json_int_t kvno;

    if (!asactl_json_take_text(pool, json, "account", PRINCIPAL_MAX, &out->account) ||
        !asactl_json_take_text(pool, json, "realm", PRINCIPAL_MAX, &out->realm) ||
        !asactl_json_take_text(pool, json, "id", ID_MAX, &out->id) || out->account == NULL ||
        out->realm == NULL || out->id == NULL ||
        !asactl_json_take_number(json, "kvno", 0, UINT32_MAX, &kvno)) {
        return false;
    }
    out->kvno = (uint32_t)kvno;
    return true;
}

static bool take_keys(apr_pool_t *pool, const json_t *json, size_t max,
                      const apr_array_header_t **out)
{
    return asactl_json_take_rows(pool, json, max, sizeof(asactl_node_worker_key_t), take_key, out);
}

static bool take_pid(const json_t *json, int *pid)
{
    json_int_t number;

    if (!asactl_json_take_number(json, "pid", 1, INT_MAX, &number)) {
        return false;
    }
    *pid = (int)number;
    return true;
}

/* --- keys --- */

static const asactl_node_worker_key_t *key_at(const apr_array_header_t *keys, int index)
{
    return &APR_ARRAY_IDX(keys, index, asactl_node_worker_key_t);
}

static bool same_account(const asactl_node_worker_key_t *a, const asactl_node_worker_key_t *b)
{
    return strcasecmp(a->account, b->account) == 0 && strcmp(a->realm, b->realm) == 0;
}

/* The id proves it, by whatever name of the account it goes; without one the name has to do. */
static bool same_key(const asactl_node_worker_key_t *a, const asactl_node_worker_key_t *b)
{
    bool known = *a->id != '\0' && *b->id != '\0';

    return a->kvno == b->kvno && (known ? strcmp(a->id, b->id) == 0 : same_account(a, b));
}

static bool has(const apr_array_header_t *keys, const asactl_node_worker_key_t *key)
{
    for (int i = 0; i < keys->nelts; i++) {
        if (same_key(key_at(keys, i), key)) {
            return true;
        }
    }
    return false;
}

static bool serves(const apr_array_header_t *keys, const asactl_node_worker_key_t *key)
{
    for (int i = 0; i < keys->nelts; i++) {
        if (same_account(key_at(keys, i), key)) {
            return true;
        }
    }
    return false;
}

/* --- the status page --- */

/* The keys that no list lacks which serves their account. */
static const apr_array_header_t *common(apr_pool_t *pool, const apr_array_header_t *const *lists,
                                        size_t count)
{
    apr_array_header_t *out = apr_array_make(pool, 8, sizeof(asactl_node_worker_key_t));

    for (size_t i = 0; i < count; i++) {
        for (int k = 0; k < lists[i]->nelts; k++) {
            const asactl_node_worker_key_t *key = key_at(lists[i], k);
            bool everywhere = !has(out, key);
            for (size_t j = 0; j < count && everywhere; j++) {
                everywhere = has(lists[j], key) || !serves(lists[j], key);
            }
            if (everywhere) {
                APR_ARRAY_PUSH(out, asactl_node_worker_key_t) = *key;
            }
        }
    }
    return out;
}

static bool take_page_worker(apr_pool_t *pool, const json_t *json, void *row)
{
    asactl_node_worker_t *out = row;
    const json_t *credentials = json_object_get(json, "credentials");
    size_t count = json_array_size(credentials);
    const apr_array_header_t *lists[LISTS_MAX];

    if (!take_pid(json, &out->pid) || !json_is_array(credentials) || count > LISTS_MAX) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *keys = json_object_get(json_array_get(credentials, i), "keys");
        if (!take_keys(pool, keys, KEYS_MAX, &lists[i])) {
            return false;
        }
    }
    out->keys = common(pool, lists, count);
    return true;
}

static bool take_workers(apr_pool_t *pool, const json_t *json, asactl_json_take_row_t *take,
                         asactl_node_workers_t *out)
{
    const apr_array_header_t *list;

    if (!asactl_json_take_rows(pool, json, WORKERS_MAX, sizeof(asactl_node_worker_t), take,
                               &list)) {
        return false;
    }
    *out = (asactl_node_workers_t){.state = ASACTL_NODE_WORKERS_SEEN, .list = list};
    return true;
}

void asactl_node_workers_read(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                              asactl_node_workers_t *out)
{
    json_t *json = json_loadb((const char *)bytes, len, JSON_REJECT_DUPLICATES, NULL);
    const char *module = json_string_value(json_object_get(json, "module"));

    if (module == NULL || strcmp(module, "mod_asa_auth") != 0) {
        *out = (asactl_node_workers_t){.state = ASACTL_NODE_WORKERS_UNSEEN,
                                       .error = "it is no page of asa-status"};
    } else if (!take_workers(pool, json_object_get(json, "workers"), take_page_worker, out)) {
        *out = (asactl_node_workers_t){
            .state = ASACTL_NODE_WORKERS_UNSEEN,
            .error = "it does not list the keys of its workers; is its mod_asa_auth of another "
                     "version?"};
    } else if (out->list->nelts == 0) {
        *out = (asactl_node_workers_t){.state = ASACTL_NODE_WORKERS_UNSEEN,
                                       .error = "it lists no worker"};
    }
    json_decref(json);
}

/* --- the report --- */

/* Text that is not UTF-8 cannot come from JSON, and the errors are our own. */
static json_t *worker_json(const asactl_node_worker_t *worker)
{
    json_t *keys = json_array();

    for (int i = 0; i < worker->keys->nelts; i++) {
        const asactl_node_worker_key_t *key = key_at(worker->keys, i);
        json_array_append_new(keys,
                              json_pack("{s:s, s:s, s:I, s:s}", "account", key->account, "realm",
                                        key->realm, "kvno", (json_int_t)key->kvno, "id", key->id));
    }
    return json_pack("{s:i, s:o}", "pid", worker->pid, "keys", keys);
}

json_t *asactl_node_workers_json(const asactl_node_workers_t *workers)
{
    json_t *list;

    switch (workers->state) {
    case ASACTL_NODE_WORKERS_NOT_RUNNING:
        return json_pack("{s:b}", "running", 0);
    case ASACTL_NODE_WORKERS_UNSEEN:
        return json_pack("{s:s}", "error", workers->error);
    case ASACTL_NODE_WORKERS_SEEN:
        list = json_array();
        for (int i = 0; i < workers->list->nelts; i++) {
            json_array_append_new(
                list, worker_json(&APR_ARRAY_IDX(workers->list, i, asactl_node_worker_t)));
        }
        return list;
    default:
        return json_null();
    }
}

static bool take_report_worker(apr_pool_t *pool, const json_t *json, void *row)
{
    asactl_node_worker_t *out = row;

    return take_pid(json, &out->pid) &&
           take_keys(pool, json_object_get(json, "keys"), LISTS_MAX * KEYS_MAX, &out->keys);
}

bool asactl_node_workers_parse(apr_pool_t *pool, const json_t *json, asactl_node_workers_t *out)
{
    *out = (asactl_node_workers_t){.state = ASACTL_NODE_WORKERS_NOT_ASKED};
    if (json == NULL || json_is_null(json)) {
        return true;
    }
    if (json_is_array(json)) {
        return take_workers(pool, json, take_report_worker, out);
    }
    if (json_is_false(json_object_get(json, "running"))) {
        out->state = ASACTL_NODE_WORKERS_NOT_RUNNING;
        return true;
    }
    out->state = ASACTL_NODE_WORKERS_UNSEEN;
    return asactl_json_take_text(pool, json, "error", ERROR_MAX, &out->error) && out->error != NULL;
}

/* --- comparison --- */

static bool holds_all(const asactl_node_worker_t *worker, const asactl_node_worker_key_t *keys,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!has(worker->keys, &keys[i])) {
            return false;
        }
    }
    return true;
}

static uint32_t newest(const asactl_node_worker_t *worker, const asactl_node_worker_key_t *account)
{
    uint32_t kvno = 0;

    for (int i = 0; i < worker->keys->nelts; i++) {
        const asactl_node_worker_key_t *key = key_at(worker->keys, i);
        if (same_account(key, account) && key->kvno > kvno) {
            kvno = key->kvno;
        }
    }
    return kvno;
}

asactl_node_workers_view_t asactl_node_workers_compare(const asactl_node_workers_t *workers,
                                                       const asactl_node_worker_key_t *keys,
                                                       size_t count)
{
    asactl_node_workers_view_t view = {0};

    if (workers->state != ASACTL_NODE_WORKERS_SEEN) {
        return view;
    }
    view.count = (size_t)workers->list->nelts;
    for (size_t i = 0; i < view.count; i++) {
        const asactl_node_worker_t *worker =
            &APR_ARRAY_IDX(workers->list, (int)i, asactl_node_worker_t);
        if (!holds_all(worker, keys, count) && view.lacking++ == 0) {
            view.newest = newest(worker, &keys[0]);
        }
    }
    return view;
}

const char *asactl_node_workers_words(apr_pool_t *pool, const asactl_node_workers_t *workers,
                                      const asactl_node_workers_view_t *view, uint32_t kvno)
{
    switch (workers->state) {
    case ASACTL_NODE_WORKERS_NOT_ASKED:
        return "not asked";
    case ASACTL_NODE_WORKERS_NOT_RUNNING:
        return "not running";
    case ASACTL_NODE_WORKERS_UNSEEN:
        return apr_pstrcat(pool, "unknown: ", workers->error, NULL);
    default:
        break;
    }
    if (view->lacking == 0) {
        return view->count == 1 ? apr_psprintf(pool, "the only one holds %u", kvno)
                                : apr_psprintf(pool, "all %u hold %u", (unsigned)view->count, kvno);
    }
    return apr_psprintf(pool, "%u of %u %s %s", (unsigned)view->lacking, (unsigned)view->count,
                        view->lacking == 1 ? "holds" : "hold",
                        view->newest == 0      ? "none"
                        : view->newest == kvno ? "another key"
                                               : apr_psprintf(pool, "%u", view->newest));
}
