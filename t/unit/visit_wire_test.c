/* SPDX-License-Identifier: Apache-2.0
 *
 * Visits arrive as they were sent, and what is none is nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/visit_wire.h"

#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

static asactl_visit_t *visits;
static size_t count;

static bool read_asked(const char *text)
{
    json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
    bool good = asactl_visit_wire_read_asked(pool, json, &visits, &count);

    json_decref(json);
    return good;
}

static void what_is_asked_arrives(void **state)
{
    const asactl_visit_t sent[] = {
        {.host = "mail.corp", .path = "/mapi/"},
        {.host = "mail"},
        {.url = "https://mail.corp/mapi/", .authorization = "Negotiate YWJj"},
        {.id = "505bae40-9e29-4c22-9bb6-68686012d721"}};
    json_t *json = asactl_visit_wire_asked(sent, 4);

    (void)state;
    assert_true(asactl_visit_wire_read_asked(pool, json, &visits, &count));
    json_decref(json);
    assert_int_equal(count, 4);
    assert_string_equal(visits[0].host, "mail.corp");
    assert_string_equal(visits[0].path, "/mapi/");
    assert_null(visits[1].path);
    assert_null(visits[1].url);
    assert_string_equal(visits[2].url, "https://mail.corp/mapi/");
    assert_string_equal(visits[2].authorization, "Negotiate YWJj");
    assert_null(visits[2].host);
    assert_string_equal(visits[3].id, "505bae40-9e29-4c22-9bb6-68686012d721");
    assert_true(asactl_visit_wire_read_asked(pool, NULL, &visits, &count));
    assert_int_equal(count, 0);
}

static void another_question_is_none(void **state)
{
    static const char *const bad[] = {
        "null",
        "7",
        "{}",
        "[7]",
        "[{}]",
        "[{\"host\":null,\"path\":null}]",
        "[{\"host\":\"a b\",\"path\":null}]",
        "[{\"host\":\"mail\",\"path\":\"x\"}]",
        "[{\"host\":\"mail\",\"path\":\"/a b\"}]",
        "[{\"host\":\"mail\",\"path\":\"/a\\r\\nHost: b\"}]",
        "[{\"host\":\"mail\"}]",
        "[{\"url\":\"file:///etc/passwd\",\"authorization\":\"Negotiate YWJj\"}]",
        "[{\"url\":\"https://a:b@c/\",\"authorization\":\"Negotiate YWJj\"}]",
        "[{\"url\":\"https://mail.corp/\"}]",
        "[{\"url\":\"https://mail.corp/\",\"authorization\":null}]",
        "[{\"url\":\"https://mail.corp/\",\"authorization\":\"Basic YWJj\"}]",
        "[{\"url\":\"https://mail.corp/\",\"authorization\":\"Negotiate\"}]",
        "[{\"url\":\"https://mail.corp/\",\"authorization\":\"Negotiate YW\\r\\nX: y\"}]",
        "[{\"id\":\"\"}]",
        "[{\"id\":\"../x\"}]",
        "[{\"id\":null}]",
    };
    json_t *many = json_array();

    (void)state;
    assert_true(read_asked("[{\"id\":\"77\"}]"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(read_asked(bad[i]));
    }
    for (size_t i = 0; i <= ASACTL_VISIT_WIRE_MAX; i++) {
        assert_true(asactl_visit_wire_read_asked(pool, many, &visits, &count));
        json_array_append_new(many, json_pack("{s:s}", "id", "77"));
    }
    assert_false(asactl_visit_wire_read_asked(pool, many, &visits, &count));
    json_decref(many);
}

static json_t *answer(void)
{
    static const unsigned char bindings[] = "tls-server-end-point:\x01\xff";
    const asactl_visit_t sent = {.url = "https://mail.corp/",
                                 .bindings = {bindings, sizeof bindings - 1},
                                 .state = ASACTL_VISIT_ANSWERED,
                                 .error = "no",
                                 .status = 403,
                                 .reply = "Negotiate eHl6",
                                 .id = "77",
                                 .line = {.seen = true,
                                          .node = "CAS-1",
                                          .user = "TAILSPIN\\zo\xc3\xab",
                                          .kvno = "7",
                                          .key = "latest"}};

    return asactl_visit_wire_answered(pool, &sent, 1);
}

static void what_is_answered_arrives(void **state)
{
    json_t *json = answer();

    (void)state;
    assert_true(asactl_visit_wire_read_answered(pool, json, &visits, &count));
    json_decref(json);
    assert_int_equal(count, 1);
    assert_int_equal(visits[0].state, ASACTL_VISIT_ANSWERED);
    assert_int_equal(visits[0].status, 403);
    assert_string_equal(visits[0].url, "https://mail.corp/");
    assert_string_equal(visits[0].error, "no");
    assert_string_equal(visits[0].reply, "Negotiate eHl6");
    assert_string_equal(visits[0].id, "77");
    assert_int_equal(visits[0].bindings.len, 23);
    assert_memory_equal(visits[0].bindings.bytes, "tls-server-end-point:\x01\xff", 23);
    assert_true(visits[0].line.seen);
    assert_string_equal(visits[0].line.node, "CAS-1");
    assert_string_equal(visits[0].line.user, "TAILSPIN\\zo\xc3\xab");
    assert_string_equal(visits[0].line.kvno, "7");
    assert_string_equal(visits[0].line.key, "latest");
    assert_null(visits[0].line.reason);
    assert_null(visits[0].authorization);
}

static void another_answer_is_none(void **state)
{
    static const struct {
        const char *name, *value;
    } bad[] = {{"state", "\"perfect\""},
               {"state", "null"},
               {"status", "1000"},
               {"status", "-1"},
               {"status", "\"200\""},
               {"url", "\"file:///x\""},
               {"url", "7"},
               {"error", "7"},
               {"reply", "\"Negotiate\""},
               {"reply", "\"NTLM eHl6\""},
               {"id", "\"a b\""},
               {"bindings", "\"xy\""},
               {"bindings", "\"\""},
               {"bindings", "\"0\""},
               {"line", "null"},
               {"line", "{}"},
               {"line", "{\"seen\":1}"}};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        json_t *json = answer();
        json_object_set_new(json_array_get(json, 0), bad[i].name,
                            json_loads(bad[i].value, JSON_DECODE_ANY, NULL));
        assert_false(asactl_visit_wire_read_answered(pool, json, &visits, &count));
        json_decref(json);
    }
}

static void bindings_are_digests(void **state)
{
    asa_channel_bindings_t bindings = asactl_visit_wire_bindings(pool, "00ff");

    (void)state;
    assert_int_equal(bindings.len, 23);
    assert_string_equal(asactl_visit_wire_digest(pool, &bindings), "00ff");
    assert_int_equal(asactl_visit_wire_bindings(pool, NULL).len, 0);
    assert_int_equal(asactl_visit_wire_bindings(pool, "0").len, 0);
    assert_int_equal(asactl_visit_wire_bindings(pool, "zz").len, 0);
    assert_int_equal(asactl_visit_wire_bindings(
                         pool, apr_pstrcat(pool, "00", apr_psprintf(pool, "%0128d", 0), NULL))
                         .len,
                     0);
    assert_null(asactl_visit_wire_digest(pool, &(asa_channel_bindings_t){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_asked_arrives),    cmocka_unit_test(another_question_is_none),
        cmocka_unit_test(what_is_answered_arrives), cmocka_unit_test(another_answer_is_none),
        cmocka_unit_test(bindings_are_digests),
    };
    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
