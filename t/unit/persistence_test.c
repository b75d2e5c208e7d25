/* SPDX-License-Identifier: Apache-2.0
 *
 * An identity stays with a connection only while every fact speaks for it, and each fact that does
 * not has a name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/persistence.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define NOW         apr_time_from_sec(1000000)

static const asa_persistence_way_t good_way = {true, true, true, true, true, true, true};

static asa_persistence_keep_t good_keep(void)
{
    return (asa_persistence_keep_t){.way = good_way,
                                    .signed_in = true,
                                    .status = 200,
                                    .stays = true,
                                    .now = NOW,
                                    .expires = NOW + 1};
}

static asa_persistence_use_t good_use(void)
{
    return (asa_persistence_use_t){.way = good_way,
                                   .kept = true,
                                   .same_server = true,
                                   .same_keys = true,
                                   .has_body = true,
                                   .now = NOW,
                                   .until = NOW + 1};
}

/* The members of a way in their order, and what the absence of each is called. */
static const asa_persistence_t way_verdicts[] = {
    ASA_PERSISTENCE_NOT_WANTED,    ASA_PERSISTENCE_TICKET_DUE,    ASA_PERSISTENCE_PROXY_SEEN,
    ASA_PERSISTENCE_OTHER_ADDRESS, ASA_PERSISTENCE_FORWARD_PROXY, ASA_PERSISTENCE_STREAM,
    ASA_PERSISTENCE_CLEAR_TEXT,
};

static asa_persistence_way_t way_of(unsigned bits)
{
    return (asa_persistence_way_t){.wanted = bits & 1,
                                   .suffices = bits & 2,
                                   .no_proxy = bits & 4,
                                   .same_address = bits & 8,
                                   .origin = bits & 16,
                                   .whole = bits & 32,
                                   .tls = bits & 64};
}

static void test_every_way(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 1U << ROWS(way_verdicts); bits++) {
        asa_persistence_keep_t keep = good_keep();
        asa_persistence_use_t use = good_use();
        asa_persistence_t expected = ASA_PERSISTENCE_YES;
        for (size_t i = ROWS(way_verdicts); i-- > 0;) {
            expected = (bits & 1U << i) == 0 ? way_verdicts[i] : expected;
        }
        keep.way = use.way = way_of(bits);
        assert_int_equal(asa_persistence_judge_keep(&keep), expected);
        assert_int_equal(asa_persistence_judge_use(&use), expected);
    }
}

static void test_what_is_kept(void **state)
{
    static const struct {
        int status;
        asa_persistence_t verdict;
    } rows[] = {
        {0, ASA_PERSISTENCE_REFUSED},   {100, ASA_PERSISTENCE_REFUSED},
        {101, ASA_PERSISTENCE_REFUSED}, {200, ASA_PERSISTENCE_YES},
        {302, ASA_PERSISTENCE_YES},     {304, ASA_PERSISTENCE_YES},
        {401, ASA_PERSISTENCE_REFUSED}, {403, ASA_PERSISTENCE_YES},
        {404, ASA_PERSISTENCE_YES},     {502, ASA_PERSISTENCE_YES},
        {599, ASA_PERSISTENCE_YES},     {600, ASA_PERSISTENCE_REFUSED},
    };
    asa_persistence_keep_t facts;

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        facts = good_keep();
        facts.status = rows[i].status;
        assert_int_equal(asa_persistence_judge_keep(&facts), rows[i].verdict);
    }
    facts = good_keep();
    facts.signed_in = false;
    assert_int_equal(asa_persistence_judge_keep(&facts), ASA_PERSISTENCE_REFUSED);
    facts = good_keep();
    facts.stays = false;
    assert_int_equal(asa_persistence_judge_keep(&facts), ASA_PERSISTENCE_CLOSING);
    facts = good_keep();
    facts.expires = NOW;
    assert_int_equal(asa_persistence_judge_keep(&facts), ASA_PERSISTENCE_TICKET_ENDED);
    facts.expires = 0;
    assert_int_equal(asa_persistence_judge_keep(&facts), ASA_PERSISTENCE_TICKET_ENDED);
}

static void test_what_is_used(void **state)
{
    asa_persistence_use_t facts = good_use();

    (void)state;
    facts.kept = false;
    assert_int_equal(asa_persistence_judge_use(&facts), ASA_PERSISTENCE_NOTHING_KEPT);
    facts = good_use();
    facts.same_server = false;
    assert_int_equal(asa_persistence_judge_use(&facts), ASA_PERSISTENCE_OTHER_SERVER);
    facts = good_use();
    facts.same_keys = false;
    assert_int_equal(asa_persistence_judge_use(&facts), ASA_PERSISTENCE_KEYS_CHANGED);
    facts = good_use();
    facts.until = NOW;
    assert_int_equal(asa_persistence_judge_use(&facts), ASA_PERSISTENCE_TICKET_ENDED);
    facts = good_use();
    facts.has_body = false;
    assert_int_equal(asa_persistence_judge_use(&facts), ASA_PERSISTENCE_ASKS_CHALLENGE);
}

/* What nobody filled in is never a yes. */
static void test_nothing_known(void **state)
{
    asa_persistence_keep_t keep = {0};
    asa_persistence_use_t use = {0};

    (void)state;
    assert_int_not_equal(asa_persistence_judge_keep(&keep), ASA_PERSISTENCE_YES);
    assert_int_not_equal(asa_persistence_judge_use(&use), ASA_PERSISTENCE_YES);
}

static void test_the_end(void **state)
{
    (void)state;
    assert_int_equal(asa_persistence_until(NOW, NOW + 5), NOW + 5);
    assert_int_equal(asa_persistence_until(NOW, NOW + 10 * ASA_PERSISTENCE_MAX),
                     NOW + ASA_PERSISTENCE_MAX);
}

static void test_headers_of_proxies(void **state)
{
    static const char *const of_proxy[] = {"Via",
                                           "Forwarded",
                                           "X-Forwarded-For",
                                           "x-forwarded-proto",
                                           "X-FORWARDED-HOST",
                                           "X-Forwarded",
                                           "X-Real-IP",
                                           "X-Client-IP",
                                           "True-Client-IP",
                                           "CF-Connecting-IP",
                                           "Max-Forwards",
                                           "X-Arr-Log-Id",
                                           "Front-End-Https",
                                           "X-Forwarded-Anything"};
    static const char *const of_client[] = {
        "",           "Host",        "User-Agent",    "Authorization",     "Accept",  "Cookie",
        "Connection", "X-RequestId", "X-ClientInfo",  "X-AnchorMailbox",   "Pragma",  "X-Forward",
        "Viaduct",    "X-Real",      "X-RequestType", "client-request-id", "Forward", "vi"};

    (void)state;
    for (size_t i = 0; i < ROWS(of_proxy); i++) {
        assert_true(asa_persistence_is_of_proxy(of_proxy[i]));
    }
    for (size_t i = 0; i < ROWS(of_client); i++) {
        assert_false(asa_persistence_is_of_proxy(of_client[i]));
    }
}

static void test_words(void **state)
{
    (void)state;
    assert_string_equal(asa_persistence_words(ASA_PERSISTENCE_YES), "");
    for (int i = 1; i < ASA_PERSISTENCE_COUNT; i++) {
        assert_true(strlen(asa_persistence_words((asa_persistence_t)i)) > 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_way),    cmocka_unit_test(test_what_is_kept),
        cmocka_unit_test(test_what_is_used), cmocka_unit_test(test_nothing_known),
        cmocka_unit_test(test_the_end),      cmocka_unit_test(test_headers_of_proxies),
        cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
