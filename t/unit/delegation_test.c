/* SPDX-License-Identifier: Apache-2.0
 *
 * Which way to a back end's ticket is tried, in which order, and which reason is left in the end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/delegation.h"

#define F ASA_DELEGATION_FORWARDED
#define E ASA_DELEGATION_EVIDENCE
#define I ASA_DELEGATION_IMPERSONATION

static const asa_delegation_case_t plain = {.evidence = true, .forwardable = true};
static const asa_delegation_case_t not_forwardable = {.evidence = true};
static const asa_delegation_case_t sensitive = {.evidence = true, .not_delegated = true};
static const asa_delegation_case_t forwarded = {
    .forwarded = true, .evidence = true, .forwardable = true};
static const asa_delegation_case_t forwarded_only = {.forwarded = true};
static const asa_delegation_case_t nothing;

static void client_decides_where_it_begins(void **state)
{
    (void)state;
    assert_int_equal(asa_delegation_first(&plain), E);
    assert_int_equal(asa_delegation_first(&not_forwardable), E);
    assert_int_equal(asa_delegation_first(&forwarded), F);
    assert_int_equal(asa_delegation_first(&nothing), I);
}

static void refused_way_gives_way_to_the_next(void **state)
{
    static const asa_kdc_answer_t answers[] = {ASA_KDC_REFUSED, ASA_KDC_OUTDATED, ASA_KDC_FAILED};

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        assert_int_equal(asa_delegation_next(&forwarded, F, answers[i]), E);
        assert_int_equal(asa_delegation_next(&forwarded_only, F, answers[i]), I);
        assert_int_equal(asa_delegation_next(&plain, E, answers[i]), I);
        assert_int_equal(asa_delegation_next(&plain, I, answers[i]), ASA_DELEGATION_NONE);
    }
}

static void what_no_other_way_would_mend_ends_it(void **state)
{
    static const asa_kdc_answer_t answers[] = {ASA_KDC_GRANTED, ASA_KDC_UNKNOWN_SERVICE,
                                               ASA_KDC_UNREACHABLE, ASA_KDC_NO_ACCOUNT};

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        for (asa_delegation_way_t way = F; way <= I; way++) {
            assert_int_equal(asa_delegation_next(&forwarded, way, answers[i]), ASA_DELEGATION_NONE);
        }
    }
}

/* The outcome of a whole run through the ways. */
static asa_kdc_answer_t run(const asa_delegation_case_t *given, const asa_kdc_answer_t *answers)
{
    asa_kdc_answer_t outcome = ASA_KDC_FAILED, answer;
    asa_delegation_way_t way = asa_delegation_first(given);

    do {
        answer = *answers++;
        outcome = asa_delegation_outcome(outcome, way, answer);
        way = asa_delegation_next(given, way, answer);
    } while (way != ASA_DELEGATION_NONE);
    return outcome;
}

static void reason_is_the_one_that_says_most(void **state)
{
    static const struct {
        const asa_delegation_case_t *given;
        asa_kdc_answer_t answers[3];
        asa_reason_t reason;
    } cases[] = {
        {&plain, {ASA_KDC_GRANTED}, ASA_REASON_NONE},
        {&plain, {ASA_KDC_REFUSED, ASA_KDC_GRANTED}, ASA_REASON_NONE},
        {&plain, {ASA_KDC_OUTDATED, ASA_KDC_GRANTED}, ASA_REASON_NONE},
        {&plain, {ASA_KDC_REFUSED, ASA_KDC_REFUSED}, ASA_REASON_DELEGATION_NOT_ALLOWED},
        {&plain, {ASA_KDC_REFUSED, ASA_KDC_FAILED}, ASA_REASON_DELEGATION_NOT_ALLOWED},
        {&plain, {ASA_KDC_REFUSED, ASA_KDC_UNREACHABLE}, ASA_REASON_KDC_UNREACHABLE},
        {&plain, {ASA_KDC_OUTDATED, ASA_KDC_REFUSED}, ASA_REASON_TICKET_OUTDATED},
        {&plain, {ASA_KDC_OUTDATED, ASA_KDC_FAILED}, ASA_REASON_TICKET_OUTDATED},
        {&plain, {ASA_KDC_FAILED, ASA_KDC_FAILED}, ASA_REASON_NO_BACK_END_TICKET},
        {&plain, {ASA_KDC_FAILED, ASA_KDC_REFUSED}, ASA_REASON_DELEGATION_NOT_ALLOWED},
        {&plain, {ASA_KDC_UNKNOWN_SERVICE}, ASA_REASON_BACK_END_UNKNOWN},
        {&plain, {ASA_KDC_UNREACHABLE}, ASA_REASON_KDC_UNREACHABLE},
        {&plain, {ASA_KDC_NO_ACCOUNT}, ASA_REASON_NO_BACK_END_TICKET},
        {&not_forwardable, {ASA_KDC_REFUSED, ASA_KDC_REFUSED}, ASA_REASON_TICKET_NOT_FORWARDABLE},
        {&not_forwardable, {ASA_KDC_REFUSED, ASA_KDC_GRANTED}, ASA_REASON_NONE},
        {&sensitive, {ASA_KDC_REFUSED, ASA_KDC_REFUSED}, ASA_REASON_USER_NOT_DELEGATED},
        {&forwarded, {ASA_KDC_REFUSED, ASA_KDC_GRANTED}, ASA_REASON_NONE},
        {&forwarded,
         {ASA_KDC_FAILED, ASA_KDC_REFUSED, ASA_KDC_REFUSED},
         ASA_REASON_DELEGATION_NOT_ALLOWED},
        {&nothing, {ASA_KDC_REFUSED}, ASA_REASON_DELEGATION_NOT_ALLOWED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(
            asa_delegation_reason(cases[i].given, run(cases[i].given, cases[i].answers)),
            cases[i].reason);
    }
}

/* 401 would make a client that is signed in sign in again, for ever. */
static void no_reason_is_401(void **state)
{
    (void)state;
    for (int reason = ASA_REASON_USER_NOT_DELEGATED; reason < ASA_REASON_COUNT; reason++) {
        int status = asa_reason_status((asa_reason_t)reason);
        assert_true(status == 403 || status == 502 || status == 503);
    }
}

static void ways_have_names(void **state)
{
    (void)state;
    assert_string_equal(asa_delegation_way_name(F), "forwarded");
    assert_string_equal(asa_delegation_way_name(E), "s4u2proxy");
    assert_string_equal(asa_delegation_way_name(I), "s4u2self");
    assert_string_equal(asa_delegation_way_name((asa_delegation_way_t)9), "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(client_decides_where_it_begins),
        cmocka_unit_test(refused_way_gives_way_to_the_next),
        cmocka_unit_test(what_no_other_way_would_mend_ends_it),
        cmocka_unit_test(reason_is_the_one_that_says_most),
        cmocka_unit_test(no_reason_is_401),
        cmocka_unit_test(ways_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
