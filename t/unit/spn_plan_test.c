/* SPDX-License-Identifier: Apache-2.0
 *
 * Which names an account gets or loses, and who stands in the way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/spn_plan.h"

#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

#define DN_ASA   "CN=ASA,DC=corp,DC=example"
#define DN_OTHER "CN=OTHER,DC=corp,DC=example"

static apr_array_header_t *names(const char *first, ...)
{
    apr_array_header_t *list = apr_array_make(pool, 4, sizeof(const char *));
    va_list more;

    va_start(more, first);
    for (const char *name = first; name != NULL; name = va_arg(more, const char *)) {
        APR_ARRAY_PUSH(list, const char *) = name;
    }
    va_end(more);
    return list;
}

static void hold(apr_array_header_t *held, const char *spn, const char *sam, const char *dn)
{
    APR_ARRAY_PUSH(held, asactl_spn_holder_t) =
        (asactl_spn_holder_t){.spn = spn, .sam = sam, .dn = dn};
}

static apr_array_header_t *nobody(void)
{
    return apr_array_make(pool, 4, sizeof(asactl_spn_holder_t));
}

static asactl_account_t account_with(const apr_array_header_t *spns)
{
    return (asactl_account_t){.dn = DN_ASA, .sam = "ASA$", .spns = spns};
}

static void assert_names(const apr_array_header_t *list, const char *joined)
{
    assert_string_equal(apr_array_pstrcat(pool, list, ' '), joined);
}

static void free_names_are_added_behind_the_others(void **state)
{
    asactl_account_t account = account_with(names("http/a", NULL));
    asactl_spn_plan_t plan;
    asactl_outcome_t outcome = {0};

    (void)state;
    assert_true(asactl_spn_plan_add(pool, &account, names("http/b", "http/c", NULL), nobody(),
                                    &plan, &outcome));
    assert_names(plan.add, "http/b http/c");
    assert_names(plan.after, "http/a http/b http/c");
    assert_int_equal(plan.keep->nelts + plan.remove->nelts, 0);
    assert_int_equal(account.spns->nelts, 1);
}

static void a_name_asked_for_twice_is_added_once(void **state)
{
    asactl_account_t account = account_with(NULL);
    asactl_spn_plan_t plan;
    asactl_outcome_t outcome = {0};

    (void)state;
    assert_true(asactl_spn_plan_add(pool, &account, names("http/b", "HTTP/B", NULL), nobody(),
                                    &plan, &outcome));
    assert_names(plan.after, "http/b");
}

static void a_name_that_is_there_stays_in_its_spelling(void **state)
{
    asactl_account_t account = account_with(names("http/A", NULL));
    apr_array_header_t *held = nobody();
    asactl_spn_plan_t plan;
    asactl_outcome_t outcome = {0};

    (void)state;
    hold(held, "http/A", "ASA$", "cn=asa,dc=CORP,dc=example");
    assert_true(asactl_spn_plan_add(pool, &account, names("HTTP/a", NULL), held, &plan, &outcome));
    assert_names(plan.keep, "HTTP/a");
    assert_names(plan.after, "http/A");
    assert_int_equal(plan.add->nelts, 0);
}

static void a_held_name_is_refused_with_its_holder(void **state)
{
    asactl_account_t account = account_with(names("http/a", NULL));
    apr_array_header_t *held = nobody();
    asactl_spn_plan_t plan;
    asactl_outcome_t outcome = {0};

    (void)state;
    hold(held, "http/MAIL", "OTHER$", DN_OTHER);
    assert_false(asactl_spn_plan_add(pool, &account, names("http/free", "HTTP/mail", NULL), held,
                                     &plan, &outcome));
    assert_int_equal(outcome.code, ASACTL_CONFLICT);
    assert_non_null(strstr(outcome.sentence, "OTHER$ holds http/MAIL"));
    assert_non_null(strstr(outcome.sentence, DN_OTHER));
    assert_non_null(strstr(outcome.remedy, "asactl spn remove 'OTHER$'"));
    /* The account's own copy of a duplicate hides nothing. */
    account.spns = names("http/mail", NULL);
    hold(held, "http/mail", "ASA$", DN_ASA);
    assert_false(
        asactl_spn_plan_add(pool, &account, names("http/mail", NULL), held, &plan, &outcome));
    assert_int_equal(outcome.code, ASACTL_CONFLICT);
}

