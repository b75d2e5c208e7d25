/* SPDX-License-Identifier: Apache-2.0
 *
 * The units and the cron line of an unattended roll, and what is wrong with its last run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/schedule_plan.h"

#include <string.h>

#include <apr_general.h>

#include "t/unit/pool.h"

static asactl_schedule_t usual(void)
{
    static const char *const words[] = {
        "/usr/local/sbin/asactl",      "roll", "--account", "ASA$", "--conf",
        "/etc/it's 100% \"mine\".conf"};
    apr_array_header_t *command = apr_array_make(pool, 8, sizeof(const char *));

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        APR_ARRAY_PUSH(command, const char *) = words[i];
    }
    return (asactl_schedule_t){.account = "ASA$",
                               .command = command,
                               .log = "/var/log/asactl/x.log",
                               .days = 21,
                               .hour = 3,
                               .minute = 7};
}

static void has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("%s\nlacks %s", text, part);
    }
}

static void names_are_plain(void **state)
{
    (void)state;
    assert_string_equal(asactl_schedule_plan_name(pool, "EXCH2016ASA$"), "asactl-roll-exch2016asa");
    assert_string_equal(asactl_schedule_plan_name(pool, "a.b/c"), "asactl-roll-a_2eb_2fc");
    assert_string_equal(asactl_schedule_plan_name(pool, "$"), "asactl-roll-_24");
}

static void systemd_reads_the_words_as_they_are(void **state)
{
    asactl_schedule_t schedule = usual();
    const char *service = asactl_schedule_plan_service(pool, &schedule);
    const char *timer = asactl_schedule_plan_timer(pool, &schedule);

    (void)state;
    has(service, "\nExecStart=\"/usr/local/sbin/asactl\" \"roll\" \"--account\" \"ASA$$\" "
                 "\"--conf\" \"/etc/it's 100%% \\\"mine\\\".conf\"\n");
    has(service, "\nType=oneshot\n");
    has(service, "\nStandardOutput=append:/var/log/asactl/x.log\n");
    has(timer, "\nOnCalendar=*-*-* 03:07:00\n");
    has(timer, "\nPersistent=true\n");
    assert_true(asactl_schedule_plan_is_ours(service));
    assert_true(asactl_schedule_plan_is_ours(timer));
    assert_false(asactl_schedule_plan_is_ours("[Unit]\n"));
}

static void cron_reads_the_words_as_they_are(void **state)
{
    asactl_schedule_t schedule = usual();
    const char *cron = asactl_schedule_plan_cron(pool, &schedule);

    (void)state;
    has(cron, "\n7 3 * * * root '/usr/local/sbin/asactl' 'roll' '--account' 'ASA$' '--conf' "
              "'/etc/it'\\''s 100\\% \"mine\".conf' >>'/var/log/asactl/x.log' 2>&1\n");
    assert_true(asactl_schedule_plan_is_ours(cron));
}

static void times_are_whole(void **state)
{
    static const char *const bad_days[] = {
        "", "0", "-1", " 1", "21d", "3651", "99999999999999999999"};
    static const char *const bad_times[] = {"",      "3:17",   "24:00", "03:60", "03-17",
                                            "0a:17", "03:17 ", "::::0", "0::00"};
    asactl_outcome_t outcome;
    asactl_schedule_t out;

    (void)state;
    assert_true(asactl_schedule_plan_times(pool, "3650", "23:59", &out, &outcome));
    assert_int_equal(out.days, 3650);
    assert_int_equal(out.hour, 23);
    assert_int_equal(out.minute, 59);
    for (size_t i = 0; i < sizeof bad_days / sizeof bad_days[0]; i++) {
        assert_false(asactl_schedule_plan_times(pool, bad_days[i], "03:17", &out, &outcome));
        assert_int_equal(outcome.code, ASACTL_USAGE);
    }
    for (size_t i = 0; i < sizeof bad_times / sizeof bad_times[0]; i++) {
        assert_false(asactl_schedule_plan_times(pool, "21", bad_times[i], &out, &outcome));
        assert_int_equal(outcome.code, ASACTL_USAGE);
    }
}

static void words_are_one_line(void **state)
{
    asactl_schedule_t schedule = usual();
    apr_array_header_t *command = apr_array_copy(pool, schedule.command);
    asactl_outcome_t outcome;

    (void)state;
    assert_true(asactl_schedule_plan_check(pool, command, &outcome));
    APR_ARRAY_PUSH(command, const char *) = "node\n* * * * * root true";
    assert_false(asactl_schedule_plan_check(pool, command, &outcome));
    assert_int_equal(outcome.code, ASACTL_USAGE);
}

static void silence_is_a_finding(void **state)
{
    const apr_time_t now = apr_time_from_sec(2000000000), day = apr_time_from_sec(86400);
    asactl_roll_result_t last = {.time = now - day, .code = ASACTL_OK};

    (void)state;
    assert_null(asactl_schedule_plan_finding(pool, now - 30 * day, &last, now));
    last.time = now - 4 * day;
    assert_null(asactl_schedule_plan_finding(pool, now - day, &last, now)); /* of one before */
    has(asactl_schedule_plan_finding(pool, now - 30 * day, &last, now), "not run for three days");
    last = (asactl_roll_result_t){.time = now, .code = ASACTL_UNREACHABLE, .sentence = "cas-1 is"};
    has(asactl_schedule_plan_finding(pool, now, &last, now), "the last run failed: cas-1 is");
    assert_null(asactl_schedule_plan_finding(pool, now - day, NULL, now));
    has(asactl_schedule_plan_finding(pool, now - 4 * day, NULL, now), "never run");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_plain),
        cmocka_unit_test(systemd_reads_the_words_as_they_are),
        cmocka_unit_test(cron_reads_the_words_as_they_are),
        cmocka_unit_test(times_are_whole),
        cmocka_unit_test(words_are_one_line),
        cmocka_unit_test(silence_is_a_finding),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
