/* SPDX-License-Identifier: Apache-2.0
 *
 * Times as text, and back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/time_text.h"

#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

/* 2026-11-26 19:08:15.042 */
static const apr_time_t some = APR_INT64_C(1795720095042000);

static void every_form(void **state)
{
    assert_string_equal(asa_time_text_iso(pool, some), "2026-11-26T19:08:15Z");
    assert_string_equal(asa_time_text_iso_ms(pool, some), "2026-11-26T19:08:15.042Z");
    assert_string_equal(asa_time_text_utc(pool, some), "2026-11-26 19:08:15Z");
    assert_string_equal(asa_time_text_second(pool, some), "2026-11-26 19:08:15");
    assert_string_equal(asa_time_text_minute(pool, some), "2026-11-26 19:08");
    assert_string_equal(asa_time_text_day(pool, some), "2026-11-26");
    assert_string_equal(asa_time_text_iso(pool, 0), "1970-01-01T00:00:00Z");
}

/* A directory has times that are no longer four digits of a year, and ones before 1970. */
static void far_times(void **state)
{
    assert_string_equal(asa_time_text_iso(pool, APR_INT64_MAX), "294247-01-10T04:00:54Z");
    assert_string_equal(asa_time_text_iso_ms(pool, APR_INT64_MAX), "294247-01-10T04:00:54.775Z");
    assert_string_equal(asa_time_text_utc(pool, -APR_USEC_PER_SEC), "1969-12-31 23:59:59Z");
}

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
        assert_true(asa_time_text_read(table[i].text, strlen(table[i].text), &when));
        assert_string_equal(asa_time_text_iso_ms(pool, when), table[i].iso);
    }
}

/* Every day of five centuries is the one that APR takes it for. */
static void every_day_is_right(void **state)
{
    for (apr_time_t day = 0; day < 500 * 365; day++) {
        apr_time_t at = apr_time_from_sec(day * 86400), when;
        const char *iso = asa_time_text_iso_ms(pool, at + 1);

        assert_true(asa_time_text_read(iso, strlen(iso), &when));
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
        assert_false(asa_time_text_read(table[i], strlen(table[i]), &when));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_form, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(far_times, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(times_are_read, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(every_day_is_right, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(what_is_no_time, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
