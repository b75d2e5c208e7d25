/* SPDX-License-Identifier: Apache-2.0
 *
 * Exchange's own monitoring stands apart from people, by its user and nothing else; and what could
 * not be read stands in the verdict.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/log_summary.h"

#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "asactl/log_filter.h"
#include "t/unit/pool.h"

#define TEXT(string) ((asactl_log_text_t){.at = string, .len = strlen(string)})

static const char *const health[] = {"CORP\\HealthMailbox0659e34", "corp\\healthmailboxDEADBEE",
                                     "HealthMailbox0",
                                     "HealthMailbox0659e34c8e0d4d7e8f0a1b2c3d4e5f60@corp.example"};
static const char *const people[] = {"",
                                     "CORP\\wendy",
                                     "CORP\\HealthMailbox",
                                     "HealthMailbox@corp.example",
                                     "CORP\\HealthMailboxAdmin",
                                     "CORP\\HealthMailbox12x",
                                     "CORP\\xHealthMailbox12",
                                     "HealthMailbox12\\wendy",
                                     "CORP\\Health"};

static asactl_log_record_t request(const char *user, const char *type, const char *agent)
{
    return (asactl_log_record_t){.kind = ASACTL_LOG_HTTPPROXY,
                                 .generation = "HttpProxy, 74 columns",
                                 .time = apr_time_from_sec(1700000000),
                                 .protocol = TEXT("Mapi"),
                                 .user = TEXT(user),
                                 .client = TEXT("127.0.0.1"),
                                 .agent = TEXT(agent),
                                 .authentication_type = TEXT(type),
                                 .authenticated = user[0] != '\0',
                                 .status = 200,
                                 .substatus = -1,
                                 .win32_status = -1};
}

static void its_names(void **state)
{
    asactl_log_text_t with_nul = {"HealthMailbox12\0x", 17};

    (void)state;
    for (size_t i = 0; i < sizeof health / sizeof *health; i++) {
        assert_true(asactl_log_class_is_monitoring(TEXT(health[i])));
    }
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        assert_false(asactl_log_class_is_monitoring(TEXT(people[i])));
    }
    assert_false(asactl_log_class_is_monitoring(with_nul));
}

static bool passes(const char *user, bool authenticated, bool no_monitoring)
{
    asactl_log_record_t record = request(user, "NTLM", "AMProbe/Local/ClientAccess");
    apr_table_t *options = apr_table_make(pool, 1);
    asactl_log_filter_t filter;
    asactl_outcome_t outcome;

    record.authenticated = authenticated;
    if (no_monitoring) {
        apr_table_addn(options, "no-monitoring", "");
    }
    assert_true(asactl_log_filter_read(pool, options, 0, &filter, &outcome));
    return asactl_log_filter_passes(&filter, &record);
}

static void a_filter_leaves_it_out(void **state)
{
    (void)state;
    assert_true(passes(health[0], true, false));
    assert_false(passes(health[0], true, true));
    /* A name that was only claimed, and an agent that says so itself, are no monitoring. */
    assert_true(passes(health[0], false, true));
    assert_true(passes("CORP\\wendy", true, true));
}

/* Sums up so many requests of each user by NTLM, and one by Kerberos. */
static asactl_log_summary_t *sum(const char *const *users, const int *times, size_t count)
{
    asactl_log_summary_t *summary = asactl_log_summary_make(pool, false);
    asactl_log_record_t record = request("CORP\\kerberos", "Kerberos", "Outlook");

    asactl_log_summary_add(summary, &record);
    for (size_t i = 0; i < count; i++) {
        for (int n = 0; n < times[i]; n++) {
            record = request(users[i], "NTLM", "AMProbe/Local/ClientAccess");
            asactl_log_summary_add(summary, &record);
        }
    }
    return summary;
}

