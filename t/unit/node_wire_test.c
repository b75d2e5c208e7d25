/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests and answers over ssh: they arrive as they were sent, or not at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/node_wire.h"

#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

static const asa_key_t held[] = {
    {.principal = "EXCH2016ASA$",
     .realm = "CORP.TAILSPINTOYS.COM",
     .kvno = 7,
     .etype = 18,
     .timestamp = 1700000000,
     .bytes = (const unsigned char *)"0123456789abcdef0123456789ABCDEF",
     .len = 32,
     .name_type = 1},
    {.principal = "EXCH2016ASA$",
     .realm = "CORP.TAILSPINTOYS.COM",
     .kvno = 6,
     .etype = 17,
     .timestamp = 1600000000,
     .bytes = (const unsigned char *)"0123456789abcdef",
     .len = 16,
     .name_type = 1},
};

static const unsigned char *install_request(size_t *len)
{
    const asactl_settings_t settings = {
        .keytab = "/etc/apache2/asa.keytab", .owner = "root", .group = "www-data", .mode = 0640};
    static const asactl_node_key_name_t unused[] = {{8, "d4d4d3a9"}, {9, "0a"}};
    const asactl_node_request_t request = {.verb = ASACTL_NODE_INSTALL,
                                           .account = "EXCH2016ASA$",
                                           .realm = "CORP.TAILSPINTOYS.COM",
                                           .keys = {held, 2},
                                           .settled = true,
                                           .unused = unused,
                                           .unused_count = 2,
                                           .ticket_life = 77};
    asactl_outcome_t outcome;
    const unsigned char *bytes;

    assert_true(asactl_node_wire_request(pool, &request, &settings, &bytes, len, &outcome));
    return bytes;
}

static bool request_is_taken(const unsigned char *bytes, size_t len)
{
    asactl_node_request_t request;
    asactl_settings_t settings = {0};
    asactl_outcome_t outcome;
    bool taken = asactl_node_wire_read_request(pool, bytes, len, &request, &settings, &outcome);

    assert_int_equal(outcome.code, taken ? ASACTL_OK : ASACTL_USAGE);
    return taken;
}

static void a_request_arrives_as_it_was_sent(void **state)
{
    asactl_node_request_t request;
    asactl_settings_t settings = {0};
    asactl_outcome_t outcome;
    size_t len;
    const unsigned char *bytes = install_request(&len);

    (void)state;
    assert_true(asactl_node_wire_read_request(pool, bytes, len, &request, &settings, &outcome));
    assert_int_equal(request.verb, ASACTL_NODE_INSTALL);
    assert_string_equal(request.account, "EXCH2016ASA$");
    assert_string_equal(request.realm, "CORP.TAILSPINTOYS.COM");
    assert_true(request.settled);
    assert_int_equal(request.unused_count, 2);
    assert_int_equal(request.unused[0].kvno, 8);
    assert_string_equal(request.unused[0].id, "d4d4d3a9");
    assert_string_equal(request.unused[1].id, "0a");
    assert_false(request.force);
    assert_false(request.dry_run);
    assert_int_equal(request.ticket_life, 77);
    assert_string_equal(settings.keytab, "/etc/apache2/asa.keytab");
    assert_string_equal(settings.group, "www-data");
    assert_int_equal(settings.mode, 0640);
    assert_int_equal(request.keys.count, 2);
    assert_int_equal(request.keys.keys[1].kvno, 6);
    assert_memory_equal(request.keys.keys[0].bytes, held[0].bytes, 32);
}

/* Also where the cut leaves whole entries of the key table. */
static void a_request_that_is_cut_or_longer_is_none(void **state)
{
    size_t len;
    const unsigned char *bytes = install_request(&len);
    unsigned char *longer = apr_pcalloc(pool, len + 1);

    (void)state;
    assert_true(request_is_taken(bytes, len));
    for (size_t cut = 0; cut < len; cut++) {
        assert_false(request_is_taken(bytes, cut));
    }
    memcpy(longer, bytes, len);
    assert_false(request_is_taken(longer, len + 1));
}

#define STATUS                                                                                     \
    "\"do\":\"status\",\"account\":null,\"realm\":null,\"settled\":false,\"force\":false,"         \
    "\"dry_run\":false,\"ticket_life\":0,\"owner\":null,\"group\":null,\"length\":0"

