/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes and reads the JSON of visits.
 */
#include "asactl/visit_wire.h"

#include <string.h>

#include <apr_escape.h>
#include <apr_strings.h>

#include "asactl/json_take.h"
#include "asactl/node_report.h"
#include "asactl/setting_value.h"
#include "core/negotiate.h"
#include "core/token.h"

#define TEXT_MAX     4096
#define TOKEN_MAX    (16 + ASA_TOKEN_MAX / 3 * 4 + 8)
#define DIGEST_MAX   64
#define STATUS_MAX   999
#define BINDINGS     "tls-server-end-point:"
#define BINDINGS_LEN (sizeof BINDINGS - 1)

static const char *const state_names[ASACTL_VISIT_STATES] = {
    [ASACTL_VISIT_NOT_MADE] = "not made",
    [ASACTL_VISIT_FOUND] = "found",
    [ASACTL_VISIT_NOT_SERVED] = "not served",
    [ASACTL_VISIT_ANSWERED] = "answered",
    [ASACTL_VISIT_NOBODY] = "nobody",
    [ASACTL_VISIT_NO_ADDRESS] = "no address",
    [ASACTL_VISIT_LATE] = "late",
    [ASACTL_VISIT_UNTRUSTED] = "untrusted",
    [ASACTL_VISIT_FAILED] = "failed",
};

/* The texts of a line, by their names. */
static const struct {
    const char *name;
    size_t member;
} line_texts[] = {
    {"why", offsetof(asactl_visit_line_t, why)},
    {"node", offsetof(asactl_visit_line_t, node)},
    {"user", offsetof(asactl_visit_line_t, user)},
    {"reason", offsetof(asactl_visit_line_t, reason)},
    {"package", offsetof(asactl_visit_line_t, package)},
    {"spn", offsetof(asactl_visit_line_t, spn)},
    {"kvno", offsetof(asactl_visit_line_t, kvno)},
    {"etype", offsetof(asactl_visit_line_t, etype)},
    {"key", offsetof(asactl_visit_line_t, key)},
    {"bound", offsetof(asactl_visit_line_t, bound)},
};
#define LINE_TEXTS (sizeof line_texts / sizeof line_texts[0])

static const char **line_text(asactl_visit_line_t *line, size_t index)
{
    return (const char **)((char *)line + line_texts[index].member);
}

/* --- bindings --- */

asa_channel_bindings_t asactl_visit_wire_bindings(apr_pool_t *pool, const char *hex)
{
    apr_size_t len = 0;
    const void *digest =
        hex != NULL && strlen(hex) <= 2 * DIGEST_MAX ? apr_punescape_hex(pool, hex, 0, &len) : NULL;
    unsigned char *bytes = apr_palloc(pool, BINDINGS_LEN + DIGEST_MAX);

    if (digest == NULL || len == 0) {
        return (asa_channel_bindings_t){0};
    }
    memcpy(bytes, BINDINGS, BINDINGS_LEN);
    memcpy(bytes + BINDINGS_LEN, digest, len);
    return (asa_channel_bindings_t){bytes, BINDINGS_LEN + len};
}

const char *asactl_visit_wire_digest(apr_pool_t *pool, const asa_channel_bindings_t *bindings)
{
    return bindings->len <= BINDINGS_LEN ? NULL
                                         : apr_pescape_hex(pool, bindings->bytes + BINDINGS_LEN,
                                                           bindings->len - BINDINGS_LEN, 0);
}

/* --- asked --- */

static json_t *texts_json(const char *one, const char *one_value, const char *other,
                          const char *other_value)
{
    return json_pack("{s:o, s:o}", one, asactl_node_report_text(one_value), other,
                     asactl_node_report_text(other_value));
}

json_t *asactl_visit_wire_asked(const asactl_visit_t *visits, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        const asactl_visit_t *visit = &visits[i];
        json_array_append_new(
            list, visit->host != NULL ? texts_json("host", visit->host, "path", visit->path)
                  : visit->url != NULL
                      ? texts_json("url", visit->url, "authorization", visit->authorization)
                      : json_pack("{s:o}", "id", asactl_node_report_text(visit->id)));
    }
    return list;
}

/* NULL, or a Negotiate header with a whole token. */
static bool is_token(apr_pool_t *pool, const char *text)
{
    asa_authorization_t read;

    asa_negotiate_read(pool, text, &read);
    return text == NULL || read.token != NULL;
}

static bool is_path(apr_pool_t *pool, const char *path)
{
    return path == NULL ||
           (path[0] == '/' &&
            asactl_setting_value_page(apr_pstrcat(pool, "https://host", path, NULL)) == NULL);
}

