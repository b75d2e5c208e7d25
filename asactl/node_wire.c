/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes and reads requests and answers between a verb and the far side of ssh.
 */
#include "asactl/node_wire.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "asactl/json_take.h"
#include "asactl/node_ticket.h"
#include "asactl/setting_value.h"
#include "asactl/visit_wire.h"
#include "core/wipe.h"

#define PROTOCOL   1
#define TEXT_MAX   4096
#define VERB_MAX   32
#define MODE_MAX   07777
#define UNUSED_MAX 4096

static const char *const verb_names[] = {"status", "install", "remove",
                                         "export", "examine", "visit"};

/* Takes the JSON over. keys: none, no key table follows. */
static bool compose(apr_pool_t *pool, json_t *json, const asa_keys_t *keys,
                    const unsigned char **bytes, size_t *len, asactl_outcome_t *outcome)
{
    unsigned char *frame;
    const unsigned char *table = NULL;
    size_t table_len = 0;
    const char *defect =
        keys->count > 0 ? asa_keytab_compose(pool, keys, &table, &table_len) : NULL;
    char *head;

    json_object_set_new(json, "length", json_integer((json_int_t)table_len));
    head = json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(json);
    if (defect != NULL || head == NULL) {
        free(head);
        return asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, pool, "the key table %s",
                                   defect != NULL ? defect : "cannot be described");
    }
    *len = strlen(head) + 1 + table_len;
    frame = apr_palloc(pool, *len);
    asa_wipe_at_end(pool, frame, *len);
    memcpy(frame, head, strlen(head));
    frame[strlen(head)] = '\n';
    if (table_len > 0) {
        memcpy(frame + strlen(head) + 1, table, table_len);
    }
    explicit_bzero(head, strlen(head)); /* it may hold tokens */
    free(head);
    *bytes = frame;
    *outcome = (asactl_outcome_t){.code = ASACTL_OK};
    return true;
}

static json_t *unused_json(const asactl_node_request_t *request)
{
    json_t *list = json_array();

    for (size_t i = 0; i < request->unused_count; i++) {
        json_array_append_new(list,
                              json_pack("{s:I, s:o}", "kvno", (json_int_t)request->unused[i].kvno,
                                        "id", asactl_node_report_text(request->unused[i].id)));
    }
    return list;
}

bool asactl_node_wire_request(apr_pool_t *pool, const asactl_node_request_t *request,
                              const asactl_settings_t *settings, const unsigned char **bytes,
                              size_t *len, asactl_outcome_t *outcome)
{
    json_t *json =
        json_pack("{s:i, s:s, s:o, s:o, s:b, s:o, s:b, s:b, s:I}", "asactl", PROTOCOL, "do",
                  verb_names[request->verb], "account", asactl_node_report_text(request->account),
                  "realm", asactl_node_report_text(request->realm), "settled", request->settled,
                  "unused", unused_json(request), "force", request->force, "dry_run",
                  request->dry_run, "ticket_life", (json_int_t)request->ticket_life);

    json_object_set_new(json, "keytab", asactl_node_report_text(settings->keytab));
    json_object_set_new(json, "owner", asactl_node_report_text(settings->owner));
    json_object_set_new(json, "group", asactl_node_report_text(settings->group));
    json_object_set_new(json, "mode", json_integer((json_int_t)settings->mode));
    json_object_set_new(json, "status", asactl_node_report_text(settings->status));
    json_object_set_new(json, "httpd", asactl_node_report_text(settings->httpd));
    json_object_set_new(json, "ca", asactl_node_report_text(settings->ca));
    if (request->ticket != NULL) {
        json_object_set_new(json, "ticket", asactl_node_ticket_json(pool, request->ticket));
    }
    if (request->visit_count > 0) {
        json_object_set_new(json, "visits",
                            asactl_visit_wire_asked(request->visits, request->visit_count));
    }
    return compose(pool, json, &request->keys, bytes, len, outcome);
}

/* --- reading --- */

static bool take_bool(const json_t *object, const char *name, bool *out)
{
    const json_t *value = json_object_get(object, name);

    *out = json_is_true(value);
    return json_is_boolean(value);
}

static bool take_text(apr_pool_t *pool, const json_t *object, const char *name, const char **out)
{
    return asactl_json_take_text(pool, object, name, TEXT_MAX, out);
}

static bool take_number(const json_t *object, const char *name, json_int_t max, json_int_t *out)
{
    return asactl_json_take_number(object, name, 0, max, out);
}

