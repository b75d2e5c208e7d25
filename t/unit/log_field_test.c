/* SPDX-License-Identifier: Apache-2.0
 *
 * log_field: each rule by a table of text and value, and the cut at every limit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "core/log_field.h"

#define FFFD  "\xef\xbf\xbd"
#define WIDE  1000
#define PLAIN ASA_LOG_FIELD_PLAIN
#define NONE  ASA_LOG_FIELD_NO_QUOTE
#define INFO  ASA_LOG_FIELD_INFO

typedef struct row_t {
    const char *text;
    size_t len; /* 0 = up to the NUL */
    asa_log_field_rule_t rule;
    const char *value;
} row_t;

static apr_pool_t *pool;

static const char *clean(const char *text, size_t len, asa_log_field_rule_t rule, size_t limit)
{
    return asa_log_field_clean(pool, text, len > 0 ? len : strlen(text), rule, limit);
}

static void check_rows(const row_t *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(clean(rows[i].text, rows[i].len, rows[i].rule, WIDE), rows[i].value);
    }
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void test_harmless_text_stays(void **state)
{
    static const row_t rows[] = {
        {"", 0, PLAIN, ""},
        {"Microsoft Office/16.0 (Windows NT 10.0; Outlook)", 0, PLAIN,
         "Microsoft Office/16.0 (Windows NT 10.0; Outlook)"},
        {"TAILSPIN\\wendy", 0, NONE, "TAILSPIN\\wendy"},
        {"?a=b;c&d=%2C", 0, PLAIN, "?a=b;c&d=%2C"},
        {" leading and trailing ", 0, PLAIN, " leading and trailing "},
        {"M\xc3\xbcller \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x90\xb1", 0, INFO,
         "M\xc3\xbcller \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x90\xb1"},
        {"\xc2\xa0", 0, PLAIN, "\xc2\xa0"},         /* the first after C1 */
        {"\xed\x9f\xbf", 0, PLAIN, "\xed\x9f\xbf"}, /* the last before the surrogates */
        {"\xee\x80\x80", 0, PLAIN, "\xee\x80\x80"}, /* the first after them */
        {"\xf4\x8f\xbf\xbf", 0, PLAIN, "\xf4\x8f\xbf\xbf"},
        {"\xe2\x80\xa7\xe2\x80\xaa", 0, PLAIN, "\xe2\x80\xa7\xe2\x80\xaa"}, /* around U+2028 */
    };

    CHECK_ROWS(rows);
}

static void test_nothing_is_empty(void **state)
{
    assert_string_equal(asa_log_field_clean(pool, NULL, 0, PLAIN, WIDE), "");
    assert_string_equal(asa_log_field_clean(pool, NULL, 5, PLAIN, WIDE), "");
    assert_string_equal(asa_log_field_clean(pool, "text", 0, PLAIN, WIDE), "");
    assert_string_equal(asa_log_field_clean(pool, "text", 4, PLAIN, 0), "");
}

static void test_dividers_become_one_space_each(void **state)
{
    static const row_t rows[] = {
        {"a,b", 0, PLAIN, "a b"},
        {"a,,b", 0, NONE, "a  b"},
        {"a\r\nb", 0, PLAIN, "a  b"},
        {"a\tb\vc\fd\x1b[31m", 0, INFO, "a b c d [31m"},
        {"a\0b", 3, PLAIN, "a b"},
        {"a\x7f", 0, PLAIN, "a "},
        {"\xc2\x80\xc2\x85\xc2\x9f", 0, PLAIN, "   "},
        {"a\xe2\x80\xa8"
         "b\xe2\x80\xa9",
         0, PLAIN, "a b "},
    };
    char text[2] = "";

    CHECK_ROWS(rows);
    for (text[0] = 1; text[0] < 0x20; text[0]++) {
        assert_string_equal(clean(text, 1, PLAIN, WIDE), " ");
    }
}