static bool take_asked(apr_pool_t *pool, const json_t *json, void *row)
{
    asactl_visit_t *out = row;

    if (json_object_get(json, "host") != NULL) {
        return asactl_json_take_text(pool, json, "host", TEXT_MAX, &out->host) &&
               out->host != NULL && asactl_setting_value_host(out->host) == NULL &&
               asactl_json_take_text(pool, json, "path", TEXT_MAX, &out->path) &&
               is_path(pool, out->path);
    }
    if (json_object_get(json, "url") != NULL) {
        return asactl_json_take_text(pool, json, "url", TEXT_MAX, &out->url) && out->url != NULL &&
               asactl_setting_value_page(out->url) == NULL &&
               asactl_json_take_text(pool, json, "authorization", TOKEN_MAX, &out->authorization) &&
               out->authorization != NULL && is_token(pool, out->authorization);
    }
    return asactl_json_take_text(pool, json, "id", TEXT_MAX, &out->id) &&
           asactl_visit_is_id(out->id);
}

static bool take_all(apr_pool_t *pool, const json_t *json, asactl_json_take_row_t *take,
                     asactl_visit_t **visits, size_t *count)
{
    const apr_array_header_t *rows;

    if (!asactl_json_take_rows(pool, json, ASACTL_VISIT_WIRE_MAX, sizeof **visits, take, &rows)) {
        return false;
    }
    *visits = (asactl_visit_t *)rows->elts;
    *count = (size_t)rows->nelts;
    return true;
}

bool asactl_visit_wire_read_asked(apr_pool_t *pool, const json_t *json, asactl_visit_t **visits,
                                  size_t *count)
{
    *visits = NULL;
    *count = 0;
    return json == NULL || take_all(pool, json, take_asked, visits, count);
}

/* --- answered --- */

static json_t *line_json(const asactl_visit_line_t *line)
{
    asactl_visit_line_t copy = *line;
    json_t *json = json_pack("{s:b}", "seen", line->seen);

    for (size_t i = 0; i < LINE_TEXTS; i++) {
        json_object_set_new(json, line_texts[i].name,
                            asactl_node_report_text(*line_text(&copy, i)));
    }
    return json;
}

json_t *asactl_visit_wire_answered(apr_pool_t *pool, const asactl_visit_t *visits, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        const asactl_visit_t *visit = &visits[i];
        json_array_append_new(
            list,
            json_pack("{s:s, s:o, s:o, s:o, s:i, s:o, s:o, s:o}", "state",
                      state_names[visit->state], "error", asactl_node_report_text(visit->error),
                      "url", asactl_node_report_text(visit->url), "bindings",
                      asactl_node_report_text(asactl_visit_wire_digest(pool, &visit->bindings)),
                      "status", (int)visit->status, "reply", asactl_node_report_text(visit->reply),
                      "id", asactl_node_report_text(visit->id), "line", line_json(&visit->line)));
    }
    return list;
}

static bool take_state(const json_t *json, asactl_visit_state_t *out)
{
    const char *name = json_string_value(json_object_get(json, "state"));

    for (size_t i = 0; name != NULL && i < ASACTL_VISIT_STATES; i++) {
        if (strcmp(name, state_names[i]) == 0) {
            *out = (asactl_visit_state_t)i;
            return true;
        }
    }
    return false;
}

static bool take_line(apr_pool_t *pool, const json_t *json, asactl_visit_line_t *out)
{
    bool good = json_is_boolean(json_object_get(json, "seen"));

    out->seen = json_is_true(json_object_get(json, "seen"));
    for (size_t i = 0; i < LINE_TEXTS && good; i++) {
        good = asactl_json_take_text(pool, json, line_texts[i].name, TEXT_MAX, line_text(out, i));
    }
    return good;
}

static bool take_answered(apr_pool_t *pool, const json_t *json, void *row)
{
    asactl_visit_t *out = row;
    const char *digest;
    json_int_t status;

    if (!take_state(json, &out->state) ||
        !asactl_json_take_text(pool, json, "error", TEXT_MAX, &out->error) ||
        !asactl_json_take_text(pool, json, "url", TEXT_MAX, &out->url) ||
        !asactl_json_take_text(pool, json, "bindings", TEXT_MAX, &digest) ||
        !asactl_json_take_number(json, "status", 0, STATUS_MAX, &status) ||
        !asactl_json_take_text(pool, json, "reply", TOKEN_MAX, &out->reply) ||
        !asactl_json_take_text(pool, json, "id", TEXT_MAX, &out->id) ||
        !take_line(pool, json_object_get(json, "line"), &out->line)) {
        return false;
    }
    out->status = (long)status;
    out->bindings = asactl_visit_wire_bindings(pool, digest);
    return (out->url == NULL || asactl_setting_value_page(out->url) == NULL) &&
           (out->state != ASACTL_VISIT_FOUND || out->url != NULL) && is_token(pool, out->reply) &&
           (out->id == NULL || asactl_visit_is_id(out->id)) &&
           (digest == NULL) == (out->bindings.len == 0);
}

bool asactl_visit_wire_read_answered(apr_pool_t *pool, const json_t *json, asactl_visit_t **visits,
                                     size_t *count)
{
    *visits = NULL;
    *count = 0;
    return json == NULL || json_is_null(json) || take_all(pool, json, take_answered, visits, count);
}
