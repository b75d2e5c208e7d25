/* SPDX-License-Identifier: Apache-2.0
 *
 * What a refusal of the directory means: exit code, sentence and remedy.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/ldap_error.h"

#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <ldap.h>

#include "t/unit/pool.h"

static const asactl_ldap_act_t act = {.doing = "write the names of ASA$",
                                      .right = "Write servicePrincipalName",
                                      .object = "CN=ASA,DC=corp,DC=example",
                                      .writes = true};

static asactl_outcome_t explain(int result, const char *diagnostic)
{
    asactl_outcome_t outcome = {0};

    assert_false(
        asactl_ldap_error_explain(pool, result, "words", diagnostic, "dc1", &act, &outcome));
    assert_non_null(outcome.sentence);
    assert_int_not_equal(outcome.code, ASACTL_OK);
    return outcome;
}

static asactl_outcome_t bind_failure(int result, const char *diagnostic, bool tls)
{
    asactl_outcome_t outcome = {0};

    assert_false(
        asactl_ldap_error_explain_bind(pool, result, "words", diagnostic, "dc1", tls, &outcome));
    assert_non_null(outcome.sentence);
    assert_non_null(outcome.remedy);
    return outcome;
}

static void the_number_stands_at_the_beginning(void **state)
{
    (void)state;
    assert_int_equal(asactl_ldap_error_extended("0000202F: spn[http/x] would cause a conflict"),
                     0x202f);
    assert_int_equal(asactl_ldap_error_extended("0000052D: Constraint violation"), 0x52d);
    assert_int_equal(asactl_ldap_error_extended("000021c7: AtrErr"), 0x21c7);
    assert_int_equal(asactl_ldap_error_extended(NULL), 0);
    assert_int_equal(asactl_ldap_error_extended(""), 0);
    assert_int_equal(asactl_ldap_error_extended("0000202"), 0);
    assert_int_equal(asactl_ldap_error_extended("0000202F"), 0);
    assert_int_equal(asactl_ldap_error_extended("0000202FF: x"), 0);
    assert_int_equal(asactl_ldap_error_extended("error 0000202F: x"), 0);
}

static void each_refusal_has_its_code(void **state)
{
    static const struct {
        int result;
        const char *diagnostic;
        asactl_exit_code_t code;
        const char *part;
    } table[] = {
        {LDAP_CONSTRAINT_VIOLATION, "0000202F: spn", ASACTL_CONFLICT, "service principal name"},
        {LDAP_CONSTRAINT_VIOLATION, "000021C7: spn", ASACTL_CONFLICT, "forest"},
        {LDAP_CONSTRAINT_VIOLATION, "0000052D: pw", ASACTL_FAILED, "password policy"},
        {LDAP_CONSTRAINT_VIOLATION, NULL, ASACTL_FAILED, "words"},
        {LDAP_UNWILLING_TO_PERFORM, "00002035: x", ASACTL_FAILED, "not willing"},
        {LDAP_UNWILLING_TO_PERFORM, "0000216D: x", ASACTL_DENIED, "as many computer accounts"},
        {LDAP_ALREADY_EXISTS, "00000524: x", ASACTL_CONFLICT, "exists"},
        {LDAP_ALREADY_EXISTS, "", ASACTL_CONFLICT, "exists"},
        {LDAP_NO_SUCH_OBJECT, "", ASACTL_NOT_FOUND, "no such object"},
        {LDAP_INSUFFICIENT_ACCESS, "", ASACTL_DENIED,
         "\"Write servicePrincipalName\" on CN=ASA,DC=corp,DC=example"},
        {LDAP_CONSTRAINT_VIOLATION, "00000005: denied", ASACTL_DENIED, "permission"},
        {LDAP_REFERRAL, "0000202B: RefErr", ASACTL_FAILED, "refers to another one"},
        {LDAP_REFERRAL, NULL, ASACTL_FAILED, "refers to another one"},
        {LDAP_INVALID_DN_SYNTAX, "00002032: x", ASACTL_USAGE, "DN"},
        {LDAP_OTHER, "garbage \x1b[2J", ASACTL_FAILED, "says 80"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        asactl_outcome_t outcome = explain(table[i].result, table[i].diagnostic);

        assert_int_equal(outcome.code, table[i].code);
        assert_non_null(strstr(outcome.sentence, table[i].part));
        assert_non_null(strstr(outcome.sentence, act.doing));
    }
}

static void a_lost_answer_to_a_write_is_told_apart(void **state)
{
    static const asactl_ldap_act_t look = {.doing = "look"};
    asactl_outcome_t outcome = explain(LDAP_SERVER_DOWN, NULL);

    (void)state;
    assert_int_equal(outcome.code, ASACTL_UNREACHABLE);
    assert_non_null(strstr(outcome.remedy, "may have been done"));
    assert_int_equal(explain(LDAP_TIMEOUT, NULL).code, ASACTL_UNREACHABLE);
    assert_false(
        asactl_ldap_error_explain(pool, LDAP_SERVER_DOWN, "words", NULL, "dc1", &look, &outcome));
    assert_int_equal(outcome.code, ASACTL_UNREACHABLE);
    assert_null(strstr(outcome.remedy, "may have been done"));
}

static void a_broken_constraint_of_unique_values_is_a_conflict(void **state)
{
    static const asactl_ldap_act_t names = {.doing = "write", .unique = true};
    asactl_outcome_t outcome;

    (void)state;
    assert_false(asactl_ldap_error_explain(pool, LDAP_CONSTRAINT_VIOLATION, "words",
                                           "error in module samldb", "dc1", &names, &outcome));
    assert_int_equal(outcome.code, ASACTL_CONFLICT);
    assert_int_equal(explain(LDAP_CONSTRAINT_VIOLATION, "error in module samldb").code,
                     ASACTL_FAILED);
}

static void a_missing_right_is_told_without_details_too(void **state)
{
    static const asactl_ldap_act_t look = {.doing = "look"};
    asactl_outcome_t outcome;

    (void)state;
    assert_false(asactl_ldap_error_explain(pool, LDAP_INSUFFICIENT_ACCESS, "words", NULL, "dc1",
                                           &look, &outcome));
    assert_int_equal(outcome.code, ASACTL_DENIED);
}

static const char *gss(const char *minor)
{
    return apr_pstrcat(pool,
                       "SASL(-1): generic failure: GSSAPI Error: Unspecified GSS failure.  Minor "
                       "code may provide more information (",
                       minor, ")", NULL);
}

static void kerberos_failures_are_credentials(void **state)
{
    static const struct {
        const char *minor;
        asactl_exit_code_t code;
        const char *part;
    } table[] = {
        {"No Kerberos credentials available (default cache: FILE:/x)", ASACTL_CREDENTIALS,
         "no Kerberos ticket"},
        {"Ticket expired", ASACTL_CREDENTIALS, "ticket has expired"},
        {"Password has expired", ASACTL_CREDENTIALS, "password of the ticket's account"},
        {"Client's entry in database has expired", ASACTL_CREDENTIALS, "account of the ticket has"},
        {"Client's credentials have been revoked", ASACTL_CREDENTIALS, "disabled or locked"},
        {"KDC policy rejects request", ASACTL_CREDENTIALS, "it may be disabled"},
        {"Clock skew too great", ASACTL_CREDENTIALS, "clock"},
        {"Server not found in Kerberos database", ASACTL_CREDENTIALS, "realm"},
        {"Cannot find KDC for realm \"NO.WHERE\"", ASACTL_CREDENTIALS, "no KDC is known"},
        {"Cannot contact any KDC for realm 'CORP'", ASACTL_UNREACHABLE, "no KDC"},
        {"something new", ASACTL_CREDENTIALS, "something new"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        asactl_outcome_t outcome = bind_failure(LDAP_LOCAL_ERROR, gss(table[i].minor), false);

        assert_int_equal(outcome.code, table[i].code);
        assert_non_null(strstr(outcome.sentence, table[i].part));
        assert_non_null(strstr(outcome.sentence, table[i].minor));
        assert_null(strstr(outcome.sentence, "Minor code"));
    }
}

static void certificates_and_silence_are_told_apart(void **state)
{
    asactl_outcome_t bad = bind_failure(LDAP_SERVER_DOWN, "(unknown error code)", true);

    (void)state;
    assert_int_equal(bad.code, ASACTL_FAILED);
    assert_non_null(strstr(bad.sentence, "certificate"));
    assert_int_equal(bind_failure(LDAP_CONNECT_ERROR, "(unknown error code)", true).code,
                     ASACTL_FAILED);
    assert_int_equal(bind_failure(LDAP_SERVER_DOWN, NULL, true).code, ASACTL_UNREACHABLE);
    assert_int_equal(bind_failure(LDAP_SERVER_DOWN, NULL, false).code, ASACTL_UNREACHABLE);
    assert_int_equal(bind_failure(LDAP_TIMEOUT, "", false).code, ASACTL_UNREACHABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_number_stands_at_the_beginning),
        cmocka_unit_test(each_refusal_has_its_code),
        cmocka_unit_test(a_lost_answer_to_a_write_is_told_apart),
        cmocka_unit_test(a_broken_constraint_of_unique_values_is_a_conflict),
        cmocka_unit_test(a_missing_right_is_told_without_details_too),
        cmocka_unit_test(kerberos_failures_are_credentials),
        cmocka_unit_test(certificates_and_silence_are_told_apart),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
