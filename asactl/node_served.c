/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads what asa-status lists as served, and writes it in the same form.
 */
#include "asactl/node_served.h"

#include <limits.h>
#include <string.h>

#include <apr_strings.h>

#include "asactl/json_take.h"
#include "asactl/node_report.h"
#include "core/time_text.h"

/* mod_asa_auth lists no more than 1,024 servers and 64 values of each of their lists. */
#define SERVERS_MAX     1024
#define VALUES_MAX      256
#define CREDENTIALS_MAX 1024
#define TEXT_MAX        4096

static bool take_text(apr_pool_t *pool, const json_t *object, const char *name, const char **out)
{
    return asactl_json_take_text(pool, object, name, TEXT_MAX, out);
}

/* One that must be there. */
static bool take_word(apr_pool_t *pool, const json_t *object, const char *name, const char **out)
{
    return take_text(pool, object, name, out) && *out != NULL;
}

/* A number of at least 0, or -1 for null. */
static bool take_index(const json_t *object, const char *name, int *out)
{
    json_int_t number;

    *out = -1;
    if (json_is_null(json_object_get(object, name))) {
        return true;
    }
    if (!asactl_json_take_number(object, name, 0, CREDENTIALS_MAX, &number)) {
        return false;
    }
    *out = (int)number;
    return true;
}

static bool take_texts(apr_pool_t *pool, const json_t *object, const char *name,
                       const apr_array_header_t **out)
{
    const json_t *list = json_object_get(object, name);
    size_t count = json_array_size(list);
    apr_array_header_t *texts;

    if (!json_is_array(list) || count > VALUES_MAX) {
        return false;
    }
    texts = apr_array_make(pool, (int)count + 1, sizeof(const char *));
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(list, i);
        const char *text = json_string_value(value);
        if (text == NULL || json_string_length(value) > TEXT_MAX ||
            strlen(text) != json_string_length(value)) {
            return false;
        }
        APR_ARRAY_PUSH(texts, const char *) = apr_pstrdup(pool, text);
    }
    *out = texts;
    return true;
}

/* "2026-11-26T19:08:15.042Z" */
static bool take_time(const json_t *object, const char *name, apr_time_t *out)
{
    static const size_t len = sizeof "2026-11-26T19:08:15.042Z" - 1;
    const json_t *value = json_object_get(object, name);
    const char *text = json_string_value(value);

    return text != NULL && json_string_length(value) == len && text[len - 1] == 'Z' &&
           asa_time_text_read(text, len, out);
}

/* --- rows --- */

static bool take_place(apr_pool_t *pool, const json_t *json, void *row)
{
    asactl_node_place_t *out = row;

    return take_word(pool, json, "kind", &out->kind) && take_word(pool, json, "path", &out->path) &&
           asactl_json_take_bool(json, "negotiate", &out->negotiate) &&
           take_text(pool, json, "auth_type", &out->auth_type) &&
           take_text(pool, json, "protocol", &out->protocol) &&
           asactl_json_take_bool(json, "require_tls", &out->require_tls) &&
           take_word(pool, json, "bindings", &out->bindings) &&
           take_word(pool, json, "back_end", &out->back_end) &&
           take_text(pool, json, "handler", &out->handler);
}

static bool take_log(apr_pool_t *pool, const json_t *json, asactl_node_server_t *out)
{
    const json_t *log = json_object_get(json, "log");

    return json_is_null(log) || (take_word(pool, log, "folder", &out->log_folder) &&
                                 asactl_json_take_bool(log, "writable", &out->log_writable) &&
                                 take_text(pool, log, "error", &out->log_error));
}

static bool take_server(apr_pool_t *pool, const json_t *json, void *row)
{
    asactl_node_server_t *out = row;
    long port;

    *out = (asactl_node_server_t){0};
    if (!take_text(pool, json, "name", &out->name) ||
        !asactl_json_take_count(json, "port", &port) || port > 65535 ||
        !take_texts(pool, json, "aliases", &out->aliases) ||
        !asactl_json_take_bool(json, "tls", &out->tls) ||
        !asactl_json_take_bool(json, "proxy_protocol", &out->proxy_protocol) ||
        !take_texts(pool, json, "principals", &out->principals) ||
        !take_index(json, "credential", &out->credential) ||
        !asactl_json_take_count(json, "field_size", &out->field_size) ||
        !take_text(pool, json, "read_timeout", &out->read_timeout) ||
        !take_texts(pool, json, "bindings", &out->bindings) ||
        !take_text(pool, json, "bindings_from", &out->bindings_from) ||
        !take_log(pool, json, out) || !asactl_json_take_count(json, "more", &out->more)) {
        return false;
    }
    out->port = (int)port;
    return asactl_json_take_rows(pool, json_object_get(json, "places"), VALUES_MAX,
                                 sizeof(asactl_node_place_t), take_place, &out->places);
}