static void every_spelling_of_a_name_is_removed(void **state)
{
    asactl_account_t account =
        account_with(names("http/a", "HTTP/Mail", "http/mail", "http/b", NULL));
    asactl_spn_plan_t plan;
    asactl_outcome_t outcome = {0};

    (void)state;
    assert_true(asactl_spn_plan_remove(pool, &account, names("http/MAIL", NULL), &plan, &outcome));
    assert_names(plan.remove, "HTTP/Mail http/mail");
    assert_names(plan.after, "http/a http/b");
    assert_true(asactl_spn_plan_remove(pool, &account, names("http/mail", "http/a", "http/b", NULL),
                                       &plan, &outcome));
    assert_int_equal(plan.after->nelts, 0);
}

static void a_name_that_is_not_there_ends_the_removal(void **state)
{
    asactl_account_t account = account_with(names("http/a", NULL)), bare = account_with(NULL);
    asactl_spn_plan_t plan;
    asactl_outcome_t outcome = {0};

    (void)state;
    assert_false(
        asactl_spn_plan_remove(pool, &account, names("http/a", "http/x", NULL), &plan, &outcome));
    assert_int_equal(outcome.code, ASACTL_NOT_FOUND);
    assert_non_null(strstr(outcome.sentence, "http/x"));
    assert_false(asactl_spn_plan_remove(pool, &bare, names("http/a", NULL), &plan, &outcome));
}

static void duplicates_are_names_of_two_accounts(void **state)
{
    apr_array_header_t *held = nobody(), *found;

    (void)state;
    assert_int_equal(asactl_spn_plan_duplicates(pool, held)->nelts, 0);
    hold(held, "http/z", "ASA$", DN_ASA);
    hold(held, "http/mail", "OTHER$", DN_OTHER);
    hold(held, "http/a", "OTHER$", DN_OTHER);
    hold(held, "http/A", "OTHER$", DN_OTHER);
    assert_int_equal(asactl_spn_plan_duplicates(pool, held)->nelts, 0);
    hold(held, "HTTP/MAIL", "ASA$", DN_ASA);
    found = asactl_spn_plan_duplicates(pool, held);
    assert_int_equal(found->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(found, 0, asactl_spn_holder_t).sam, "ASA$");
    assert_string_equal(APR_ARRAY_IDX(found, 1, asactl_spn_holder_t).spn, "http/mail");
}

static void patterns_match_whole_names_without_case(void **state)
{
    static const struct {
        const char *pattern, *spn;
        bool expected;
    } table[] = {
        {"http/mail", "HTTP/Mail", true},
        {"http/mail", "http/mail2", false},
        {"http/mai", "http/mail", false},
        {"http/*", "http/mail", true},
        {"*", "http/mail", true},
        {"*/mail", "exchangeMDB/MAIL", true},
        {"*/mail", "http/mail.x", false},
        {"http/*ab*ab", "http/abxab", true},
        {"http/*ab*ab", "http/ab", false},
        {"http/[a]", "http/a", false},
        {"", "http/a", false},
        {"http/a**", "http/a", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        assert_int_equal(asactl_spn_plan_matches(table[i].pattern, table[i].spn),
                         table[i].expected);
    }
}

static void what_is_no_name_is_a_mistake(void **state)
{
    asactl_outcome_t outcome = {0};

    (void)state;
    assert_true(asactl_spn_plan_check(pool, names("http/a", "exchangeMDB/b", NULL), &outcome));
    assert_false(asactl_spn_plan_check(pool, names("http/a", "http/*", NULL), &outcome));
    assert_int_equal(outcome.code, ASACTL_USAGE);
    assert_non_null(strstr(outcome.sentence, "'http/*'"));
}

static void host_stands_for_other_classes(void **state)
{
    (void)state;
    assert_string_equal(asactl_spn_plan_alias(pool, "http/mail"), "host/mail");
    assert_string_equal(asactl_spn_plan_alias(pool, "hosts/mail"), "host/mail");
    assert_null(asactl_spn_plan_alias(pool, "HOST/mail"));
    assert_null(asactl_spn_plan_alias(pool, "mail"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(free_names_are_added_behind_the_others),
        cmocka_unit_test(a_name_asked_for_twice_is_added_once),
        cmocka_unit_test(a_name_that_is_there_stays_in_its_spelling),
        cmocka_unit_test(a_held_name_is_refused_with_its_holder),
        cmocka_unit_test(every_spelling_of_a_name_is_removed),
        cmocka_unit_test(a_name_that_is_not_there_ends_the_removal),
        cmocka_unit_test(duplicates_are_names_of_two_accounts),
        cmocka_unit_test(patterns_match_whole_names_without_case),
        cmocka_unit_test(what_is_no_name_is_a_mistake),
        cmocka_unit_test(host_stands_for_other_classes),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
