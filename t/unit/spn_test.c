/* SPDX-License-Identifier: Apache-2.0
 *
 * Which texts are service principal names, and which of them a rule lets through.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/spn.h"

#include <string.h>
#include <time.h>

#include <apr_general.h>

#include "t/unit/pool.h"

static void names_that_are_none_are_told(void **state)
{
    static const char *const good[] = {"http/mail.corp.tailspintoys.com",
                                       "HTTP/mail",
                                       "http/mail:8443",
                                       "http/[2001:db8::1]",
                                       "MSSQLSvc/db.corp.example:1433",
                                       "a/b/c",
                                       "http/\xc3\xbc.example"};
    static const char *const bad[] = {"",
                                      "/",
                                      "http",
                                      "http/",
                                      "/mail",
                                      "http//mail",
                                      "http://mail.corp.tailspintoys.com",
                                      "http:/mail",
                                      "http/mail@CORP.TAILSPINTOYS.COM",
                                      "http/mail corp",
                                      " http/mail",
                                      "http/mail\n",
                                      "http/mail\x7f",
                                      "http/a,http/b",
                                      "http/*",
                                      "http/mai?",
                                      "http/mail\\/x"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_null(asa_spn_defect(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_non_null(asa_spn_defect(bad[i]));
    }
}

static bool allows(const char *pattern, const char *spn)
{
    asa_spn_rule_t rule = {.names = &pattern, .count = 1};

    return asa_spn_allowed(&rule, spn);
}

static void names_are_compared_without_case_and_whole(void **state)
{
    (void)state;
    assert_true(allows("http/mail.corp.example", "http/mail.corp.example"));
    assert_true(allows("http/mail.corp.example", "HTTP/Mail.CORP.example"));
    assert_true(allows("HTTP/MAIL.corp.example", "http/mail.corp.example"));
    assert_false(allows("http/mail.corp.example", "http/mail.corp.example."));
    assert_false(allows("http/mail.corp.example", "http/mail.corp.exampl"));
    assert_false(allows("http/mail.corp.example", "http/mailxcorp.example"));
    assert_false(allows("http/mail.corp.example", "host/mail.corp.example"));
    assert_false(allows("http/mail.corp.example", "http/mail.corp.example/x"));
    assert_false(allows("http/mail", ""));
    assert_false(allows("http/mail", "http/mail\\/x"));
    assert_false(allows("http/mail\\/x", "http/mail/x"));
    assert_true(allows("http/mail\\/x", "http/MAIL\\/x"));
}

static void wildcards_stay_within_a_component(void **state)
{
    static const struct {
        const char *pattern, *spn;
        bool expected;
    } table[] = {
        {"http/*.corp.example", "http/mail.corp.example", true},
        {"http/*.corp.example", "HTTP/a.b.CORP.example", true},
        {"http/*.corp.example", "http/.corp.example", true},
        {"http/*.corp.example", "http/corp.example", false},
        {"http/*.corp.example", "http/mail.corp.example.evil.test", false},
        {"http/*.corp.example", "http/evil.test/mail.corp.example", false},
        {"http/*", "http/mail", true},
        {"http/*", "http/mail/x", false},
        {"http/*", "host/mail", false},
        {"*", "http/mail", false},
        {"*/*", "http/mail", true},
        {"*l*s*/m", "laxlas/m", true},
        {"http/*ab*ab", "http/abxab", true},
        {"http/*ab*ab", "http/abab", true},
        {"http/*ab*ab", "http/xab", false},
        {"http/cas-?.corp", "http/cas-3.corp", true},
        {"http/cas-?.corp", "http/cas-.corp", false},
        {"http/cas-?.corp", "http/cas-12.corp", false},
        {"http?mail", "http/mail", false},
        {"http/mail**", "http/mail", true},
        {"http/mail?", "http/mail", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        assert_int_equal(allows(table[i].pattern, table[i].spn), table[i].expected);
    }
}

/* An address in brackets is no set of characters. */
static void brackets_stand_for_themselves(void **state)
{
    (void)state;
    assert_true(allows("http/[2001:db8::1]", "HTTP/[2001:DB8::1]"));
    assert_false(allows("http/[2001:db8::1]", "http/2"));
    assert_false(allows("http/[a-z]ail", "http/mail"));
}

/* Doubling the stars must not double the time again and again. */
static void hostile_patterns_cost_little(void **state)
{
    char pattern[200] = "http/", spn[20000] = "http/";
    clock_t begin = clock();

    (void)state;
    for (size_t i = 5; i + 4 < sizeof pattern; i += 2) {
        memcpy(pattern + i, "*a", 3);
    }
    strcat(pattern, "b");
    memset(spn + 5, 'a', sizeof spn - 6);
    assert_false(allows(pattern, spn));
    assert_true(clock() - begin < CLOCKS_PER_SEC / 2);
}

static void any_is_any_and_none_is_none(void **state)
{
    static const char *const two[] = {"http/mail", "http/autodiscover"};
    static const char *const ten[] = {"a/1", "a/2", "a/3", "a/4", "a/5",
                                      "a/6", "a/7", "a/8", "a/9", "a/10"};
    asa_spn_rule_t any = {.any = true}, none = {0}, both = {.names = two, .count = 2};
    asa_spn_rule_t eight = {.names = ten, .count = 8};

    (void)state;
    assert_true(asa_spn_allowed(&any, "cifs/whatever"));
    assert_true(asa_spn_allowed(&any, NULL));
    assert_false(asa_spn_allowed(&none, "http/mail"));
    assert_false(asa_spn_allowed(&both, NULL));
    assert_true(asa_spn_allowed(&both, "http/autodiscover"));
    assert_string_equal(asa_spn_describe(pool, &any), "any");
    assert_string_equal(asa_spn_describe(pool, &none), "none");
    assert_string_equal(asa_spn_describe(pool, &both), "http/mail, http/autodiscover");
    assert_string_equal(asa_spn_describe(pool, &eight), "a/1, a/2, a/3, a/4, a/5, a/6, a/7, a/8");
    eight.count = 10;
    assert_string_equal(asa_spn_describe(pool, &eight),
                        "a/1, a/2, a/3, a/4, a/5, a/6, a/7, a/8, and 2 more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_are_none_are_told),
        cmocka_unit_test(names_are_compared_without_case_and_whole),
        cmocka_unit_test(wildcards_stay_within_a_component),
        cmocka_unit_test(brackets_stand_for_themselves),
        cmocka_unit_test(hostile_patterns_cost_little),
        cmocka_unit_test(any_is_any_and_none_is_none),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