/* The JSON of the first line (the caller's to decref) and the keys behind it.  NULL: no frame. */
static json_t *split(apr_pool_t *pool, const unsigned char *bytes, size_t len, asa_keys_t *keys)
{
    const unsigned char *end = len > 0 ? memchr(bytes, '\n', len) : NULL;
    json_int_t version, table_len;
    size_t rest;
    json_t *json;

    *keys = (asa_keys_t){0};
    if (end == NULL || len > ASACTL_NODE_WIRE_MAX) {
        return NULL;
    }
    rest = len - (size_t)(end - bytes) - 1;
    json = json_loadb((const char *)bytes, (size_t)(end - bytes), JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(json) || !take_number(json, "asactl", PROTOCOL, &version) ||
        version != PROTOCOL || !take_number(json, "length", ASACTL_NODE_WIRE_MAX, &table_len) ||
        (size_t)table_len != rest ||
        (rest > 0 && asa_keytab_parse(pool, end + 1, rest, "stdin", keys) != NULL)) {
        json_decref(json);
        return NULL;
    }
    return json;
}

static bool take_verb(const json_t *json, asactl_node_verb_t *out)
{
    const char *name = json_string_value(json_object_get(json, "do"));

    for (size_t i = 0; name != NULL && i < sizeof verb_names / sizeof *verb_names; i++) {
        if (strcmp(name, verb_names[i]) == 0) {
            *out = (asactl_node_verb_t)i;
            return true;
        }
    }
    return false;
}

/* A request without the list has none. */
static bool take_unused(apr_pool_t *pool, const json_t *json, asactl_node_request_t *request)
{
    const json_t *list = json_object_get(json, "unused");
    size_t count = json_array_size(list);
    asactl_node_key_name_t *names;

    if (list == NULL) {
        return true;
    }
    if (!json_is_array(list) || count > UNUSED_MAX) {
        return false;
    }
    names = apr_palloc(pool, (count + 1) * sizeof *names);
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(list, i);
        json_int_t kvno;
        if (!take_number(one, "kvno", UINT32_MAX, &kvno) ||
            !take_text(pool, one, "id", &names[i].id) || names[i].id == NULL) {
            return false;
        }
        names[i].kvno = (uint32_t)kvno;
    }
    request->unused = names;
    request->unused_count = count;
    return true;
}

/* How to ask the httpd there, and for its workers; a request without it does not want that. */
static bool take_status(apr_pool_t *pool, const json_t *json, asactl_settings_t *settings)
{
    settings->status = NULL;
    if (json_object_get(json, "status") == NULL) {
        return true;
    }
    if (!take_text(pool, json, "status", &settings->status)) {
        return false;
    }
    if (settings->status == NULL && json_is_null(json_object_get(json, "httpd"))) {
        return true;
    }
    return (settings->status == NULL || asactl_setting_value_page(settings->status) == NULL) &&
           take_text(pool, json, "httpd", &settings->httpd) && settings->httpd != NULL &&
           asactl_setting_value_httpd(settings->httpd) == NULL &&
           take_text(pool, json, "ca", &settings->ca) && settings->ca != NULL &&
           asactl_setting_value_file(settings->ca) == NULL;
}

static bool take_request(apr_pool_t *pool, const json_t *json, asactl_node_request_t *request,
                         asactl_settings_t *settings)
{
    asactl_visit_t *visits;
    json_int_t life, mode;

    if (!take_verb(json, &request->verb) || !take_text(pool, json, "account", &request->account) ||
        !take_text(pool, json, "realm", &request->realm) ||
        !take_bool(json, "settled", &request->settled) || !take_unused(pool, json, request) ||
        !take_bool(json, "force", &request->force) ||
        !take_bool(json, "dry_run", &request->dry_run) ||
        !take_number(json, "ticket_life", UINT32_MAX, &life) ||
        !take_text(pool, json, "keytab", &settings->keytab) ||
        !take_text(pool, json, "owner", &settings->owner) ||
        !take_text(pool, json, "group", &settings->group) ||
        !take_number(json, "mode", MODE_MAX, &mode) || !take_status(pool, json, settings) ||
        !asactl_node_ticket_parse(pool, json_object_get(json, "ticket"), &request->ticket) ||
        !asactl_visit_wire_read_asked(pool, json_object_get(json, "visits"), &visits,
                                      &request->visit_count)) {
        return false;
    }
    request->visits = visits;
    request->ticket_life = (uint32_t)life;
    settings->mode = (mode_t)mode;
    return settings->keytab != NULL;
}

bool asactl_node_wire_read_request(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                                   asactl_node_request_t *request, asactl_settings_t *settings,
                                   asactl_outcome_t *outcome)
{
    const char *verb = NULL;
    json_t *json;
    bool good, unknown;

    *request = (asactl_node_request_t){0};
    json = split(pool, bytes, len, &request->keys);
    good = json != NULL && take_request(pool, json, request, settings);
    unknown = !good && asactl_json_take_text(pool, json, "do", VERB_MAX, &verb) && verb != NULL &&
              !take_verb(json, &request->verb);
    json_decref(json);
    if (unknown) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE,
                                   "Install the same version of asactl on both machines.", pool,
                                   "asactl there does not know the request '%s'", verb);
    }
    if (!good) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE,
                                   "Is the connection broken, or is there another version of "
                                   "asactl on the other side?",
                                   pool, "what came on stdin is no whole request");
    }
    *outcome = (asactl_outcome_t){.code = ASACTL_OK};
    return true;
}

