/* SPDX-License-Identifier: Apache-2.0
 *
 * A path is found for the regular expressions that stand in configurations; the others are let go.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mod_asa_auth/sample_path.h"

#include <string.h>

#include <apr_general.h>

#include "t/unit/pool.h"

static void expressions_have_a_path(void **state)
{
    static const char *const rows[][2] = {
        {"(?i)^/ews/", "/ews/"},
        {"(?i)^/rpc(?:withcert)?/", "/rpcwithcert/"},
        {"(?i)^/autodiscover/autodiscover\\.json", "/autodiscover/autodiscover.json"},
        {"(?i)^/(?:autodiscover|mapi|(?:e|w)s)/healthcheck\\.htm$",
         "/autodiscover/healthcheck.htm"},
        {"^/a(?:|b)(?:c|(d|e))f", "/acf"},
        {"^/ews(?:/|$)", "/ews/"},
        {"^/[abc]x[^/]*y+[]z]{1,2}$", "/axay]"},
        {"^/[\\w-]+/\\d\\s*/.*", "/a/0 /a"},
        {"\\.oab$", "/.oab"},
        {"^/one|^/two", "/one"},
        {"", "/"},
        {"^/(?<name>x)", NULL},
        {"^(?!/secret)", NULL},
        {"^/(a)\\1", NULL},
        {"^/(a", NULL},
        {"^/a)", NULL},
        {"^/[a", NULL},
        {"^/a\\", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *path = mod_asa_sample_path(pool, rows[i][0]);
        if (rows[i][1] == NULL) {
            assert_null(path);
        } else {
            assert_non_null(path);
            assert_string_equal(path, rows[i][1]);
        }
    }
}

static const char *many(char c, size_t count, const char *end)
{
    char *text = apr_palloc(pool, count + strlen(end) + 1);

    memset(text, c, count);
    strcpy(text + count, end);
    return text;
}

static void long_and_deep_ones_are_let_go(void **state)
{
    (void)state;
    assert_non_null(mod_asa_sample_path(pool, many('a', 255, "")));
    assert_null(mod_asa_sample_path(pool, many('a', 256, "")));
    assert_null(mod_asa_sample_path(pool, many('(', 100000, "")));
    assert_non_null(mod_asa_sample_path(pool, "((((((((((((((a))))))))))))))"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(expressions_have_a_path, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(long_and_deep_ones_are_let_go, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