static void a_request_of_another_form_is_none(void **state)
{
    static const char *const bad[] = {
        "",
        "\n",
        "[]\n",
        "{\"asactl\":2," STATUS ",\"keytab\":\"/a\",\"mode\":416}\n",
        "{\"asactl\":0," STATUS ",\"keytab\":\"/a\",\"mode\":416}\n",
        "{\"asactl\":1," STATUS ",\"keytab\":\"/a\",\"mode\":4096}\n",
        "{\"asactl\":1," STATUS ",\"keytab\":null,\"mode\":416}\n",
        "{\"asactl\":1," STATUS ",\"keytab\":\"/a\",\"mode\":-1}\n",
        "{\"asactl\":1," STATUS ",\"keytab\":\"/a\",\"mode\":99999}\n",
        "{\"asactl\":1," STATUS ",\"keytab\":\"/a\",\"mode\":\"0640\"}\n",
        "{\"asactl\":1," STATUS ",\"keytab\":\"/a\\u0000b\",\"mode\":416}\n",
        "{\"asactl\":1," STATUS ",\"keytab\":\"/a\",\"keytab\":\"/b\",\"mode\":416}\n",
        "{\"asactl\":1," STATUS ",\"keytab\":\"/a\",\"mode\":416}\nx",
        "{\"asactl\":1," STATUS ",\"keytab\":\"/a\",\"mode\":416,\"unused\":null}\n",
        "{\"asactl\":1," STATUS ",\"keytab\":\"/a\",\"mode\":416,\"unused\":{}}\n",
        "{\"asactl\":1," STATUS ",\"keytab\":\"/a\",\"mode\":416,\"unused\":[7]}\n",
        "{\"asactl\":1," STATUS
        ",\"keytab\":\"/a\",\"mode\":416,\"unused\":[{\"kvno\":-1,\"id\":\"0a\"}]}\n",
        "{\"asactl\":1," STATUS
        ",\"keytab\":\"/a\",\"mode\":416,\"unused\":[{\"kvno\":4294967296,\"id\":\"0a\"}]}\n",
        "{\"asactl\":1," STATUS
        ",\"keytab\":\"/a\",\"mode\":416,\"unused\":[{\"kvno\":7,\"id\":null}]}\n",
        "{\"asactl\":1," STATUS ",\"keytab\":\"/a\",\"mode\":416,\"unused\":[{\"id\":\"0a\"}]}\n",
    };
    static const char good[] = "{\"asactl\":1," STATUS ",\"keytab\":\"/a\",\"mode\":416}\n";
    static const char one[] = "{\"kvno\":7,\"id\":\"0a\"},";
    char *list = apr_palloc(pool, 4097 * (sizeof one - 1));
    const char *long_list;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(request_is_taken((const unsigned char *)bad[i], strlen(bad[i])));
    }
    assert_true(request_is_taken((const unsigned char *)good, strlen(good)));
    for (size_t i = 0; i < 4097; i++) {
        memcpy(list + i * (sizeof one - 1), one, sizeof one - 1);
    }
    list[4097 * (sizeof one - 1) - 1] = '\0';
    long_list =
        apr_pstrcat(pool, "{\"asactl\":1," STATUS ",\"keytab\":\"/a\",\"mode\":416,\"unused\":[",
                    list, "]}\n", NULL);
    assert_false(request_is_taken((const unsigned char *)long_list, strlen(long_list)));
}

/* Of a newer asactl, which is told so. */
static void a_request_that_is_not_known_is_named(void **state)
{
    const char *text = "{\"asactl\":1,\"do\":\"juggle\",\"length\":0}\n";
    asactl_settings_t settings = {0};
    asactl_node_request_t request;
    asactl_outcome_t outcome;

    (void)state;
    assert_false(asactl_node_wire_read_request(pool, (const unsigned char *)text, strlen(text),
                                               &request, &settings, &outcome));
    assert_int_equal(outcome.code, ASACTL_USAGE);
    assert_string_equal(outcome.sentence, "asactl there does not know the request 'juggle'");
    assert_string_equal(outcome.remedy, "Install the same version of asactl on both machines.");
}

