/* SPDX-License-Identifier: Apache-2.0
 *
 * What a summary of IIS's log infers from the legs of NTLM, also past its caps.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/log_summary.h"

#include <stdio.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "asactl/win32_status.h"
#include "t/unit/pool.h"

#define TEXT(string) ((asactl_log_text_t){.at = string, .len = strlen(string)})
#define AT(minute)   (apr_time_from_sec(1700000000) + apr_time_from_sec(60 * (minute)))

static asactl_log_record_t iis(const char *user, int status, int substatus, int64_t win32_status,
                               apr_time_t time)
{
    return (asactl_log_record_t){.kind = ASACTL_LOG_IIS,
                                 .generation = "IIS",
                                 .time = time,
                                 .protocol = TEXT("Mapi"),
                                 .user = TEXT(user),
                                 .client = TEXT("192.0.2.9"),
                                 .agent = TEXT("Microsoft+Office"),
                                 .authenticated = user[0] != '\0',
                                 .status = status,
                                 .substatus = substatus,
                                 .win32_status = win32_status};
}

/* A sign-in by Kerberos, at the same client. */
static asactl_log_record_t kerberos(const char *user, apr_time_t time)
{
    asactl_log_record_t record = iis(user, 200, -1, -1, time);

    record.kind = ASACTL_LOG_HTTPPROXY;
    record.authentication_type = TEXT("Kerberos");
    return record;
}

/* A filter may leave the leg out, two connections may go through their legs at once, and a status
 * is all of its bytes. */
static void legs_of_iis_are_not_lost(void **state)
{
    asactl_log_record_t leg = iis("", 401, 1, ASACTL_WIN32_NO_CREDENTIALS, AT(1));
    asactl_log_record_t done = iis("T\\w", 200, 0, 0, AT(1));
    asactl_log_summary_t *summary = asactl_log_summary_make(pool, true);
    apr_array_header_t *statuses;

    asactl_log_summary_leave_out(summary, &leg);
    assert_int_equal(asactl_log_summary_add(summary, &done), ASACTL_LOG_NTLM);
    assert_int_equal(asactl_log_summary_sources(summary)->left_out, 1);
    (void)asactl_log_summary_add(summary, &leg);
    (void)asactl_log_summary_add(summary, &leg);
    assert_int_equal(asactl_log_summary_add(summary, &done), ASACTL_LOG_NTLM);
    assert_int_equal(asactl_log_summary_add(summary, &done), ASACTL_LOG_NTLM);
    assert_int_equal(asactl_log_summary_add(summary, &done), ASACTL_LOG_NEGOTIATE);
    /* A leg that came later is another's. */
    leg.time = AT(1) + 1;
    (void)asactl_log_summary_add(summary, &leg);
    assert_int_equal(asactl_log_summary_add(summary, &done), ASACTL_LOG_NEGOTIATE);
    leg.time = AT(1);
    leg.win32_status = 0x80090345;
    (void)asactl_log_summary_add(summary, &leg);
    leg.win32_status = 0x80090365;
    (void)asactl_log_summary_add(summary, &leg);
    statuses = asactl_log_summary_statuses(summary, pool);
    assert_int_equal(statuses->nelts, 3);
}

/* Past the caps nobody hides behind others that are on Kerberos. */
static void others_are_not_back_on_kerberos(void **state)
{
    asactl_log_summary_t *summary = asactl_log_summary_make(pool, true);
    asactl_log_record_t record = iis("", 401, 1, ASACTL_WIN32_NO_CREDENTIALS, AT(1));
    asactl_log_record_t leg = record, done = iis("T\\late", 200, 0, 0, AT(2));
    asactl_log_record_t back = kerberos("T\\last", AT(3));

    for (unsigned i = 0; i < 100000; i++) {
        const char *user = apr_psprintf(pool, "T\\%u", i);

        record.agent = record.client = TEXT(user);
        (void)asactl_log_summary_add(summary, &record);
        record.user = TEXT(user);
        record.authenticated = true;
        record.status = 200;
        record.substatus = 0;
        record.win32_status = 0;
        (void)asactl_log_summary_add(summary, &record);
        record = leg;
    }
    leg.time = AT(2);
    (void)asactl_log_summary_add(summary, &leg);
    assert_int_equal(asactl_log_summary_add(summary, &done), ASACTL_LOG_NTLM);
    assert_int_equal(asactl_log_summary_not_on_kerberos(summary, pool)->nelts, 100001);
    (void)asactl_log_summary_add(summary, &back);
    assert_int_equal(asactl_log_summary_not_on_kerberos(summary, pool)->nelts, 100001);
}

/* The same where users and clients are few, but who signs in where is past its cap. */
static void nor_is_who_comes_late(void **state)
{
    asactl_log_summary_t *summary = asactl_log_summary_make(pool, false);
    asactl_log_record_t record = kerberos("", AT(1));
    asactl_log_record_t back;

    (void)state;
    record.authentication_type = TEXT("NTLM");
    record.authenticated = true;
    for (unsigned client = 0; client < 201; client++) {
        const char *address = apr_psprintf(pool, "10.0.0.%u", client);

        record.client = TEXT(address);
        for (unsigned i = 0; i < 1000; i++) {
            char user[16];

            snprintf(user, sizeof user, "T\\%u", i);
            record.user = TEXT(user);
            (void)asactl_log_summary_add(summary, &record);
        }
    }
    assert_int_equal(asactl_log_summary_not_on_kerberos(summary, pool)->nelts, 200001);
    back = kerberos("T\\999", AT(3));
    back.client = TEXT("10.0.0.200");
    (void)asactl_log_summary_add(summary, &back);
    assert_int_equal(asactl_log_summary_not_on_kerberos(summary, pool)->nelts, 200001);
}

/* Past the cap of users or of clients alone: one of them by NTLM, then another by Kerberos. */
static void nor_are_others_of_one_kind(void **state)
{
    (void)state;
    for (int by_client = 0; by_client < 2; by_client++) {
        asactl_log_summary_t *summary = asactl_log_summary_make(pool, false);

        for (unsigned i = 0; i < 100002; i++) {
            const char *name = apr_psprintf(pool, "T\\%u", i);
            asactl_log_record_t record = kerberos(by_client ? "T\\w" : name, AT(i));

            if (by_client) {
                record.client = TEXT(name);
            }
            if (i == 100000) {
                record.authentication_type = TEXT("NTLM");
            }
            (void)asactl_log_summary_add(summary, &record);
        }
        assert_int_equal(asactl_log_summary_not_on_kerberos(summary, pool)->nelts, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(legs_of_iis_are_not_lost, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(others_are_not_back_on_kerberos, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(nor_is_who_comes_late, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(nor_are_others_of_one_kind, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
