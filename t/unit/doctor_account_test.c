/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of doctor that concern the account, the domain controllers and the schedule: each level.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/doctor_checks.h"

#include "t/unit/doctor_case.h"

static void a_domain_in_order_is_ok(void **state)
{
    (void)state;
    facts.schedule = (asactl_doctor_schedule_t){.file = "/x.timer", .made = facts.now, .days = 21};
    for (const asactl_doctor_check_t *row = asactl_doctor_checks; row->name != NULL; row++) {
        if ((asactl_doctor_checks_needs(row->needs) & ASACTL_DOCTOR_NODES) == 0) {
            assert_string_equal(said(row->name), "ok");
        }
    }
}

static void without_a_directory_the_rest_cannot_be_checked(void **state)
{
    (void)state;
    facts.directory_unseen = "there is no ticket";
    assert_string_equal(said("directory"), "FAIL dc1.corp.example");
    assert_string_equal(said("account"), "?");
    assert_string_equal(said("replication"), "?");
    assert_string_equal(said("schedule"), "warn");
}

static void without_an_account_the_rest_cannot_be_checked(void **state)
{
    (void)state;
    facts.found = false;
    assert_string_equal(said("account"), "FAIL ASA$");
    assert_string_equal(said("account-enabled"), "?");
    assert_string_equal(said("clock-here"), "ok");
}

static void a_controller_that_is_silent_is_named(void **state)
{
    (void)state;
    controller(1)->unseen = "dc2 does not answer";
    assert_string_equal(said("controllers"), "FAIL dc2.corp.example");
    assert_string_equal(said("replication"), "? dc2.corp.example");
    controller(1)->unseen = NULL;
    controller(1)->no_ticket = "the KDC of dc2 does not answer";
    controller(1)->refusal = ASACTL_UNREACHABLE;
    assert_string_equal(said("controllers"), "FAIL dc2.corp.example");
    assert_string_equal(said("aes-keys"), "? dc2.corp.example");
}

static void an_account_that_ends_is_seen(void **state)
{
    (void)state;
    facts.account.disabled = true;
    assert_string_equal(said("account-enabled"), "FAIL ASA$");
    facts.account.expires = facts.now - 1;
    assert_string_equal(said("account-expiry"), "FAIL ASA$");
    facts.account.expires = facts.now + 29 * DAY;
    assert_string_equal(said("account-expiry"), "warn ASA$");
    facts.account.expires = facts.now + 31 * DAY;
    assert_string_equal(said("account-expiry"), "ok");
}

static void a_password_that_ends_is_seen(void **state)
{
    (void)state;
    facts.account.password_expires = facts.now + 13 * DAY;
    assert_string_equal(said("password-expiry"), "warn ASA$");
    facts.account.password_expires = facts.now + 15 * DAY;
    assert_string_equal(said("password-expiry"), "ok");
    facts.account.password_expires = facts.now - 1;
    assert_string_equal(said("password-expiry"), "FAIL ASA$");
    facts.account.password_expires = 0;
    facts.account.password_expired = true;
    assert_string_equal(said("password-expiry"), "FAIL ASA$");
}

static void an_old_password_is_seen(void **state)
{
    (void)state;
    facts.account.password_set = facts.now - 60 * DAY;
    assert_string_equal(said("password-age"), "ok");
    facts.account.password_set = facts.now - 61 * DAY;
    assert_string_equal(said("password-age"), "warn ASA$");
    facts.account.password_set = facts.now - 24 * DAY;
    facts.schedule = (asactl_doctor_schedule_t){.file = "/x.timer", .days = 21};
    assert_string_equal(said("password-age"), "ok");
    facts.account.password_set = facts.now - 25 * DAY;
    assert_string_equal(said("password-age"), "warn ASA$");
    facts.account.password_set = 0;
    assert_string_equal(said("password-age"), "FAIL ASA$");
}

