/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers as text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/number_text.h"

#include <string.h>

static void numbers_are_read(void **state)
{
    static const struct {
        const char *text;
        uint64_t most, number;
    } table[] = {
        {"0", 0, 0},
        {"7", 7, 7},
        {"0042", 42, 42},
        {"18446744073709551615", UINT64_MAX, UINT64_MAX},
    };
    uint64_t number;

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_true(
            asa_number_text_read(table[i].text, strlen(table[i].text), table[i].most, &number));
        assert_true(number == table[i].number);
    }
    assert_true(asa_number_text_read("12x", 2, 99, &number));
    assert_true(number == 12);
    assert_true(asa_number_text_octal("0640", 4, 07777, &number));
    assert_true(number == 0640);
}

static void what_is_no_number(void **state)
{
    static const struct {
        const char *text;
        uint64_t most;
    } table[] = {
        {"", 9},
        {"1", 0},
        {"8", 7},
        {"43", 42},
        {"-1", 9},
        {"+1", 9},
        {" 1", 9},
        {"1 ", 9},
        {"0x1", 9},
        {"1.0", 99},
        {"\xb2", 9},
        {"18446744073709551616", UINT64_MAX},
        {"99999999999999999999999999", UINT64_MAX},
    };
    uint64_t number = 5;

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_false(
            asa_number_text_read(table[i].text, strlen(table[i].text), table[i].most, &number));
    }
    assert_false(asa_number_text_octal("0680", 4, 07777, &number));
    assert_false(asa_number_text_octal("10000", 5, 07777, &number));
    assert_true(number == 5);
}

static void where_a_number_ends(void **state)
{
    assert_int_equal(asa_number_text_span("12d"), 2);
    assert_int_equal(asa_number_text_span("d12"), 0);
    assert_int_equal(asa_number_text_span(""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read),
        cmocka_unit_test(what_is_no_number),
        cmocka_unit_test(where_a_number_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
