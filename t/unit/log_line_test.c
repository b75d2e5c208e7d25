/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines are split where every reader splits them, or not at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/log_line.h"

#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

/* Splits a copy of exactly this size; gives "[one][two]", or why not. */
static const char *split(const char *line, size_t len, bool w3c)
{
    asactl_log_columns_t columns;
    const char *why = NULL, *shown = "";
    char *copy = malloc(len + 1);
    bool done;

    memcpy(copy, line, len);
    done = w3c ? asactl_log_line_split_w3c(copy, len, &columns, &why)
               : asactl_log_line_split_csv(copy, len, &columns, &why);
    for (size_t i = 0; done && i < columns.count; i++) {
        shown = apr_pstrcat(pool, shown, "[",
                            apr_pstrmemdup(pool, columns.column[i].at, columns.column[i].len), "]",
                            NULL);
    }
    assert_true(done == (why == NULL));
    free(copy);
    return done ? shown : why;
}

static void csv(void **state)
{
    static const struct {
        const char *line, *shown;
    } table[] = {
        {"", "[]"},
        {"a", "[a]"},
        {",", "[][]"},
        {"a,b,,c", "[a][b][][c]"},
        {"a,,", "[a][][]"},
        {"\"a b\",c", "[a b][c]"},
        {"\"\",c", "[][c]"},
        {"\"a \"\"b\"\" c\"", "[a \"\"b\"\" c]"},
        {"\"\"\"\"", "[\"\"]"},
        {"a,\"b\"", "[a][b]"},
        {"\"a,b\"", "a comma inside quotes, which readers that split see as the end of the column"},
        {"a\"b", "a quote inside a column that is not quoted"},
        {"a,b\"", "a quote inside a column that is not quoted"},
        {"\"a", "a quote is not closed"},
        {"\"", "a quote is not closed"},
        {"\"a\"\"", "a quote is not closed"},
        {"\"a\"b,c", "text behind a closing quote"},
        {"a\rb", "a carriage return inside the line"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_string_equal(split(table[i].line, strlen(table[i].line), false), table[i].shown);
    }
}

static void w3c(void **state)
{
    static const struct {
        const char *line, *shown;
    } table[] = {
        {"", "[]"},
        {"a - c", "[a][][c]"},
        {"-", "[]"},
        {"-- -", "[--][]"},
        {"a  c", "[a][][c]"},
        {"a,b \"c", "[a,b][\"c]"},
        {"a\r", "a carriage return inside the line"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_string_equal(split(table[i].line, strlen(table[i].line), true), table[i].shown);
    }
}

static void bounds(void **state)
{
    char *line = apr_palloc(pool, ASACTL_LOG_LINE_MAX + 1);
    asactl_log_columns_t columns;
    const char *why;

    memset(line, ',', ASACTL_LOG_LINE_MAX + 1);
    assert_string_equal(split(line, ASACTL_LOG_COLUMNS_MAX, false), "too many columns");
    assert_true(asactl_log_line_split_csv(line, ASACTL_LOG_COLUMNS_MAX - 1, &columns, &why));
    assert_int_equal(columns.count, ASACTL_LOG_COLUMNS_MAX);
    memset(line, ' ', ASACTL_LOG_LINE_MAX + 1);
    assert_string_equal(split(line, ASACTL_LOG_COLUMNS_MAX, true), "too many columns");
    memset(line, 'a', ASACTL_LOG_LINE_MAX + 1);
    assert_string_equal(split(line, ASACTL_LOG_LINE_MAX + 1, false), "longer than 1 MiB");
    assert_true(asactl_log_line_split_csv(line, ASACTL_LOG_LINE_MAX, &columns, &why));
    assert_int_equal(columns.column[0].len, ASACTL_LOG_LINE_MAX);
}

static void nul_is_a_byte(void **state)
{
    asactl_log_columns_t columns;
    const char *why;

    assert_true(asactl_log_line_split_csv("a\0b,c", 5, &columns, &why));
    assert_int_equal(columns.count, 2);
    assert_int_equal(columns.column[0].len, 3);
}

static void numbers_are_whole_texts(void **state)
{
    static const char *const none[] = {"",   "-1",  "+1",  " 1",
                                       "1 ", "1.0", "0x1", "1000000000000000"};
    long long value;

    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        assert_false(asactl_log_text_number((asactl_log_text_t){none[i], strlen(none[i])}, &value));
    }
    assert_true(asactl_log_text_number((asactl_log_text_t){"999999999999999", 15}, &value));
    assert_true(value == 999999999999999LL);
    assert_true(asactl_log_text_is((asactl_log_text_t){"NTLMx", 4}, "ntlm"));
    assert_false(asactl_log_text_is((asactl_log_text_t){"NTLMx", 5}, "ntlm"));
    assert_false(asactl_log_text_is((asactl_log_text_t){"NTL", 3}, "ntlm"));
    assert_false(asactl_log_text_is((asactl_log_text_t){"a\0b", 3}, "a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(csv, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(w3c, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(bounds, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(nul_is_a_byte, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(numbers_are_whole_texts, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