static void encryption_types_are_judged(void **state)
{
    static const struct {
        uint32_t types;
        int32_t etype;
        const char *said, *keys;
    } rows[] = {{24, 18, "ok", "ok"},        {16, 18, "ok", "ok"},
                {28, 18, "warn ASA$", "ok"}, {28, 23, "warn ASA$", "FAIL dc1.corp.example"},
                {4, 23, "FAIL ASA$", "ok"},  {0, 23, "FAIL ASA$", "ok"},
                {0, 18, "warn ASA$", "ok"},  {24, 17, "ok", "ok"},
                {24, 20, "ok", "ok"},        {24, 23, "ok", "FAIL dc1.corp.example"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        facts.account.enctypes = rows[i].types;
        controller(0)->ticket.etype = rows[i].etype;
        assert_string_equal(said("encryption-types"), rows[i].said);
        assert_string_equal(said("aes-keys"), rows[i].keys);
    }
}

static void a_kdc_without_aes_keys_says_so(void **state)
{
    (void)state;
    controller(1)->refusal = ASACTL_CREDENTIALS;
    controller(1)->no_ticket = "dc2 gives no ticket: KDC has no support for encryption type";
    assert_string_equal(said("aes-keys"), "FAIL dc2.corp.example");
    controller(1)->no_ticket = "dc2 gives no ticket: Server not found in Kerberos database";
    assert_string_equal(said("aes-keys"), "? dc2.corp.example");
    facts.account.disabled = true;
    assert_string_equal(said("aes-keys"), "ok"); /* that it is disabled is said elsewhere */
    controller(0)->no_ticket = controller(1)->no_ticket;
    assert_string_equal(said("aes-keys"), "?");
}

static void differences_of_controllers_are_seen(void **state)
{
    asactl_account_t *there = &controller(1)->account;
    asactl_account_t good = *there;
    apr_array_header_t *more = apr_array_copy(pool, good.spns);

    (void)state;
    there->kvno = 8;
    assert_string_equal(said("replication"), "FAIL dc2.corp.example");
    *there = good;
    there->password_set++;
    assert_string_equal(said("replication"), "FAIL dc2.corp.example");
    *there = good;
    there->enctypes = 28;
    assert_string_equal(said("replication"), "FAIL dc2.corp.example");
    *there = good;
    there->control = 4098;
    assert_string_equal(said("replication"), "FAIL dc2.corp.example");
    *there = good;
    there->expires = 1;
    assert_string_equal(said("replication"), "FAIL dc2.corp.example");
    *there = good;
    APR_ARRAY_PUSH(more, const char *) = "http/new.corp.example";
    there->spns = more;
    assert_string_equal(said("replication"), "FAIL dc2.corp.example");
    *there = good;
    there->spns = apr_array_make(pool, 1, sizeof(const char *));
    assert_string_equal(said("replication"), "FAIL dc2.corp.example");
    *there = good;
    controller(1)->found = false;
    assert_string_equal(said("replication"), "FAIL dc2.corp.example");
}

static void clocks_are_judged_by_the_first_controller(void **state)
{
    (void)state;
    controller(0)->ahead = controller(1)->ahead = apr_time_from_sec(61);
    assert_string_equal(said("clock-here"), "warn this machine");
    assert_string_equal(said("clock-controllers"), "ok");
    controller(0)->ahead = controller(1)->ahead = -apr_time_from_sec(241);
    assert_string_equal(said("clock-here"), "FAIL this machine");
    controller(0)->ahead = 0;
    controller(1)->ahead = -apr_time_from_sec(61);
    assert_string_equal(said("clock-here"), "ok");
    assert_string_equal(said("clock-controllers"), "warn dc2.corp.example");
    controller(1)->ahead = apr_time_from_sec(241);
    assert_string_equal(said("clock-controllers"), "FAIL dc2.corp.example");
    controller(1)->ahead = apr_time_from_sec(60);
    assert_string_equal(said("clock-controllers"), "ok");
}

static void the_schedule_is_judged(void **state)
{
    asactl_roll_result_t last = {.time = facts.now, .code = ASACTL_OK};

    (void)state;
    assert_string_equal(said("schedule"), "warn");
    assert_string_equal(said("schedule-result"), "ok");
    facts.schedule = (asactl_doctor_schedule_t){
        .file = "/x.timer", .made = facts.now - 30 * DAY, .days = 21, .last = &last};
    assert_string_equal(said("schedule"), "ok");
    assert_string_equal(said("schedule-result"), "ok");
    last.time = facts.now - 4 * DAY;
    assert_string_equal(said("schedule-result"), "FAIL /x.timer");
    last = (asactl_roll_result_t){.time = facts.now, .code = ASACTL_DENIED, .sentence = "no right"};
    assert_string_equal(said("schedule-result"), "FAIL /x.timer");
    facts.schedule.half = true;
    assert_string_equal(said("schedule"), "FAIL /x.timer");
    facts.schedule.unseen = "it cannot be read";
    assert_string_equal(said("schedule"), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_domain_in_order_is_ok, open_case, close_pool),
        cmocka_unit_test_setup_teardown(without_a_directory_the_rest_cannot_be_checked, open_case,
                                        close_pool),
        cmocka_unit_test_setup_teardown(without_an_account_the_rest_cannot_be_checked, open_case,
                                        close_pool),
        cmocka_unit_test_setup_teardown(a_controller_that_is_silent_is_named, open_case,
                                        close_pool),
        cmocka_unit_test_setup_teardown(an_account_that_ends_is_seen, open_case, close_pool),
        cmocka_unit_test_setup_teardown(a_password_that_ends_is_seen, open_case, close_pool),
        cmocka_unit_test_setup_teardown(an_old_password_is_seen, open_case, close_pool),
        cmocka_unit_test_setup_teardown(encryption_types_are_judged, open_case, close_pool),
        cmocka_unit_test_setup_teardown(a_kdc_without_aes_keys_says_so, open_case, close_pool),
        cmocka_unit_test_setup_teardown(differences_of_controllers_are_seen, open_case, close_pool),
        cmocka_unit_test_setup_teardown(clocks_are_judged_by_the_first_controller, open_case,
                                        close_pool),
        cmocka_unit_test_setup_teardown(the_schedule_is_judged, open_case, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
