/* SPDX-License-Identifier: Apache-2.0
 *
 * Values of the directory, read and written: whole, bounded, and without a meaning of their own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/directory_value.h"

#include <string.h>

#include <apr_general.h>

#include "t/unit/pool.h"

static const unsigned char *bytes(const char *text)
{
    return (const unsigned char *)text;
}

static void text_holds_no_nul(void **state)
{
    (void)state;
    assert_string_equal(asactl_directory_value_text(pool, bytes("abcd"), 3), "abc");
    assert_string_equal(asactl_directory_value_text(pool, bytes(""), 0), "");
    assert_null(asactl_directory_value_text(pool, bytes("a\0b"), 3));
    assert_null(asactl_directory_value_text(pool, bytes("\0"), 1));
}

static void numbers_are_read_whole(void **state)
{
    static const struct {
        const char *text;
        int64_t expected;
    } good[] = {{"0", 0},
                {"24", 24},
                {"-2147483648", INT32_MIN},
                {"9223372036854775807", INT64_MAX},
                {"-9223372036854775808", INT64_MIN},
                {"007", 7}};
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "0x1",
                                      "1.0",
                                      "--1",
                                      "1-",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999999999"};
    int64_t number;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(
            asactl_directory_value_number(bytes(good[i].text), strlen(good[i].text), &number));
        assert_true(number == good[i].expected);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(asactl_directory_value_number(bytes(bad[i]), strlen(bad[i]), &number));
    }
    assert_true(asactl_directory_value_number(bytes("123"), 2, &number));
    assert_true(number == 12);
}

static apr_time_t filetime(const char *text)
{
    apr_time_t time = -1;

    assert_true(asactl_directory_value_filetime(bytes(text), strlen(text), &time));
    return time;
}

static void times_count_from_1601(void **state)
{
    apr_time_t time;

    (void)state;
    assert_true(filetime("0") == 0);
    assert_true(filetime("9223372036854775807") == 0);
    assert_true(filetime("116444736000000000") == 0);
    assert_true(filetime("116444736000000010") == 1);
    assert_true(filetime("134401410730573300") == INT64_C(1795667473057330));
    assert_true(filetime("100") == 0);
    assert_false(asactl_directory_value_filetime(bytes("-1"), 2, &time));
    assert_false(asactl_directory_value_filetime(bytes("x"), 1, &time));
}

static void generalized_times_are_utc(void **state)
{
    static const char *const bad[] = {"",
                                      "20261126043113",
                                      "20261126043113.Z",
                                      "20261126043113.0",
                                      "20261126043113.0Zx",
                                      "20261126043113+0100",
                                      "2026112604311Z",
                                      "20261326043113.0Z",
                                      "20260026043113.0Z",
                                      "20261132043113.0Z",
                                      "20261126243113.0Z",
                                      "20261126046013.0Z",
                                      "16010101000000.0Z",
                                      "2026112604311 .0Z"};
    apr_time_t time;

    (void)state;
    assert_true(asactl_directory_value_time(bytes("20261126043113.0Z"), 17, &time));
    assert_true(time == INT64_C(1795667473) * APR_USEC_PER_SEC);
    assert_true(asactl_directory_value_time(bytes("19700101000000Z"), 15, &time));
    assert_true(time == 0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(asactl_directory_value_time(bytes(bad[i]), strlen(bad[i]), &time));
    }
}

static void nothing_in_a_filter_has_a_meaning(void **state)
{
    (void)state;
    assert_string_equal(asactl_directory_value_filter(pool, "EXCH2016ASA$", false), "EXCH2016ASA$");
    assert_string_equal(asactl_directory_value_filter(pool, "a)(objectClass=*", false),
                        "a\\29\\28objectClass=\\2a");
    assert_string_equal(asactl_directory_value_filter(pool, "http/*(\\", true), "http/*\\28\\5c");
    assert_string_equal(asactl_directory_value_filter(pool, "zo\xc3\xab\n", false),
                        "zo\\c3\\ab\\0a");
}

static void nothing_in_a_name_has_a_meaning(void **state)
{
    (void)state;
    assert_string_equal(asactl_directory_value_rdn(pool, "EXCH2016ASA"), "EXCH2016ASA");
    assert_string_equal(asactl_directory_value_rdn(pool, "a,CN=b+c"), "a\\2cCN\\3db\\2bc");
    assert_string_equal(asactl_directory_value_rdn(pool, " #a "), "\\20#a\\20");
    assert_string_equal(asactl_directory_value_rdn(pool, "#a\\"), "\\23a\\5c");
    assert_string_equal(asactl_directory_value_rdn(pool, ""), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_holds_no_nul),
        cmocka_unit_test(numbers_are_read_whole),
        cmocka_unit_test(times_count_from_1601),
        cmocka_unit_test(generalized_times_are_utc),
        cmocka_unit_test(nothing_in_a_filter_has_a_meaning),
        cmocka_unit_test(nothing_in_a_name_has_a_meaning),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
