/* SPDX-License-Identifier: Apache-2.0
 *
 * What accounts may be called, and what is wrong with one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/account_plan.h"

#include <string.h>

#include <apr_general.h>

#include "t/unit/pool.h"

#define SECOND INT64_C(1000000)
#define NOW    (INT64_C(1795667473) * SECOND)
#define DAYS   (86400 * SECOND)

static const char *const spn = "http/mail";

static asactl_account_t sound(void)
{
    apr_array_header_t *spns = apr_array_make(pool, 1, sizeof(const char *));

    APR_ARRAY_PUSH(spns, const char *) = spn;
    return (asactl_account_t){.sam = "ASA$",
                              .computer = true,
                              .kvno = 2,
                              .enctypes = 24,
                              .password_set = NOW - 21 * DAYS,
                              .spns = spns};
}

/* The only finding's sentence. */
static const char *finding(const asactl_account_t *account)
{
    const apr_array_header_t *findings = asactl_account_plan_findings(pool, account, NOW);

    assert_int_equal(findings->nelts, 1);
    assert_non_null(APR_ARRAY_IDX(findings, 0, asactl_finding_t).remedy);
    return APR_ARRAY_IDX(findings, 0, asactl_finding_t).sentence;
}

static void a_sound_account_has_no_finding(void **state)
{
    asactl_account_t account = sound();

    (void)state;
    assert_int_equal(asactl_account_plan_findings(pool, &account, NOW)->nelts, 0);
}

static void each_fault_is_found(void **state)
{
    asactl_account_t account = sound();

    (void)state;
    account.disabled = true;
    assert_non_null(strstr(finding(&account), "disabled"));
    account = sound();
    account.password_expired = true;
    assert_non_null(strstr(finding(&account), "expired"));
    account = sound();
    account.password_set = 0;
    assert_non_null(strstr(finding(&account), "never set"));
    account.password_set = INT64_C(1200000000) * SECOND;
    assert_non_null(strstr(finding(&account), "no AES keys"));
    account.password_set = NOW - 180 * DAYS;
    assert_non_null(strstr(finding(&account), "180 days old"));
    account.password_set = NOW - 179 * DAYS;
    assert_int_equal(asactl_account_plan_findings(pool, &account, NOW)->nelts, 0);
    account = sound();
    account.enctypes = 0;
    assert_non_null(strstr(finding(&account), "not set"));
    account.enctypes = 4;
    assert_non_null(strstr(finding(&account), "leave out AES"));
    account.enctypes = 28;
    assert_non_null(strstr(finding(&account), "RC4"));
    account.enctypes = 16;
    assert_int_equal(asactl_account_plan_findings(pool, &account, NOW)->nelts, 0);
    account.spns = NULL;
    assert_non_null(strstr(finding(&account), "no service principal name"));
}

static void computers_end_in_a_dollar(void **state)
{
    asactl_outcome_t outcome = {0};
    const char *sam = NULL;

    (void)state;
    assert_true(asactl_account_plan_name(pool, "EXCH2016ASA", false, &sam, &outcome));
    assert_string_equal(sam, "EXCH2016ASA$");
    assert_true(asactl_account_plan_name(pool, "EXCH2016ASA$", false, &sam, &outcome));
    assert_string_equal(sam, "EXCH2016ASA$");
    assert_true(asactl_account_plan_name(pool, "EXCH2016ASA", true, &sam, &outcome));
    assert_string_equal(sam, "EXCH2016ASA");
    assert_true(asactl_account_plan_name(pool, "fifteen-letters", false, &sam, &outcome));
    assert_true(asactl_account_plan_name(pool, "twenty-letters-are-o", true, &sam, &outcome));
}

static void names_that_are_none_are_refused(void **state)
{
    static const struct {
        const char *name;
        bool user;
    } bad[] = {{"", false},
               {"$", false},
               {"", true},
               {"a$", true},
               {"a b", false},
               {"a,b", false},
               {"DOM\\a", false},
               {"a@b", false},
               {"a\n", false},
               {"a/b", true},
               {"a*", true},
               {"a\x7f", true},
               {"sixteen-letters!", false},
               {"twenty-one-letters-no", true}};
    const char *sam;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        asactl_outcome_t outcome = {0};

        assert_false(asactl_account_plan_name(pool, bad[i].name, bad[i].user, &sam, &outcome));
        assert_int_equal(outcome.code, ASACTL_USAGE);
    }
}

static void enctypes_are_24_or_28(void **state)
{
    static const char *const bad[] = {"", "4", "31", "24 ", "0x18", "x"};
    asactl_outcome_t outcome = {0};
    uint32_t enctypes = 0;

    (void)state;
    assert_true(asactl_account_plan_enctypes(pool, NULL, &enctypes, &outcome));
    assert_int_equal(enctypes, 24);
    assert_true(asactl_account_plan_enctypes(pool, "24", &enctypes, &outcome));
    assert_int_equal(enctypes, 24);
    assert_true(asactl_account_plan_enctypes(pool, "28", &enctypes, &outcome));
    assert_int_equal(enctypes, 28);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(asactl_account_plan_enctypes(pool, bad[i], &enctypes, &outcome));
        assert_int_equal(outcome.code, ASACTL_USAGE);
    }
    assert_string_equal(asactl_account_plan_enctype_names(pool, 24), "AES256, AES128");
    assert_string_equal(asactl_account_plan_enctype_names(pool, 28), "AES256, AES128, RC4");
    assert_string_equal(asactl_account_plan_enctype_names(pool, 0), "not set");
    assert_string_equal(asactl_account_plan_enctype_names(pool, 0x40), "none that is known");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_account_has_no_finding),
        cmocka_unit_test(each_fault_is_found),
        cmocka_unit_test(computers_end_in_a_dollar),
        cmocka_unit_test(names_that_are_none_are_refused),
        cmocka_unit_test(enctypes_are_24_or_28),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