bool asactl_node_wire_answer(apr_pool_t *pool, const asactl_node_answer_t *answer,
                             const unsigned char **bytes, size_t *len, asactl_outcome_t *outcome)
{
    json_t *report =
        answer->report.keytab != NULL ? asactl_node_report_json(&answer->report) : json_null();
    json_t *json = json_pack("{s:i, s:i, s:o, s:o, s:b, s:o}", "asactl", PROTOCOL, "code",
                             (int)answer->outcome.code, "error",
                             asactl_node_report_text(answer->outcome.sentence), "remedy",
                             asactl_node_report_text(answer->outcome.remedy), "changed",
                             answer->changed, "report", report);

    if (answer->facts != NULL) {
        json_object_set_new(json, "facts", asactl_node_facts_json(pool, answer->facts));
    }
    if (answer->visit_count > 0) {
        json_object_set_new(json, "visits",
                            asactl_visit_wire_answered(pool, answer->visits, answer->visit_count));
    }
    return compose(pool, json, &answer->keys, bytes, len, outcome);
}

/* Only who was asked to examine himself has some. */
static bool take_facts(apr_pool_t *pool, const json_t *json, asactl_node_answer_t *answer)
{
    const json_t *member = json_object_get(json, "facts");
    asactl_node_facts_t *facts;

    answer->facts = NULL;
    if (member == NULL) {
        return true;
    }
    facts = apr_palloc(pool, sizeof *facts);
    answer->facts = facts;
    return asactl_node_facts_parse(pool, member, facts);
}

static bool take_answer(apr_pool_t *pool, const json_t *json, asactl_node_answer_t *answer)
{
    const json_t *report = json_object_get(json, "report");
    const char *sentence, *remedy;
    json_int_t code;

    if (!take_number(json, "code", ASACTL_REFUSED_TO_ACT, &code) ||
        !take_text(pool, json, "error", &sentence) || !take_text(pool, json, "remedy", &remedy) ||
        !take_bool(json, "changed", &answer->changed) ||
        !asactl_visit_wire_read_answered(pool, json_object_get(json, "visits"), &answer->visits,
                                         &answer->visit_count) ||
        (code == ASACTL_OK && !json_is_object(report))) {
        return false;
    }
    answer->outcome = (asactl_outcome_t){(asactl_exit_code_t)code, sentence, remedy};
    if (code != ASACTL_OK && sentence == NULL) {
        answer->outcome.sentence = "the node does not say what failed";
    }
    return (json_is_null(report) || asactl_node_report_parse(pool, report, &answer->report)) &&
           take_facts(pool, json, answer);
}

/* What a node speaks whose asactl is older or newer than this one; 0: nothing of that kind. */
static json_int_t other_protocol(const unsigned char *bytes, size_t len)
{
    const unsigned char *end = len > 0 ? memchr(bytes, '\n', len) : NULL;
    json_t *json = end == NULL || len > ASACTL_NODE_WIRE_MAX
                       ? NULL
                       : json_loadb((const char *)bytes, (size_t)(end - bytes), 0, NULL);
    json_int_t version;

    if (!take_number(json, "asactl", UINT32_MAX, &version) || version == PROTOCOL) {
        version = 0;
    }
    json_decref(json);
    return version;
}

static bool explain_nonsense(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                             asactl_outcome_t *outcome)
{
    json_int_t other = other_protocol(bytes, len);

    if (other != 0) {
        return asactl_outcome_fail(
            outcome, ASACTL_FAILED, "Install the same version of asactl there as here.", pool,
            "asactl there is another version: it speaks protocol %ld, and this one %d", (long)other,
            PROTOCOL);
    }
    return asactl_outcome_fail(outcome, ASACTL_FAILED,
                               "Look at asactl there: its version, and what its shell prints at "
                               "login.",
                               pool, "it does not answer as asactl does");
}

void asactl_node_wire_read_answer(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                                  asactl_node_answer_t *answer)
{
    asa_keys_t keys;
    json_t *json = split(pool, bytes, len, &keys);

    if (json != NULL && take_answer(pool, json, answer)) {
        answer->keys = keys;
    } else {
        answer->changed = false;
        answer->report = (asactl_node_report_t){0};
        answer->facts = NULL;
        answer->visit_count = 0;
        explain_nonsense(pool, bytes, len, &answer->outcome);
    }
    json_decref(json);
}
