/* SPDX-License-Identifier: Apache-2.0
 *
 * What a removal takes away, and when it must not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/remove_plan.h"

#include <string.h>

#include <apr_general.h>

#include "t/unit/pool.h"

static asactl_remove_node_t nodes[3];
static asactl_remove_plan_t plan;
static asactl_outcome_t outcome;

/* Three chosen nodes that hold keys, an account with two names. */
static asactl_remove_seen_t usual(void)
{
    static const char *const names[] = {"one", "two", "three"};

    for (int i = 0; i < 3; i++) {
        nodes[i] = (asactl_remove_node_t){.node = names[i], .chosen = true, .holds = true};
    }
    return (asactl_remove_seen_t){
        .account = "ASA$", .exists = true, .spns = 2, .nodes = nodes, .node_count = 3};
}

static bool make(const asactl_remove_seen_t *seen)
{
    return asactl_remove_plan_make(pool, seen, &plan, &outcome);
}

static void all_of_it(void **state)
{
    asactl_remove_seen_t seen = usual();

    (void)state;
    assert_true(make(&seen));
    assert_true(plan.spns);
    assert_int_equal(plan.nodes, 3);
    assert_false(plan.account);
    seen.delete_account = true;
    assert_true(make(&seen));
    assert_true(plan.account);
}

/* Before names and keys are gone, not behind them. */
static void an_account_that_may_not_be_deleted_stops_it(void **state)
{
    asactl_remove_seen_t seen = usual();

    (void)state;
    seen.dn = "CN=ASA,DC=corp";
    seen.may_delete = ASACTL_ACCESS_REFUSED;
    assert_true(make(&seen));
    seen.delete_account = true;
    assert_false(make(&seen));
    assert_int_equal(outcome.code, ASACTL_DENIED);
    assert_non_null(strstr(outcome.sentence, "\"Delete\" on CN=ASA,DC=corp"));
    assert_non_null(strstr(outcome.remedy, "without --delete-account"));
    seen.force = true;
    assert_false(make(&seen));
    seen.may_delete = ASACTL_ACCESS_UNKNOWN;
    assert_true(make(&seen));
    assert_true(plan.account);
}

static void what_is_done_is_not_done_again(void **state)
{
    asactl_remove_seen_t seen = usual();

    (void)state;
    seen.spns = 0;
    nodes[0].holds = false;
    assert_true(make(&seen));
    assert_false(plan.spns);
    assert_int_equal(plan.nodes, 2);
    seen.exists = false;
    seen.delete_account = true;
    assert_true(make(&seen));
    assert_false(plan.account);
    assert_int_equal(plan.nodes, 2);
}

static void a_silent_node_stops_it(void **state)
{
    asactl_remove_seen_t seen = usual();

    (void)state;
    nodes[1].outcome = (asactl_outcome_t){ASACTL_UNREACHABLE, "two is down", NULL};
    nodes[1].holds = false;
    seen.delete_account = true;
    assert_false(make(&seen));
    assert_int_equal(outcome.code, ASACTL_UNREACHABLE);
    assert_string_equal(outcome.sentence, "two is down");
    seen.force = true;
    assert_true(make(&seen));
    assert_true(plan.spns);
    assert_int_equal(plan.nodes, 2);
    assert_false(plan.account); /* its keys may be on that node */
    assert_true(plan.partial);
    seen.delete_account = false;
    assert_true(make(&seen));
    assert_true(plan.partial);
    nodes[1].outcome = (asactl_outcome_t){.code = ASACTL_OK};
    assert_true(make(&seen));
    assert_false(plan.partial);
}

static void others_keep_their_names(void **state)
{
    asactl_remove_seen_t seen = usual();

    (void)state;
    nodes[2].chosen = false;
    assert_false(make(&seen));
    assert_int_equal(outcome.code, ASACTL_REFUSED_TO_ACT);
    assert_non_null(strstr(outcome.sentence, "three would be left with keys of ASA$"));
    seen.keep_spns = true;
    assert_true(make(&seen));
    assert_false(plan.spns);
    assert_int_equal(plan.nodes, 2);
    seen.keep_spns = false;
    nodes[2].holds = false; /* another array, with an account of its own */
    assert_true(make(&seen));
    assert_true(plan.spns);
    nodes[2].outcome = (asactl_outcome_t){ASACTL_UNREACHABLE, "three is down", NULL};
    assert_false(make(&seen));
    assert_int_equal(outcome.code, ASACTL_REFUSED_TO_ACT);
    seen.force = seen.delete_account = true;
    assert_true(make(&seen));
    assert_true(plan.spns);
    assert_false(plan.account);
}

static void an_account_without_names_is_not_deleted_under_a_node(void **state)
{
    asactl_remove_seen_t seen = usual();

    (void)state;
    seen.spns = 0;
    seen.delete_account = true;
    nodes[2].chosen = false;
    assert_false(make(&seen));
    assert_int_equal(outcome.code, ASACTL_REFUSED_TO_ACT);
}

static void names_stay_or_the_account_goes(void **state)
{
    asactl_remove_seen_t seen = usual();

    (void)state;
    seen.keep_spns = seen.delete_account = true;
    assert_false(make(&seen));
    assert_int_equal(outcome.code, ASACTL_USAGE);
}

static void keys_wait_for_the_last_ticket(void **state)
{
    asactl_remove_seen_t seen = usual();

    (void)state;
    seen.keep_keys = true;
    assert_true(make(&seen));
    assert_true(plan.spns);
    assert_int_equal(plan.nodes, 0);
    nodes[2].chosen = false;
    assert_false(make(&seen));
    assert_int_equal(outcome.code, ASACTL_REFUSED_TO_ACT);
    seen.delete_account = true;
    assert_false(make(&seen));
    assert_int_equal(outcome.code, ASACTL_USAGE);
    seen.delete_account = false;
    seen.keep_spns = true;
    assert_false(make(&seen));
    assert_int_equal(outcome.code, ASACTL_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_it),
        cmocka_unit_test(an_account_that_may_not_be_deleted_stops_it),
        cmocka_unit_test(what_is_done_is_not_done_again),
        cmocka_unit_test(a_silent_node_stops_it),
        cmocka_unit_test(others_keep_their_names),
        cmocka_unit_test(an_account_without_names_is_not_deleted_under_a_node),
        cmocka_unit_test(names_stay_or_the_account_goes),
        cmocka_unit_test(keys_wait_for_the_last_ticket),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