static void test_what_is_not_utf8_is_replaced(void **state)
{
    static const row_t rows[] = {
        {"\x80", 0, PLAIN, FFFD},
        {"a\xff\xfe"
         "b",
         0, PLAIN, "a" FFFD FFFD "b"},
        {"\xc0\xac", 0, PLAIN, FFFD FFFD},                            /* a comma, overlong */
        {"\xc1\x8a", 0, PLAIN, FFFD FFFD},                            /* a line feed */
        {"\xe0\x80\x8a", 0, PLAIN, FFFD FFFD FFFD},                   /* the same, longer */
        {"\xf0\x80\x80\x8a", 0, PLAIN, FFFD FFFD FFFD FFFD},          /* the same, longest */
        {"\xe0\x9f\xbf", 0, PLAIN, FFFD FFFD FFFD},                   /* U+07FF in three */
        {"\xf0\x8f\xbf\xbf", 0, PLAIN, FFFD FFFD FFFD FFFD},          /* U+FFFF in four */
        {"\xed\xa0\x80", 0, PLAIN, FFFD FFFD FFFD},                   /* a surrogate */
        {"\xed\xbf\xbf", 0, PLAIN, FFFD FFFD FFFD},                   /* the last one */
        {"\xf4\x90\x80\x80", 0, PLAIN, FFFD FFFD FFFD FFFD},          /* U+110000 */
        {"\xf8\x88\x80\x80\x80", 0, PLAIN, FFFD FFFD FFFD FFFD FFFD}, /* five bytes */
        {"\xe6\x97", 0, PLAIN, FFFD FFFD},                            /* the end is missing */
        {"\xe6\x97,", 0, PLAIN, FFFD FFFD " "},                       /* and hides no comma */
        {"\xc2\"x", 0, PLAIN, "\"" FFFD "\"\"x\""},                   /* nor a quote */
        {"\xf0\x9f\x90", 0, PLAIN, FFFD FFFD FFFD},
        {"\xe6\x97\xa5", 2, PLAIN, FFFD FFFD}, /* len ends inside */
    };

    CHECK_ROWS(rows);
}

static void test_quotes_by_rule(void **state)
{
    static const row_t rows[] = {
        {"say \"hi\"", 0, PLAIN, "\"say \"\"hi\"\"\""},
        {"\"", 0, PLAIN, "\"\"\"\""},
        {"\",\"", 0, PLAIN, "\"\"\" \"\"\""},
        {"say \"hi\"", 0, NONE, "say  hi "},
        {"say \"hi\"", 0, INFO, "say  hi "},
        {"a;b=c", 0, NONE, "a;b=c"},
        {"say \"hi\", a;b=c\n", 0, ASA_LOG_FIELD_TEXT, "say \"hi\", a;b=c "},
        {"application/soap+xml;charset=UTF-8", 0, INFO, "application/soap+xml charset UTF-8"},
    };

    CHECK_ROWS(rows);
}

static void test_cut_between_characters(void **state)
{
    static const struct {
        const char *text;
        size_t limit;
        const char *value;
    } rows[] = {
        {"abcdef", 6, "abcdef"},
        {"abcdef", 5, "abcde"},
        {"a\xc3\xbc", 3, "a\xc3\xbc"},
        {"a\xc3\xbc", 2, "a"},
        {"a\xf0\x9f\x90\xb1"
         "b",
         5, "a\xf0\x9f\x90\xb1"},
        {"a\xf0\x9f\x90\xb1"
         "b",
         4, "a"},
        {"\xff\xff", 5, FFFD}, /* a byte that grows is counted as it stands in the log */
        {"\xff\xff", 2, ""},
        {"ab\"\"", 3, "\"ab\"\"\""}, /* the quoting comes on top */
        {"ab\"\"", 2, "ab"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_string_equal(clean(rows[i].text, 0, PLAIN, rows[i].limit), rows[i].value);
    }
}

static void test_huge_lengths_do_not_wrap(void **state)
{
    size_t len = 100000;
    char *text = memset(apr_palloc(pool, len), '"', len);
    const char *value = asa_log_field_clean(pool, text, len, PLAIN, 300);

    assert_int_equal(strlen(value), 2 * 300 + 2);
    value = asa_log_field_clean(pool, "abc", 3, PLAIN, SIZE_MAX);
    assert_string_equal(value, "abc");
}

static int set_up(void **state)
{
    return apr_initialize() == APR_SUCCESS && apr_pool_create(&pool, NULL) == APR_SUCCESS ? 0 : -1;
}

static int tear_down(void **state)
{
    apr_pool_destroy(pool);
    apr_terminate();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_harmless_text_stays),
        cmocka_unit_test(test_nothing_is_empty),
        cmocka_unit_test(test_dividers_become_one_space_each),
        cmocka_unit_test(test_what_is_not_utf8_is_replaced),
        cmocka_unit_test(test_quotes_by_rule),
        cmocka_unit_test(test_cut_between_characters),
        cmocka_unit_test(test_huge_lengths_do_not_wrap),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
