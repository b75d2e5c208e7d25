/* SPDX-License-Identifier: Apache-2.0
 *
 * What it means that a key table gives no ticket, or that kpasswd refuses: exit code, sentence and
 * remedy.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/caller_error.h"

#include <string.h>

#include <apr_general.h>
#include <krb5.h>

#include "t/unit/pool.h"

static asactl_outcome_t explain(int32_t code)
{
    const asactl_caller_who_t who = {"roller@CORP.EXAMPLE", "/etc/roller.keytab"};
    asactl_outcome_t outcome = {0};

    assert_false(asactl_caller_error_explain(pool, &who, code, "its words", &outcome));
    assert_non_null(outcome.remedy);
    assert_non_null(strstr(outcome.sentence, "could not get a ticket for roller@CORP.EXAMPLE with "
                                             "/etc/roller.keytab: "));
    assert_non_null(strstr(outcome.sentence, " (its words)"));
    return outcome;
}

static void each_error_of_the_kdc_has_its_code(void **state)
{
    static const struct {
        int32_t error;
        asactl_exit_code_t code;
        const char *sentence;
    } cases[] = {
        {KRB5KDC_ERR_PREAUTH_FAILED, ASACTL_CREDENTIALS, "none of its keys"},
        {KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, ASACTL_CREDENTIALS, "no such account"},
        {KRB5KDC_ERR_CLIENT_REVOKED, ASACTL_CREDENTIALS, "disabled or locked"},
        {KRB5KDC_ERR_NAME_EXP, ASACTL_CREDENTIALS, "account has expired"},
        {KRB5KDC_ERR_KEY_EXP, ASACTL_CREDENTIALS, "password has expired"},
        {KRB5KRB_AP_ERR_SKEW, ASACTL_CREDENTIALS, "clock"},
        {KRB5_KDCREP_SKEW, ASACTL_CREDENTIALS, "clock"},
        {KRB5_KDC_UNREACH, ASACTL_UNREACHABLE, "no KDC of its realm answers"},
        {KRB5_REALM_UNKNOWN, ASACTL_CREDENTIALS, "no KDC is known"},
        {KRB5KDC_ERR_WRONG_REALM, ASACTL_CREDENTIALS, "another one"},
        {KRB5KRB_ERR_GENERIC, ASACTL_CREDENTIALS, "the KDC refuses it"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        asactl_outcome_t outcome = explain(cases[i].error);

        assert_int_equal(outcome.code, cases[i].code);
        assert_non_null(strstr(outcome.sentence, cases[i].sentence));
    }
}

static asactl_outcome_t refused(unsigned code, const char *text)
{
    asactl_outcome_t outcome = {0};

    assert_false(asactl_caller_error_refused(pool, "dc1", "CN=ASA,DC=corp", code, text, &outcome));
    assert_non_null(outcome.remedy);
    return outcome;
}

static void each_refusal_of_kpasswd_has_its_code(void **state)
{
    (void)state;
    assert_int_equal(refused(4, NULL).code, ASACTL_FAILED);
    assert_string_equal(refused(4, "too young").sentence,
                        "dc1 refuses the password: the domain's policy forbids it (kpasswd says 4, "
                        "too young)");
    assert_int_equal(refused(5, "").code, ASACTL_DENIED);
    assert_string_equal(refused(5, "").sentence,
                        "dc1 refuses the password: the permission \"Change Password\" on "
                        "CN=ASA,DC=corp is missing (kpasswd says 5)");
    assert_int_equal(refused(3, NULL).code, ASACTL_CREDENTIALS);
    assert_int_equal(refused(7, NULL).code, ASACTL_CREDENTIALS);
    assert_int_equal(refused(2, NULL).code, ASACTL_FAILED);
    assert_int_equal(refused(65535, NULL).code, ASACTL_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_error_of_the_kdc_has_its_code),
        cmocka_unit_test(each_refusal_of_kpasswd_has_its_code),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