/* How to ask the workers travels as a whole, or the request is none. */
static void a_request_says_how_to_ask_the_workers(void **state)
{
    static const char *const bad[] = {
        "\"status\":7",
        "\"status\":\"file:///etc/passwd\",\"httpd\":\"::1\",\"ca\":\"/ca\"",
        "\"status\":\"none\",\"httpd\":\"::1\",\"ca\":\"/ca\"",
        "\"status\":\"https://x/\"",
        "\"status\":\"https://x/\",\"httpd\":\"cas-2\",\"ca\":\"/ca\"",
        "\"status\":\"https://x/\",\"httpd\":null,\"ca\":\"/ca\"",
        "\"status\":\"https://x/\",\"httpd\":\"::1\",\"ca\":null",
        "\"status\":\"https://x/\",\"httpd\":\"::1\",\"ca\":\"ca\"",
    };
    const asactl_node_request_t status = {.verb = ASACTL_NODE_STATUS};
    asactl_settings_t settings = {.keytab = "/a",
                                  .status = "https://mail/asa-status",
                                  .httpd = "hostname",
                                  .ca = "/etc/ca.pem"};
    asactl_settings_t arrived = {.status = "https://other/", .httpd = "127.0.0.1", .ca = "/x"};
    asactl_node_request_t request;
    asactl_outcome_t outcome;
    const unsigned char *bytes;
    size_t len;

    (void)state;
    assert_true(asactl_node_wire_request(pool, &status, &settings, &bytes, &len, &outcome));
    assert_true(asactl_node_wire_read_request(pool, bytes, len, &request, &arrived, &outcome));
    assert_string_equal(arrived.status, "https://mail/asa-status");
    assert_string_equal(arrived.httpd, "hostname");
    assert_string_equal(arrived.ca, "/etc/ca.pem");
    settings.status = NULL;
    assert_true(asactl_node_wire_request(pool, &status, &settings, &bytes, &len, &outcome));
    assert_true(asactl_node_wire_read_request(pool, bytes, len, &request, &arrived, &outcome));
    assert_null(arrived.status);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *text = apr_pstrcat(
            pool, "{\"asactl\":1," STATUS ",\"keytab\":\"/a\",\"mode\":416,", bad[i], "}\n", NULL);
        assert_false(request_is_taken((const unsigned char *)text, strlen(text)));
    }
}

static const unsigned char *answer_bytes(size_t *len)
{
    const asa_keys_t keys = {held, 2};
    const asactl_node_answer_t answer = {
        .node = "localhost",
        .changed = true,
        .report = {.host = "cas-1",
                   .keytab = "/a",
                   .exists = true,
                   .denied = true,
                   .owner = "root",
                   .group = "www-data",
                   .mode = "0640",
                   .keys = asactl_node_report_keys(pool, asa_keyring_make(pool, &keys, NULL, 0))},
        .keys = keys};
    asactl_outcome_t outcome;
    const unsigned char *bytes;

    assert_true(asactl_node_wire_answer(pool, &answer, &bytes, len, &outcome));
    return bytes;
}

static void an_answer_arrives_as_it_was_sent(void **state)
{
    asactl_node_answer_t answer = {.node = "cas-1"};
    size_t len;
    const unsigned char *bytes = answer_bytes(&len);
    const asactl_node_key_t *key;

    (void)state;
    asactl_node_wire_read_answer(pool, bytes, len, &answer);
    assert_int_equal(answer.outcome.code, ASACTL_OK);
    assert_true(answer.changed);
    assert_string_equal(answer.report.host, "cas-1");
    assert_string_equal(answer.report.mode, "0640");
    assert_null(answer.report.defect);
    assert_true(answer.report.denied);
    assert_int_equal(answer.report.keys->nelts, 2);
    key = &APR_ARRAY_IDX(answer.report.keys, 1, asactl_node_key_t);
    assert_string_equal(key->slot, "previous");
    assert_int_equal(key->kvno, 6);
    assert_int_equal(apr_time_sec(key->time), 1600000000);
    assert_int_equal(strlen(key->id), 8);
    assert_int_equal(asactl_node_report_latest(&answer.report, "exch2016asa$"), 7);
    assert_int_equal(asactl_node_report_latest(&answer.report, "OTHERSVC$"), 0);
    assert_int_equal(answer.keys.count, 2);
}

