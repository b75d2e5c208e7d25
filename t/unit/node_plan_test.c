/* SPDX-License-Identifier: Apache-2.0
 *
 * Which keys a node's key table holds after keys of an account arrived or went.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/node_plan.h"
#include "core/account_key.h"

#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

#define ASA   "EXCH2016ASA$"
#define REALM "CORP.TAILSPINTOYS.COM"
#define NOW   1800000000u
#define HOUR  3600u
#define WEEKS (21 * 24 * HOUR)

/* "NAME KVNO SECRET AGE, …": AGE in seconds before now; the key's bytes are the secret repeated. */
static asa_keys_t keys(const char *text)
{
    char *rest = apr_pstrdup(pool, text), *entry, *last;
    asa_key_t *list = apr_pcalloc(pool, 40 * sizeof *list);
    size_t count = 0;

    for (entry = apr_strtok(rest, ",", &last); entry != NULL;
         entry = apr_strtok(NULL, ",", &last)) {
        char *more, *name = apr_strtok(entry, " ", &more);
        unsigned char *bytes = apr_palloc(pool, 32);
        list[count] = (asa_key_t){.principal = name, .realm = REALM, .etype = 18, .len = 32};
        list[count].kvno = (uint32_t)atoi(apr_strtok(NULL, " ", &more));
        memset(bytes, apr_strtok(NULL, " ", &more)[0], 32);
        list[count].bytes = bytes;
        list[count++].timestamp = NOW - (uint32_t)atol(apr_strtok(NULL, " ", &more));
    }
    return (asa_keys_t){list, count};
}

static const char *text_of(const asa_keys_t *list)
{
    const char *text = "";

    for (size_t i = 0; i < list->count; i++) {
        text = apr_psprintf(pool, "%s%s%s %u %c", text, i == 0 ? "" : ", ", list->keys[i].principal,
                            list->keys[i].kvno, list->keys[i].bytes[0]);
    }
    return text;
}

static asactl_node_plan_t plan_of(const char *held, const char *arriving)
{
    static const char *const names[] = {"cas-1.corp.tailspintoys.com"};

    return (asactl_node_plan_t){.held = keys(held),
                                .arriving = keys(arriving),
                                .account = ASA,
                                .realm = REALM,
                                .node_names = names,
                                .node_name_count = 1,
                                .now = NOW};
}

static void expect(const asactl_node_plan_t *plan, const char *content, bool changes)
{
    asactl_outcome_t outcome;
    asa_keys_t out;
    bool changed;

    assert_true(asactl_node_plan_install(pool, plan, &out, &changed, &outcome));
    assert_int_equal(outcome.code, ASACTL_OK);
    assert_string_equal(text_of(&out), content);
    assert_int_equal(changed, changes);
}

static void expect_refusal(const asactl_node_plan_t *plan, asactl_exit_code_t code,
                           const char *words)
{
    asactl_outcome_t outcome;
    asa_keys_t out;
    bool changed;

    assert_false(asactl_node_plan_install(pool, plan, &out, &changed, &outcome));
    assert_int_equal(outcome.code, code);
    assert_non_null(strstr(outcome.sentence, words));
}

static void the_next_key_comes_beside_the_present_one(void **state)
{
    asactl_node_plan_t plan = plan_of("", ASA " 1 a 0");

    (void)state;
    expect(&plan, ASA " 1 a", true);
    plan = plan_of(ASA " 1 a 100", ASA " 2 b 0");
    expect(&plan, ASA " 1 a, " ASA " 2 b", true);
    /* again: nothing changes, and the time of its coming stays */
    plan = plan_of(ASA " 1 a 100," ASA " 2 b 50", ASA " 2 b 0");
    expect(&plan, ASA " 1 a, " ASA " 2 b", false);
}

static void older_keys_go_when_no_ticket_can_be_alive(void **state)
{
    asactl_node_plan_t plan =
        plan_of(apr_psprintf(pool, ASA " 1 a %u," ASA " 2 b %u", 2 * WEEKS, WEEKS), ASA " 3 c 0");

    (void)state;
    expect(&plan, ASA " 2 b, " ASA " 3 c", true);
    /* the key after it came an hour ago: tickets for it live */
    plan = plan_of(apr_psprintf(pool, ASA " 1 a %u," ASA " 2 b %u", 2 * WEEKS, HOUR), ASA " 3 c 0");
    expect(&plan, ASA " 1 a, " ASA " 2 b, " ASA " 3 c", true);
    plan.ticket_life = HOUR;
    expect(&plan, ASA " 1 a, " ASA " 2 b, " ASA " 3 c", true);
    plan.ticket_life = HOUR - 1;
    expect(&plan, ASA " 2 b, " ASA " 3 c", true);
    /* Previous stays, however old it is */
    plan =
        plan_of(apr_psprintf(pool, ASA " 1 a %u," ASA " 2 b %u", 2 * WEEKS, WEEKS), ASA " 2 b 0");
    expect(&plan, ASA " 1 a, " ASA " 2 b", false);
}