/* The page lists the keys; an answer only counts them. */
static bool take_credential(apr_pool_t *pool, const json_t *json, void *row)
{
    asactl_node_credential_t *out = row;
    const json_t *keys = json_object_get(json, "keys");

    out->keys = (long)json_array_size(keys);
    return (json_is_array(keys) || asactl_json_take_count(json, "keys", &out->keys)) &&
           take_texts(pool, json, "files", &out->files) &&
           take_text(pool, json, "defect", &out->defect);
}

bool asactl_node_served_parse(apr_pool_t *pool, const json_t *json, asactl_node_served_t *out)
{
    *out = (asactl_node_served_t){0};
    if (take_word(pool, json, "version", &out->version) &&
        take_word(pool, json, "httpd", &out->httpd) && take_word(pool, json, "user", &out->user) &&
        take_time(json, "time", &out->time) &&
        asactl_json_take_rows(pool, json_object_get(json, "credentials"), CREDENTIALS_MAX,
                              sizeof(asactl_node_credential_t), take_credential,
                              &out->credentials) &&
        asactl_json_take_rows(pool, json_object_get(json, "servers"), SERVERS_MAX,
                              sizeof(asactl_node_server_t), take_server, &out->servers) &&
        asactl_json_take_count(json, "servers_more", &out->servers_more)) {
        return true;
    }
    *out = (asactl_node_served_t){0};
    return false;
}

const char *asactl_node_served_read(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                                    asactl_node_served_t *out)
{
    json_t *json = json_loadb((const char *)bytes, len, JSON_REJECT_DUPLICATES, NULL);
    const char *module = json_string_value(json_object_get(json, "module"));
    const char *defect = NULL;

    *out = (asactl_node_served_t){0};
    if (module == NULL || strcmp(module, "mod_asa_auth") != 0) {
        defect = "it is no page of asa-status";
    } else if (!asactl_node_served_parse(pool, json, out)) {
        defect = "it does not list what it serves; is its mod_asa_auth of another version?";
    }
    json_decref(json);
    return defect;
}

/* --- writing; a text that is not UTF-8 cannot come from JSON --- */

static json_t *texts_json(const apr_array_header_t *texts)
{
    json_t *list = json_array();

    for (int i = 0; i < texts->nelts; i++) {
        json_array_append_new(list, asactl_node_report_text(APR_ARRAY_IDX(texts, i, const char *)));
    }
    return list;
}

static json_t *places_json(const apr_array_header_t *places)
{
    json_t *list = json_array();

    for (int i = 0; i < places->nelts; i++) {
        const asactl_node_place_t *place = &APR_ARRAY_IDX(places, i, asactl_node_place_t);
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:b, s:s?, s:s?, s:b, s:s, s:s, s:s?}", "kind", place->kind,
                            "path", place->path, "negotiate", place->negotiate, "auth_type",
                            place->auth_type, "protocol", place->protocol, "require_tls",
                            place->require_tls, "bindings", place->bindings, "back_end",
                            place->back_end, "handler", place->handler));
    }
    return list;
}

static json_t *server_json(const asactl_node_server_t *server)
{
    json_t *log = server->log_folder == NULL
                      ? json_null()
                      : json_pack("{s:s, s:b, s:s?}", "folder", server->log_folder, "writable",
                                  server->log_writable, "error", server->log_error);

    return json_pack(
        "{s:s?, s:i, s:o, s:b, s:b, s:o, s:o, s:I, s:s?, s:o, s:s?, s:o, s:o, s:I}", "name",
        server->name, "port", server->port, "aliases", texts_json(server->aliases), "tls",
        server->tls, "proxy_protocol", server->proxy_protocol, "principals",
        texts_json(server->principals), "credential",
        server->credential < 0 ? json_null() : json_integer(server->credential), "field_size",
        (json_int_t)server->field_size, "read_timeout", server->read_timeout, "bindings",
        texts_json(server->bindings), "bindings_from", server->bindings_from, "log", log, "places",
        places_json(server->places), "more", (json_int_t)server->more);
}

json_t *asactl_node_served_json(apr_pool_t *pool, const asactl_node_served_t *served)
{
    json_t *credentials = json_array(), *servers = json_array();

    for (int i = 0; i < served->credentials->nelts; i++) {
        const asactl_node_credential_t *one =
            &APR_ARRAY_IDX(served->credentials, i, asactl_node_credential_t);
        json_array_append_new(credentials,
                              json_pack("{s:o, s:s?, s:I}", "files", texts_json(one->files),
                                        "defect", one->defect, "keys", (json_int_t)one->keys));
    }
    for (int i = 0; i < served->servers->nelts; i++) {
        json_array_append_new(
            servers, server_json(&APR_ARRAY_IDX(served->servers, i, asactl_node_server_t)));
    }
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:I}", "version", served->version, "httpd",
                     served->httpd, "user", served->user, "time",
                     json_string(asa_time_text_iso_ms(pool, served->time)), "credentials",
                     credentials, "servers", servers, "servers_more",
                     (json_int_t)served->servers_more);
}
