/* SPDX-License-Identifier: Apache-2.0
 *
 * A document that is written piece by piece is the one that would be written whole.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/json_stream.h"

#include <stdlib.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

static void take(void *data, const char *bytes, size_t len)
{
    const char **text = data;

    *text = apr_pstrcat(pool, *text, apr_pstrmemdup(pool, bytes, len), NULL);
}

static void pieces_are_the_whole(void **state)
{
    const char *text = "";
    asactl_json_stream_t *json = asactl_json_stream_make(pool, take, &text);
    json_t *inner = json_pack("{s:[i,i], s:{}, s:s}", "list", 1, 2, "empty", "line", "a\nb\"ü");
    json_t *whole;
    char *expected;

    asactl_json_stream_open(json, NULL, '{');
    asactl_json_stream_value(json, "one", json_integer(1));
    asactl_json_stream_open(json, "rows", '[');
    asactl_json_stream_value(json, NULL, inner);
    asactl_json_stream_value(json, NULL, json_null());
    asactl_json_stream_open(json, NULL, '[');
    asactl_json_stream_close(json);
    asactl_json_stream_close(json);
    asactl_json_stream_open(json, "none", '[');
    asactl_json_stream_close(json);
    asactl_json_stream_open(json, "nothing", '{');
    asactl_json_stream_close(json);
    assert_false(asactl_json_stream_whole(json));
    asactl_json_stream_close(json);
    assert_true(asactl_json_stream_whole(json));
    whole = json_loads(text, 0, NULL);
    assert_non_null(whole);
    expected = json_dumps(whole, JSON_INDENT(2));
    assert_string_equal(text, expected);
    assert_string_equal(json_string_value(json_object_get(
                            json_array_get(json_object_get(whole, "rows"), 0), "line")),
                        "a\nb\"ü");
    free(expected);
    json_decref(whole);
}

static void what_cannot_be_made_is_told(void **state)
{
    const char *text = "";
    asactl_json_stream_t *json = asactl_json_stream_make(pool, take, &text);

    asactl_json_stream_open(json, NULL, '{');
    asactl_json_stream_value(json, "name", json_string("\xff"));
    asactl_json_stream_close(json);
    assert_false(asactl_json_stream_whole(json));
    assert_string_equal(text, "{\n  \"name\": null\n}");
}

static void depth_is_bounded(void **state)
{
    const char *text = "";
    asactl_json_stream_t *json = asactl_json_stream_make(pool, take, &text);

    for (size_t i = 0; i <= ASACTL_JSON_STREAM_DEPTH; i++) {
        asactl_json_stream_open(json, NULL, '[');
    }
    for (size_t i = 0; i <= ASACTL_JSON_STREAM_DEPTH; i++) {
        asactl_json_stream_close(json);
    }
    assert_false(asactl_json_stream_whole(json));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pieces_are_the_whole, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(what_cannot_be_made_is_told, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(depth_is_bounded, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
