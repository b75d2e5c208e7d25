/* SPDX-License-Identifier: Apache-2.0
 *
 * No text becomes markup in an HTML document, and every text can be read back from it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/html_text.h"

#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

static const char *shown(const char *text)
{
    asactl_html_t *html = asactl_html_make(pool);
    size_t len;
    const char *bytes;

    asactl_html_text(html, text);
    bytes = asactl_html_bytes(html, &len);
    assert_int_equal(len, strlen(bytes));
    return bytes;
}

static void escapes_markup(void **state)
{
    (void)state;
    assert_string_equal(shown("<script>alert('1')</script>"),
                        "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;");
    assert_string_equal(shown("\" onload=\"x"), "&quot; onload=&quot;x");
    assert_string_equal(shown("&lt;&#60;"), "&amp;lt;&amp;#60;");
    assert_string_equal(shown("</style><!--]]>"), "&lt;/style&gt;&lt;!--]]&gt;");
}

static void shows_what_is_no_text(void **state)
{
    (void)state;
    assert_string_equal(shown("a\x1b[2J\r\n\t"), "a\\x1b[2J\\x0d\\x0a\\x09");
    assert_string_equal(shown("\xff\xc0\xbc"), "\\xff\\xc0\\xbc");
    assert_string_equal(shown("\xe2\x80\xaegpj"), "\\xe2\\x80\\xaegpj");
    assert_string_equal(shown("\xc2\x85\xef\xbb\xbf"), "\\xc2\\x85\\xef\\xbb\\xbf");
    assert_string_equal(shown("jo\xc3\xa3o"), "jo\xc3\xa3o");
    assert_string_equal(shown(""), "");
    assert_string_equal(shown(NULL), "");
}

static void bounds_a_text(void **state)
{
    char *text = apr_palloc(pool, 1048577);
    const char *out;

    (void)state;
    memset(text, '<', 1048576);
    text[1048576] = '\0';
    out = shown(text);
    assert_int_equal(strlen(out), ASACTL_HTML_TEXT_MAX * strlen("&lt;") + strlen("…"));
    assert_string_equal(out + ASACTL_HTML_TEXT_MAX * strlen("&lt;"), "…");
}

static void puts_texts_and_numbers(void **state)
{
    asactl_html_t *html = asactl_html_make(pool);
    size_t len;

    (void)state;
    asactl_html_put(html, "<td title=\"%s\">%d %zu %llu%%</td>", "\"><i>", -1, (size_t)2,
                    18446744073709551615ULL);
    asactl_html_markup(html, "<br>");
    assert_string_equal(asactl_html_bytes(html, &len),
                        "<td title=\"&quot;&gt;&lt;i&gt;\">-1 2 18446744073709551615%</td><br>");
}

static void grows(void **state)
{
    asactl_html_t *html = asactl_html_make(pool);
    const char *bytes;
    size_t len;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        asactl_html_put(html, "%d;", i % 10);
    }
    bytes = asactl_html_bytes(html, &len);
    assert_int_equal(len, 200000);
    assert_int_equal(strlen(bytes), 200000);
    assert_memory_equal(bytes + 199980, "0;1;2;3;4;5;6;7;8;9;", 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(escapes_markup, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(shows_what_is_no_text, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(bounds_a_text, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(puts_texts_and_numbers, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(grows, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