static void people_come_first(void **state)
{
    static const char *const users[] = {"CORP\\HealthMailbox01", "CORP\\one", "HealthMailbox02@c",
                                        "CORP\\two"};
    static const char *const expected[] = {"CORP\\two", "CORP\\one", "HealthMailbox02@c",
                                           "CORP\\HealthMailbox01"};
    static const int times[] = {5, 1, 9, 3};
    asactl_log_summary_t *summary = sum(users, times, 4);
    apr_array_header_t *who = asactl_log_summary_not_on_kerberos(summary, pool);
    apr_array_header_t *rows = asactl_log_summary_rows(summary, pool, ASACTL_LOG_BY_USER);
    const char *sentence = asactl_log_summary_sentence(summary, pool);

    (void)state;
    assert_int_equal(who->nelts, 4);
    for (int i = 0; i < 4; i++) {
        const asactl_log_row_t *user = APR_ARRAY_IDX(who, i, const asactl_log_who_t *)->user;

        assert_string_equal(user->name, expected[i]);
        assert_int_equal(user->monitoring, i >= 2);
    }
    assert_int_equal(rows->nelts, 5);
    assert_string_equal(APR_ARRAY_IDX(rows, 3, const asactl_log_row_t *)->name,
                        "HealthMailbox02@c");
    assert_string_equal(APR_ARRAY_IDX(rows, 4, const asactl_log_row_t *)->name,
                        "CORP\\HealthMailbox01");
    assert_int_equal(asactl_log_summary_monitoring(summary)->of[ASACTL_LOG_NTLM], 14);
    assert_int_equal(asactl_log_summary_counts(summary)->of[ASACTL_LOG_NTLM], 18);
    assert_int_equal(asactl_log_summary_verdict(summary), ASACTL_LOG_NOT_ALL);
    assert_non_null(strstr(sentence, " 14 of those without Kerberos are Exchange's own"));
}

static void it_counts_for_the_verdict(void **state)
{
    static const char *const users[] = {"CORP\\HealthMailbox01"};
    static const int once[] = {1}, never[] = {0};
    asactl_log_summary_t *summary = sum(users, once, 1);

    (void)state;
    assert_int_equal(asactl_log_summary_verdict(summary), ASACTL_LOG_NOT_ALL);
    assert_non_null(strstr(asactl_log_summary_sentence(summary, pool),
                           " All of those without Kerberos are Exchange's own monitoring"));
    summary = sum(users, never, 1);
    assert_int_equal(asactl_log_summary_verdict(summary), ASACTL_LOG_ALL_KERBEROS);
    assert_null(strstr(asactl_log_summary_sentence(summary, pool), "monitoring"));
}

static void what_could_not_be_read(void **state)
{
    static const int never[] = {0};
    asactl_log_summary_t *summary = sum(people, never, 1);
    const asactl_log_unread_t *unread = &asactl_log_summary_sources(summary)->unread;

    (void)state;
    for (int i = 0; i < ASACTL_LOG_UNREAD_EXAMPLES + 5; i++) {
        asactl_log_summary_unread(summary, apr_psprintf(pool, "/log/%d\x1b: no", i));
        assert_int_equal(asactl_log_summary_verdict(summary), ASACTL_LOG_UNREADABLE);
        if (i == 0) {
            assert_string_equal(asactl_log_summary_sentence(summary, pool),
                                "All signed-in requests that could be read (1) came by Kerberos, "
                                "but a file or folder could not be read.");
        }
    }
    assert_int_equal(unread->count, ASACTL_LOG_UNREAD_EXAMPLES + 5);
    assert_int_equal(unread->examples, ASACTL_LOG_UNREAD_EXAMPLES);
    assert_string_equal(unread->example[1], "/log/1\\x1b: no");
    asactl_log_summary_bad(summary, ASACTL_LOG_BAD_BROKEN, "x", 1, "broken");
    assert_non_null(strstr(asactl_log_summary_sentence(summary, pool),
                           "but 1 line is broken or forged, and 25 files or folders could not"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(its_names, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(a_filter_leaves_it_out, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(people_come_first, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(it_counts_for_the_verdict, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(what_could_not_be_read, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
