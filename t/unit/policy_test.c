/* SPDX-License-Identifier: Apache-2.0
 *
 * A proof passes in a place exactly when its server name, its TLS and its bindings are what the
 * place asks for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/policy.h"

#define MAIL "http/mail.corp.tailspintoys.com"
#define AUTO "http/autodiscover.corp.tailspintoys.com"

static const char *const mail_only[] = {MAIL};

static asa_policy_t policy_of(asa_bindings_t bindings, bool require_tls)
{
    return (asa_policy_t){
        .spns = {.names = mail_only, .count = 1}, .bindings = bindings, .require_tls = require_tls};
}

/* Every combination, judged by the rules as a reader of the documentation would state them. */
static void every_combination_has_the_expected_verdict(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 16; bits++) {
        bool require_tls = bits & 1, tls = bits & 2, bound = bits & 4, right_name = bits & 8;
        for (int bindings = ASA_BINDINGS_OFF; bindings <= ASA_BINDINGS_REQUIRE; bindings++) {
            asa_policy_t policy = policy_of((asa_bindings_t)bindings, require_tls);
            asa_proof_t proof = {.spn = right_name ? MAIL : AUTO, .bound = bound, .tls = tls};
            asa_reason_t expected = ASA_REASON_NONE;
            if (bindings == ASA_BINDINGS_REQUIRE && !bound) {
                expected = ASA_REASON_NOT_BOUND;
            }
            if (!right_name) {
                expected = ASA_REASON_WRONG_PRINCIPAL;
            }
            if (require_tls && !tls) {
                expected = ASA_REASON_TLS_REQUIRED;
            }
            assert_int_equal(asa_policy_judge_proof(&policy, &proof), expected);
        }
    }
}

static void channel_is_judged_before_any_token(void **state)
{
    asa_policy_t relaxed = policy_of(ASA_BINDINGS_ACCEPT, false);
    asa_policy_t strict = policy_of(ASA_BINDINGS_ACCEPT, true);

    (void)state;
    assert_int_equal(asa_policy_judge_channel(&relaxed, false), ASA_REASON_NONE);
    assert_int_equal(asa_policy_judge_channel(&relaxed, true), ASA_REASON_NONE);
    assert_int_equal(asa_policy_judge_channel(&strict, true), ASA_REASON_NONE);
    assert_int_equal(asa_policy_judge_channel(&strict, false), ASA_REASON_TLS_REQUIRED);
}

static void nothing_is_accepted_unless_it_is_named(void **state)
{
    asa_policy_t empty = {0};
    asa_policy_t any = {.spns = {.any = true}};
    asa_policy_t mail = policy_of(ASA_BINDINGS_OFF, false);
    asa_proof_t proof = {.spn = MAIL}, nameless = {.spn = NULL};

    (void)state;
    assert_int_equal(asa_policy_judge_proof(&empty, &proof), ASA_REASON_WRONG_PRINCIPAL);
    assert_int_equal(asa_policy_judge_proof(&mail, &nameless), ASA_REASON_WRONG_PRINCIPAL);
    assert_int_equal(asa_policy_judge_proof(&any, &proof), ASA_REASON_NONE);
    assert_int_equal(asa_policy_judge_proof(&any, &nameless), ASA_REASON_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_combination_has_the_expected_verdict),
        cmocka_unit_test(channel_is_judged_before_any_token),
        cmocka_unit_test(nothing_is_accepted_unless_it_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
