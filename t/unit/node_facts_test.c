/* SPDX-License-Identifier: Apache-2.0
 *
 * The facts of a node: they arrive as they were sent, or not at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/node_facts.h"
#include "asactl/node_ticket.h"
#include "asactl/node_wire.h"

#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

#define TIME APR_INT64_C(1795720095042001)

static json_t *make_facts(void)
{
    static const asactl_roll_result_t last = {
        .account = "EXCH2016ASA$", .time = APR_INT64_C(1795720095000000), .code = 4};
    const asactl_node_denial_t denial = {
        .time = TIME, .program = "apache2", .what = "open", .path = "/x\xff", .count = 3};
    asactl_node_log_t log = {.folder = "/var/log/HttpProxy",
                             .exists = true,
                             .owner = "www-data",
                             .group = "adm",
                             .mode = "0750",
                             .newest = TIME,
                             .bad = 2};
    asactl_node_facts_t facts = {
        .time = TIME,
        .version = "0.1.0",
        .served_error = "no httpd answers there",
        .opening = {.asked = true, .slot = "latest", .kvno = 7, .enctype = 18, .id = "a1b2c3d4"},
        .guard = {.enforcing = "AppArmor", .file = "/var/log/kern.log"},
        .schedule = {
            .file = "/etc/cron.d/x", .made = TIME, .days = 21, .last = &last, .finding = "late"}};
    apr_array_header_t *logs = apr_array_make(pool, 1, sizeof log);
    apr_array_header_t *denials = apr_array_make(pool, 1, sizeof denial);
    apr_array_header_t *health = apr_array_make(pool, 2, sizeof(asactl_node_health_t));

    log.of[ASACTL_LOG_KERBEROS] = 900;
    log.of[ASACTL_LOG_REFUSED] = 7;
    APR_ARRAY_PUSH(logs, asactl_node_log_t) = log;
    APR_ARRAY_PUSH(denials, asactl_node_denial_t) = denial;
    facts.logs = logs;
    APR_ARRAY_PUSH(health, asactl_node_health_t) =
        (asactl_node_health_t){.url = "http://x/asa-health", .status = 503};
    APR_ARRAY_PUSH(health, asactl_node_health_t) =
        (asactl_node_health_t){.url = "http://y/asa-health", .error = "timed out"};
    facts.health = health;
    facts.guard.denials = denials;
    return asactl_node_facts_json(pool, &facts);
}

static void they_arrive_as_they_were_sent(void **state)
{
    json_t *json = make_facts();
    const asactl_node_denial_t *denial;
    const asactl_node_log_t *log;
    asactl_node_facts_t facts;

    (void)state;
    assert_non_null(json);
    assert_true(asactl_node_facts_parse(pool, json, &facts));
    json_decref(json);
    assert_int_equal(facts.time, TIME);
    assert_string_equal(facts.version, "0.1.0");
    assert_null(facts.served);
    assert_string_equal(facts.served_error, "no httpd answers there");
    assert_true(facts.opening.asked && facts.opening.reason == ASA_REASON_NONE);
    assert_string_equal(facts.opening.slot, "latest");
    assert_int_equal(facts.opening.kvno, 7);
    assert_int_equal(facts.opening.enctype, 18);
    assert_string_equal(facts.opening.id, "a1b2c3d4");
    assert_string_equal(facts.guard.enforcing, "AppArmor");
    assert_null(facts.guard.error);
    assert_int_equal(facts.guard.denials->nelts, 1);
    denial = (const asactl_node_denial_t *)facts.guard.denials->elts;
    assert_string_equal(denial->path, "/x?");
    assert_int_equal(denial->count, 3);
    assert_int_equal(denial->time, TIME);
    log = (const asactl_node_log_t *)facts.logs->elts;
    assert_int_equal(facts.logs->nelts, 1);
    assert_true(log->exists);
    assert_string_equal(log->group, "adm");
    assert_string_equal(log->mode, "0750");
    assert_int_equal(log->newest, TIME);
    assert_int_equal(log->of[ASACTL_LOG_KERBEROS], 900);
    assert_int_equal(log->of[ASACTL_LOG_REFUSED], 7);
    assert_int_equal(log->bad, 2);
    assert_int_equal(facts.health->nelts, 2);
    assert_int_equal(APR_ARRAY_IDX(facts.health, 0, asactl_node_health_t).status, 503);
    assert_string_equal(APR_ARRAY_IDX(facts.health, 0, asactl_node_health_t).url,
                        "http://x/asa-health");
    assert_string_equal(APR_ARRAY_IDX(facts.health, 1, asactl_node_health_t).error, "timed out");
    assert_string_equal(facts.schedule.finding, "late");
    assert_int_equal(facts.schedule.days, 21);
    assert_int_equal(facts.schedule.last->code, 4);
    assert_null(facts.schedule.last->sentence);
    assert_int_equal(facts.schedule.last->time, APR_INT64_C(1795720095000000));
}

/* Where a member lies, and what makes the facts none. */
static void a_value_that_cannot_be_is_refused(void **state)
{
    static const struct {
        const char *path, *value;
    } rows[] = {
        {"time", "-1"},
        {"time", "\"now\""},
        {"version", "null"},
        {"served", "{}"},
        {"served_error", "null"},
        {"opening", "7"},
        {"opening.reason", "\"Nonsense\""},
        {"opening.slot", "null"},
        {"opening.kvno", "4294967296"},
        {"guard", "null"},
        {"guard.denials", "null"},
        {"guard.denials", "[7]"},
        {"guard.enforcing", "true"},
        {"logs", "null"},
        {"logs", "[{}]"},
        {"health", "null"},
        {"health", "[{}]"},
        {"health", "[{\"url\": \"u\", \"status\": -1, \"error\": null}]"},
        {"schedule", "null"},
        {"schedule.made", "null"},
        {"schedule.days", "null"},
        {"schedule.days", "100000"},
        {"schedule.last", "{}"},
        {"schedule.last.code", "77"},
        {"schedule.last.account", "null"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *json = make_facts(), *at = json;
        char *path = apr_pstrdup(pool, rows[i].path), *dot;
        asactl_node_facts_t facts;

        while ((dot = strchr(path, '.')) != NULL) {
            *dot = '\0';
            at = json_object_get(at, path);
            path = dot + 1;
        }
        assert_non_null(json_object_get(at, path));
        json_object_set_new(at, path, json_loads(rows[i].value, JSON_DECODE_ANY, NULL));
        assert_false(asactl_node_facts_parse(pool, json, &facts));
        assert_null(facts.version);
        json_decref(json);
    }
}

/* Why a ticket did not open has no key beside it. */
static void a_reason_stands_alone(void **state)
{
    const asactl_node_facts_t sent = {
        .version = "1",
        .served_error = "x",
        .opening = {.asked = true, .reason = ASA_REASON_KEY_VERSION_MISSING}};
    const asactl_node_facts_t unasked = {.version = "1", .served_error = "x"};
    asactl_node_facts_t facts;
    json_t *json = asactl_node_facts_json(pool, &sent);

    (void)state;
    assert_true(asactl_node_facts_parse(pool, json, &facts));
    json_decref(json);
    assert_true(facts.opening.asked);
    assert_int_equal(facts.opening.reason, ASA_REASON_KEY_VERSION_MISSING);
    json = asactl_node_facts_json(pool, &unasked);
    assert_true(asactl_node_facts_parse(pool, json, &facts));
    json_decref(json);
    assert_false(facts.opening.asked);
    assert_int_equal(facts.logs->nelts, 0);
    assert_null(facts.schedule.file);
}

static bool ticket_is_taken(const char *text, const asactl_kdc_ticket_t **out)
{
    json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
    bool taken;

    assert_non_null(json);
    taken = asactl_node_ticket_parse(pool, json, out);
    json_decref(json);
    return taken;
}

static void a_ticket_arrives_as_it_was_sent(void **state)
{
    const asactl_kdc_ticket_t ticket = {.etype = -128,
                                        .kvno = UINT32_MAX,
                                        .cipher = (const unsigned char *)"\0\xff\n",
                                        .cipher_len = 3};
    const asactl_kdc_ticket_t *out;
    json_t *json = asactl_node_ticket_json(pool, &ticket);

    (void)state;
    assert_true(asactl_node_ticket_parse(pool, json, &out));
    json_decref(json);
    assert_int_equal(out->etype, -128);
    assert_int_equal(out->kvno, UINT32_MAX);
    assert_int_equal(out->cipher_len, 3);
    assert_memory_equal(out->cipher, "\0\xff\n", 3);
    assert_true(asactl_node_ticket_parse(pool, NULL, &out));
    assert_null(out);
    assert_true(ticket_is_taken("null", &out));
    assert_null(out);
    assert_true(ticket_is_taken("{\"etype\":18,\"kvno\":1,\"cipher\":\"AAAA\"}", &out));
    assert_false(ticket_is_taken("{\"etype\":18,\"kvno\":1,\"cipher\":\"\"}", &out));
    assert_false(ticket_is_taken("{\"etype\":18,\"kvno\":1,\"cipher\":\"A*AA\"}", &out));
    assert_false(ticket_is_taken("{\"etype\":18,\"kvno\":1,\"cipher\":null}", &out));
    assert_false(ticket_is_taken("{\"etype\":18,\"kvno\":-1,\"cipher\":\"AAAA\"}", &out));
    assert_false(ticket_is_taken("{\"kvno\":1,\"cipher\":\"AAAA\"}", &out));
    assert_false(ticket_is_taken("7", &out));
}

/* The ticket travels with a request to examine, and the facts with its answer. */
static void examining_is_carried(void **state)
{
    const asactl_kdc_ticket_t ticket = {
        .etype = 18, .kvno = 7, .cipher = (const unsigned char *)"\1\2\3", .cipher_len = 3};
    const asactl_node_request_t examine = {.verb = ASACTL_NODE_EXAMINE, .ticket = &ticket};
    const asactl_settings_t settings = {.keytab = "/a"};
    const asactl_node_facts_t facts = {.time = 77, .version = "9", .served_error = "down"};
    const asa_keys_t none = {0};
    asactl_node_answer_t answer = {
        .node = "localhost",
        .report = {.host = "cas-1",
                   .keytab = "/a",
                   .exists = true,
                   .keys = asactl_node_report_keys(pool, asa_keyring_make(pool, &none, NULL, 0))},
        .facts = &facts};
    asactl_settings_t arrived = {0};
    asactl_node_request_t request;
    asactl_outcome_t outcome;
    const unsigned char *bytes;
    size_t len;

    (void)state;
    assert_true(asactl_node_wire_request(pool, &examine, &settings, &bytes, &len, &outcome));
    assert_true(asactl_node_wire_read_request(pool, bytes, len, &request, &arrived, &outcome));
    assert_int_equal(request.verb, ASACTL_NODE_EXAMINE);
    assert_int_equal(request.ticket->kvno, 7);
    assert_memory_equal(request.ticket->cipher, "\1\2\3", 3);
    assert_true(asactl_node_wire_answer(pool, &answer, &bytes, &len, &outcome));
    answer = (asactl_node_answer_t){.node = "cas-1"};
    asactl_node_wire_read_answer(pool, bytes, len, &answer);
    assert_int_equal(answer.outcome.code, ASACTL_OK);
    assert_int_equal(answer.facts->time, 77);
    assert_string_equal(answer.facts->served_error, "down");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_arrive_as_they_were_sent),
        cmocka_unit_test(a_value_that_cannot_be_is_refused),
        cmocka_unit_test(a_reason_stands_alone),
        cmocka_unit_test(a_ticket_arrives_as_it_was_sent),
        cmocka_unit_test(examining_is_carried),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