static void an_answer_that_is_cut_says_nothing(void **state)
{
    size_t len;
    const unsigned char *bytes = answer_bytes(&len);

    (void)state;
    for (size_t cut = 0; cut < len; cut++) {
        asactl_node_answer_t answer = {.node = "cas-1"};
        asactl_node_wire_read_answer(pool, bytes, cut, &answer);
        assert_int_equal(answer.outcome.code, ASACTL_FAILED);
        assert_false(answer.changed);
        assert_null(answer.report.keytab);
        assert_int_equal(answer.keys.count, 0);
    }
}

static void expect_nothing(const unsigned char *bytes, size_t len)
{
    asactl_node_answer_t answer = {.node = "cas-1"};

    asactl_node_wire_read_answer(pool, bytes, len, &answer);
    assert_int_equal(answer.outcome.code, ASACTL_FAILED);
    assert_false(answer.changed);
    assert_null(answer.report.keytab);
    assert_null(answer.facts);
    assert_int_equal(answer.keys.count, 0);
}

/* What comes before the nonsense does not count either. */
static void an_answer_that_is_half_good_says_nothing(void **state)
{
    static const char bare[] = "{\"asactl\":1,\"code\":0,\"error\":null,\"remedy\":null,"
                               "\"changed\":true,\"report\":null,\"length\":0}\n";
    static const char facts[] = ",\"facts\":7}";
    size_t len, head;
    const unsigned char *good = answer_bytes(&len);
    unsigned char *bytes = apr_palloc(pool, len + sizeof facts);

    (void)state;
    expect_nothing((const unsigned char *)bare, sizeof bare - 1);
    head = (size_t)((const unsigned char *)memchr(good, '\n', len) - good) - 1;
    memcpy(bytes, good, head); /* without its brace */
    memcpy(bytes + head, facts, sizeof facts - 1);
    memcpy(bytes + head + sizeof facts - 1, good + head + 1, len - head - 1);
    expect_nothing(bytes, len + sizeof facts - 2);
}

/* As an asactl of another time does it; the rest may have any form then. */
static void an_answer_of_another_version_is_named(void **state)
{
    static const struct {
        const char *bytes, *words;
    } cases[] = {
        {"{\"asactl\": 2, \"news\": []}\n", "it speaks protocol 2, and this one 1"},
        {"{\"asactl\": 3}\nkeys", "it speaks protocol 3"},
        {"{\"asactl\": -1}\n", "it does not answer"},
        {"{\"asactl\": 4294967296}\n", "it does not answer"},
        {"{\"asactl\": \"2\"}\n", "it does not answer"},
        {"{\"asactl\": 1}\n", "it does not answer"},
        {"[2]\n", "it does not answer"},
        {"\n", "it does not answer"},
        {"{\"asactl\": 2}", "it does not answer"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        asactl_node_answer_t answer = {.node = "cas-1"};
        asactl_node_wire_read_answer(pool, (const unsigned char *)cases[i].bytes,
                                     strlen(cases[i].bytes), &answer);
        assert_int_equal(answer.outcome.code, ASACTL_FAILED);
        assert_non_null(strstr(answer.outcome.sentence, cases[i].words));
        assert_non_null(answer.outcome.remedy);
    }
}

/* Keys appear in no report. */
static void a_report_holds_no_key(void **state)
{
    const asa_keys_t keys = {held, 1};
    const asactl_node_report_t report = {
        .keytab = "/a",
        .keys = asactl_node_report_keys(pool, asa_keyring_make(pool, &keys, NULL, 0))};
    json_t *json = asactl_node_report_json(&report);
    char *text = json_dumps(json, 0);

    (void)state;
    assert_non_null(strstr(text, "\"kvno\": 7"));
    assert_null(strstr(text, "0123456789abcdef"));
    assert_null(strstr(text, "3031323334353637"));
    free(text);
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_arrives_as_it_was_sent),
        cmocka_unit_test(a_request_that_is_cut_or_longer_is_none),
        cmocka_unit_test(a_request_of_another_form_is_none),
        cmocka_unit_test(a_request_says_how_to_ask_the_workers),
        cmocka_unit_test(a_request_that_is_not_known_is_named),
        cmocka_unit_test(an_answer_arrives_as_it_was_sent),
        cmocka_unit_test(an_answer_that_is_cut_says_nothing),
        cmocka_unit_test(an_answer_that_is_half_good_says_nothing),
        cmocka_unit_test(an_answer_of_another_version_is_named),
        cmocka_unit_test(a_report_holds_no_key),
    };
    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
