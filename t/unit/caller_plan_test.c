/* SPDX-License-Identifier: Apache-2.0
 *
 * An account that rolls itself keeps a key for the next time, or is told that it would not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/caller_plan.h"

#include <string.h>

#include <apr_general.h>

#include "t/unit/pool.h"

static asactl_caller_plan_t plan;
static asactl_outcome_t outcome;

/* One node beside cas-1, and the account itself is the caller, on the machine cas-9. */
static asactl_exit_code_t with_node(const char *node)
{
    apr_array_header_t *nodes = apr_array_make(pool, 2, sizeof(const char *));

    APR_ARRAY_PUSH(nodes, const char *) = "cas-1.corp.example";
    APR_ARRAY_PUSH(nodes, const char *) = node;
    plan.nodes = nodes;
    outcome = (asactl_outcome_t){.code = ASACTL_OK};
    return asactl_caller_plan_may_roll(pool, &plan, &outcome) ? ASACTL_OK : outcome.code;
}

static void itself_on(const char *host)
{
    plan = (asactl_caller_plan_t){.account = "ASA$",
                                  .is_itself = true,
                                  .file = "/etc/asa.keytab",
                                  .same_file = true,
                                  .host = host};
}

static void another_caller_needs_no_key(void **state)
{
    (void)state;
    itself_on("cas-9");
    plan.is_itself = false;
    assert_int_equal(with_node("cas-2"), ASACTL_OK);
    plan.file = NULL;
    plan.same_file = false;
    assert_int_equal(with_node("cas-2"), ASACTL_OK);
}

static void itself_without_a_key_is_refused(void **state)
{
    (void)state;
    itself_on("cas-9");
    plan.file = NULL;
    plan.same_file = false;
    assert_int_equal(with_node("localhost"), ASACTL_CREDENTIALS);
    assert_non_null(strstr(outcome.remedy, "--client-keytab"));
}

static void the_next_key_must_come_to_where_it_is_taken_from(void **state)
{
    (void)state;
    itself_on("cas-9");
    assert_int_equal(with_node("cas-2"), ASACTL_REFUSED_TO_ACT);
    assert_string_equal(outcome.sentence, "ASA$ rolls itself with the key in /etc/asa.keytab, to "
                                          "which this roll does not bring the next one");
    assert_int_equal(with_node("localhost"), ASACTL_OK);
    assert_int_equal(with_node("LOCALHOST"), ASACTL_OK);
    plan.same_file = false;
    assert_int_equal(with_node("localhost"), ASACTL_REFUSED_TO_ACT);
}

static void this_machine_is_known_by_its_name(void **state)
{
    (void)state;
    itself_on("cas-9");
    assert_int_equal(with_node("cas-9"), ASACTL_OK);
    assert_int_equal(with_node("CAS-9.corp.example"), ASACTL_OK);
    assert_int_equal(with_node("cas-90"), ASACTL_REFUSED_TO_ACT);
    assert_int_equal(with_node("cas"), ASACTL_REFUSED_TO_ACT);
    itself_on("cas-9.corp.example");
    assert_int_equal(with_node("cas-9"), ASACTL_OK);
    assert_int_equal(with_node("cas-9.corp.example"), ASACTL_OK);
    assert_int_equal(with_node("cas-9.other.example"), ASACTL_REFUSED_TO_ACT);
    itself_on("");
    assert_int_equal(with_node("cas-9"), ASACTL_REFUSED_TO_ACT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_caller_needs_no_key),
        cmocka_unit_test(itself_without_a_key_is_refused),
        cmocka_unit_test(the_next_key_must_come_to_where_it_is_taken_from),
        cmocka_unit_test(this_machine_is_known_by_its_name),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