static void a_key_that_was_staged_in_vain_goes_when_it_is_settled(void **state)
{
    asactl_node_plan_t plan = plan_of(ASA " 1 a 9000," ASA " 2 x 900", ASA " 2 b 0");

    (void)state;
    expect(&plan, ASA " 1 a, " ASA " 2 x, " ASA " 2 b", true);
    plan = plan_of(ASA " 1 a 9000," ASA " 2 x 900," ASA " 2 b 30", ASA " 2 b 0");
    plan.settled = true;
    expect(&plan, ASA " 1 a, " ASA " 2 b", true);
    plan = plan_of(ASA " 1 a 9000," ASA " 2 x 900", ASA " 1 a 0");
    plan.settled = true;
    expect(&plan, ASA " 1 a", true);
}

/* "KVNO SECRET": the name of that key. */
static asactl_node_key_name_t name_of(uint32_t kvno, const char *secret)
{
    asa_keys_t list = keys(apr_psprintf(pool, ASA " %u %s 0", kvno, secret));

    return (asactl_node_key_name_t){kvno, asa_account_key_id(pool, &list.keys[0])};
}

static void what_is_named_as_unused_goes_and_nothing_else(void **state)
{
    const asactl_node_key_name_t unused[] = {name_of(2, "x"), name_of(3, "z"), name_of(2, "b"),
                                             name_of(9, "a")};
    asactl_node_plan_t plan =
        plan_of(ASA " 1 a 9000," ASA " 2 x 900," ASA " 2 b 30," ASA " 2 y 20," ASA " 3 z 10",
                ASA " 1 a 0," ASA " 2 b 0");

    (void)state;
    plan.unused = unused;
    plan.unused_count = 4;
    /* not what another machine has staged, nor what arrives, nor the same key under another number
     */
    expect(&plan, ASA " 1 a, " ASA " 2 b, " ASA " 2 y", true);
    plan = plan_of(ASA " 1 a 9000," ASA " 2 b 30," ASA " 3 y 20", ASA " 2 b 0");
    plan.unused = unused;
    plan.unused_count = 1;
    expect(&plan, ASA " 1 a, " ASA " 2 b, " ASA " 3 y", false);
    /* with its aliases, and never another account's */
    plan = plan_of(ASA " 2 x 9," ASA " 2 b 9,http/mail 2 x 9,OTHERSVC$ 2 o 9", ASA " 2 b 0");
    plan.unused = unused;
    plan.unused_count = 1;
    expect(&plan, ASA " 2 b, OTHERSVC$ 2 o, http/mail 2 b", true);
}

/* Back to what was there before it was staged. */
static void what_is_taken_back_goes_though_no_key_arrives(void **state)
{
    const asactl_node_key_name_t unused[] = {name_of(2, "b")};
    asactl_node_plan_t plan = plan_of(ASA " 1 a 9000," ASA " 2 b 30,OTHERSVC$ 9 o 9", "");

    (void)state;
    plan.unused = unused;
    plan.unused_count = 1;
    expect(&plan, ASA " 1 a, OTHERSVC$ 9 o", true);
    plan.held = keys(ASA " 2 b 30");
    expect(&plan, "", true);
    plan.held = keys(ASA " 1 a 9000," ASA " 2 c 30");
    expect(&plan, ASA " 1 a, " ASA " 2 c", false);
}

static void keys_of_others_and_of_the_node_stay(void **state)
{
    const char *own = "CAS-1$ 40 n 0,host/cas-1.corp.tailspintoys.com 40 n 0";
    asactl_node_plan_t plan = plan_of(own, ASA " 2 b 0");

    (void)state;
    expect(&plan, "CAS-1$ 40 n, host/cas-1.corp.tailspintoys.com 40 n, " ASA " 2 b", true);
    plan = plan_of("OTHERSVC$ 90 o 0," ASA " 1 a 10", ASA " 2 b 0");
    expect(&plan, "OTHERSVC$ 90 o, " ASA " 1 a, " ASA " 2 b", true);
    plan.settled = true;
    expect(&plan, "OTHERSVC$ 90 o, " ASA " 1 a, " ASA " 2 b", true);
}

