/* SPDX-License-Identifier: Apache-2.0
 *
 * Times of logs, and times that are asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/log_time.h"

#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

static void times_are_read(void **state)
{
    static const struct {
        const char *text, *iso;
    } table[] = {
        {"2014-02-19T13:30:49.219Z", "2014-02-19T13:30:49.219Z"},
        {"2014-02-19 13:30:49", "2014-02-19T13:30:49.000Z"},
        {"2014-02-19T13:30:49.2", "2014-02-19T13:30:49.200Z"},
        {"2014-02-19T13:30:49.2191234Z", "2014-02-19T13:30:49.219Z"},
        {"2024-02-29", "2024-02-29T00:00:00.000Z"},
        {"2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"},
        {"1970-01-01T00:00:00.001Z", "1970-01-01T00:00:00.001Z"},
        {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
    };
    apr_time_t when;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_true(asactl_log_time_read(table[i].text, strlen(table[i].text), &when));
        assert_string_equal(asactl_log_time_iso(pool, when), table[i].iso);
    }
}

/* Every day of five centuries is the one that APR takes it for. */
static void every_day_is_right(void **state)
{
    for (apr_time_t day = 0; day < 500 * 365; day++) {
        apr_time_t at = apr_time_from_sec(day * 86400), when;
        const char *iso = asactl_log_time_iso(pool, at + 1);

        assert_true(asactl_log_time_read(iso, strlen(iso), &when));
        assert_true(when == at);
        if (day % 1000 == 0) {
            apr_pool_clear(pool);
        }
    }
}

static void what_is_no_time(void **state)
{
    static const char *const table[] = {
        "",
        "2014-02-19T",
        "2014-02-19T13:30:49.",
        "2014-02-19T13:30:49.Z",
        "2014-02-19T13:30:49ZZ",
        "2014-02-19T13:30:49.12345678Z",
        "2014-02-19T13:30",
        "2014-02-30",
        "2023-02-29",
        "2100-02-29",
        "1969-12-31",
        "2014-13-01",
        "2014-00-01",
        "2014-01-00",
        "2014-01-01T24:00:00",
        "2014-01-01T00:60:00",
        "2014-01-01T00:00:60",
        "2014-01-01T00:00:00+01:00",
        "2014/01/01",
        " 2014-01-01",
        "-014-01-01",
    };
    apr_time_t when;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_false(asactl_log_time_read(table[i], strlen(table[i]), &when));
    }
}

static void how_long_ago(void **state)
{
    const apr_time_t now = apr_time_from_sec(1700000000);
    static const struct {
        const char *text;
        long seconds;
    } table[] = {{"0s", 0}, {"30s", 30}, {"5m", 300}, {"2h", 7200}, {"3d", 259200}, {"1w", 604800}};
    static const char *const none[] = {"", "h", "2", "2H", "2h ", "-2h", "1.5h", "2hh", "9999999d"};
    apr_time_t when;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_true(asactl_log_time_ask(table[i].text, now, &when));
        assert_true(when == now - apr_time_from_sec(table[i].seconds));
    }
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        assert_false(asactl_log_time_ask(none[i], now, &when));
    }
    assert_true(asactl_log_time_ask("2014-02-19", now, &when));
    assert_string_equal(asactl_log_time_plain(pool, when), "2014-02-19 00:00:00");
    assert_string_equal(asactl_log_time_plain(pool, 0), "never");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(times_are_read, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(every_day_is_right, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(what_is_no_time, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(how_long_ago, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