static void aliases_follow_the_account(void **state)
{
    asactl_node_plan_t plan = plan_of(ASA " 1 a 10,http/mail 1 a 10,OTHERSVC$ 1 o 0", ASA " 2 b 0");

    (void)state;
    expect(&plan, ASA " 1 a, http/mail 1 a, OTHERSVC$ 1 o, " ASA " 2 b, http/mail 2 b", true);
}

static void what_does_not_belong_here_is_refused(void **state)
{
    asactl_node_plan_t plan = plan_of("OTHERSVC$ 1 o 0", ASA " 2 b 0");

    (void)state;
    expect_refusal(&plan, ASACTL_CONFLICT, "OTHERSVC$");
    plan.force = true;
    expect(&plan, "OTHERSVC$ 1 o, " ASA " 2 b", true);
    plan = plan_of(ASA " 3 c 0", ASA " 2 b 0");
    expect_refusal(&plan, ASACTL_REFUSED_TO_ACT, "kvno 2) than the node holds (kvno 3)");
    plan.force = true;
    expect(&plan, ASA " 2 b", true);
    plan = plan_of(ASA " 1 a 0", "OTHERSVC$ 2 b 0");
    expect_refusal(&plan, ASACTL_REFUSED_TO_ACT, "OTHERSVC$");
    plan.force = true;
    expect_refusal(&plan, ASACTL_REFUSED_TO_ACT, "OTHERSVC$");
    plan = plan_of(ASA " 1 a 0", ASA " 2 b 0");
    plan.realm = "FABRIKAM.COM";
    expect_refusal(&plan, ASACTL_REFUSED_TO_ACT, REALM);
    plan = plan_of(ASA " 1 a 0", "");
    expect_refusal(&plan, ASACTL_FAILED, "no key");
}

static void names_are_compared_as_the_directory_does(void **state)
{
    asactl_node_plan_t plan = plan_of("exch2016asa$ 1 a 0", ASA " 2 b 0");

    (void)state;
    plan.account = "Exch2016Asa";
    expect(&plan, "exch2016asa$ 1 a, " ASA " 2 b", true);
    plan.account = "TAILSPIN\\EXCH2016ASA$";
    expect(&plan, "exch2016asa$ 1 a, " ASA " 2 b", true);
    plan.account = "EXCH2016";
    expect_refusal(&plan, ASACTL_REFUSED_TO_ACT, ASA);
}

static void removal_takes_the_account_with_its_aliases(void **state)
{
    asactl_node_plan_t plan =
        plan_of(ASA " 1 a 0,http/mail 1 a 0,CAS-1$ 4 n 0,OTHERSVC$ 1 o 0", "");
    asactl_outcome_t outcome;
    asa_keys_t out;
    bool changed;

    (void)state;
    assert_true(asactl_node_plan_remove(pool, &plan, &out, &changed, &outcome));
    assert_string_equal(text_of(&out), "CAS-1$ 4 n, OTHERSVC$ 1 o");
    assert_true(changed);
    asactl_node_plan_export(pool, &plan, &out);
    assert_string_equal(text_of(&out), ASA " 1 a");
    plan.held = keys("CAS-1$ 4 n 0");
    assert_true(asactl_node_plan_remove(pool, &plan, &out, &changed, &outcome));
    assert_false(changed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_key_comes_beside_the_present_one),
        cmocka_unit_test(older_keys_go_when_no_ticket_can_be_alive),
        cmocka_unit_test(a_key_that_was_staged_in_vain_goes_when_it_is_settled),
        cmocka_unit_test(what_is_named_as_unused_goes_and_nothing_else),
        cmocka_unit_test(what_is_taken_back_goes_though_no_key_arrives),
        cmocka_unit_test(keys_of_others_and_of_the_node_stay),
        cmocka_unit_test(aliases_follow_the_account),
        cmocka_unit_test(what_does_not_belong_here_is_refused),
        cmocka_unit_test(names_are_compared_as_the_directory_does),
        cmocka_unit_test(removal_takes_the_account_with_its_aliases),
    };
    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
