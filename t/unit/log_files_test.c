/* SPDX-License-Identifier: Apache-2.0
 *
 * The order of files, lines out of pieces, and which requests pass the filters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/log_files.h"

#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "asactl/log_filter.h"
#include "asactl/log_lines.h"
#include "t/unit/pool.h"

static void files_lie_along_the_time(void **state)
{
    static const char *const order[] = {
        "notes.log",
        "cas-1/Ews/HttpProxy_2026112522-1.LOG",
        "iis/u_ex261126.log",
        "cas-1/Ews/HttpProxy_2026112608-1.LOG",
        "cas-1/Ews/HttpProxy_2026112608-2.LOG",
        "cas-1/Ews/HttpProxy_2026112608-10.LOG",
        "cas-1/Mapi/HttpProxy_2026112608-1.LOG",
        "cas-2/Ews/HttpProxy_2026112608-1.LOG",
        "cas-10/Ews/HttpProxy_2026112608-1.LOG",
        "cas-1/Ews/HttpProxy_2026112609-1.LOG",
        "book_20261127-1.LOG",
    };
    const size_t count = sizeof(order) / sizeof(order[0]);

    for (size_t i = 0; i < count; i++) {
        for (size_t other = 0; other < count; other++) {
            int expected = i < other ? -1 : i > other, got;

            got = asactl_log_files_compare(order[i], order[other]);
            assert_int_equal((got > 0) - (got < 0), expected);
        }
    }
}

/* The lines of a text that comes in pieces of this size: "[one][two]"; L for one too long. */
static const char *cut(asactl_log_lines_t *lines, const char *text, size_t len, size_t piece)
{
    const char *shown = "";

    asactl_log_lines_begin(lines, 0, false);
    for (size_t at = 0; at < len;) {
        asactl_log_lines_kind_t kind;
        asactl_log_text_t line;
        size_t size, more = piece < len - at ? piece : len - at;
        char *room = asactl_log_lines_room(lines, &size);

        assert_true(size > 0);
        more = more < size ? more : size;
        memcpy(room, text + at, more);
        asactl_log_lines_put(lines, more);
        at += more;
        while ((kind = asactl_log_lines_next(lines, &line)) != ASACTL_LOG_LINES_MORE) {
            shown = kind == ASACTL_LOG_LINES_LONG
                        ? apr_pstrcat(pool, shown, "L", NULL)
                        : apr_pstrcat(pool, shown, "[",
                                      apr_pstrmemdup(pool, line.at, line.len < 9 ? line.len : 9),
                                      "]", NULL);
        }
    }
    return shown;
}

static void lines_are_whole(void **state)
{
    static const char text[] = "one\r\n\ntwo\nunfinished";
    asactl_log_lines_t *lines = asactl_log_lines_make(pool);

    for (size_t piece = 1; piece < sizeof text; piece++) {
        assert_string_equal(cut(lines, text, sizeof text - 1, piece), "[one\r][][two]");
        assert_true(asactl_log_lines_unfinished(lines));
        assert_int_equal(lines->line, 3);
        assert_int_equal(lines->taken, strlen("one\r\n\ntwo\n"));
    }
    assert_string_equal(cut(lines, "one\n", 4, 4), "[one]");
    assert_false(asactl_log_lines_unfinished(lines));
}

static void long_lines_are_skipped(void **state)
{
    const size_t most = ASACTL_LOG_LINE_MAX + 1; /* with its CR */
    char *text = apr_palloc(pool, 4 * most);
    asactl_log_lines_t *lines = asactl_log_lines_make(pool);

    memset(text, 'x', 4 * most);
    memcpy(text + 3 * most, "\nnext\n", 6);
    assert_string_equal(cut(lines, text, 3 * most + 6, 100000), "L[next]");
    assert_int_equal(lines->taken, 3 * most + 6);
    assert_int_equal(lines->line, 2);
    memcpy(text + most, "\nnext\n", 6);
    assert_string_equal(cut(lines, text, most + 6, 1 << 20), "[xxxxxxxxx][next]");
    memcpy(text + most, "x\nnext\n", 7);
    assert_string_equal(cut(lines, text, most + 7, 1 << 20), "L[next]");
    memcpy(text + 2 * most, "xxx", 3);
    cut(lines, text + most + 20, 2 * most - 20, 4096);
    assert_true(asactl_log_lines_unfinished(lines));
}

/* --- filters --- */

static bool passes(const char *option, const char *value, const char *more)
{
    const apr_time_t now = apr_time_from_sec(1700000000);
    asactl_log_record_t record = {.time = now - apr_time_from_sec(3600),
                                  .protocol = {"Mapi", 4},
                                  .user = {"TAILSPIN\\Wendy", 14},
                                  .client = {"192.0.2.7", 9},
                                  .authenticated = true};
    apr_table_t *options = apr_table_make(pool, 2);
    asactl_log_filter_t filter;
    asactl_outcome_t outcome;

    apr_table_addn(options, option, value);
    if (more != NULL) {
        apr_table_addn(options, option, more);
    }
    assert_true(asactl_log_filter_read(pool, options, now, &filter, &outcome));
    if (strcmp(option, "user") == 0) {
        /* A name that was only claimed passes no filter. */
        asactl_log_record_t claimed = record;

        claimed.authenticated = false;
        assert_false(asactl_log_filter_passes(&filter, &claimed));
    }
    return asactl_log_filter_passes(&filter, &record);
}

static void filters(void **state)
{
    static const struct {
        const char *option, *value, *more;
        bool passes;
    } table[] = {
        {"since", "61m", NULL, true},           {"since", "60m", NULL, true},
        {"since", "59m", NULL, false},          {"until", "60m", NULL, false},
        {"until", "59m", NULL, true},           {"protocol", "mapi", NULL, true},
        {"protocol", "Ews", NULL, false},       {"protocol", "Ews", "Mapi", true},
        {"user", "wendy", NULL, true},          {"user", "tailspin\\wendy", NULL, true},
        {"user", "other\\wendy", NULL, false},  {"user", "wend", NULL, false},
        {"user", "TAILSPIN", NULL, false},      {"address", "192.0.2.7", NULL, true},
        {"address", "192.0.2.70", NULL, false},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_int_equal(passes(table[i].option, table[i].value, table[i].more), table[i].passes);
    }
}

static void filters_that_are_none(void **state)
{
    static const char *const since[] = {"yesterday", "", "2026-13-01", "2d"};
    asactl_log_filter_t filter;

    for (size_t i = 0; i < sizeof(since) / sizeof(since[0]); i++) {
        apr_table_t *options = apr_table_make(pool, 2);
        asactl_outcome_t outcome = {.code = ASACTL_OK};

        apr_table_addn(options, "since", since[i]);
        apr_table_addn(options, "until", "2d"); /* nothing lies between them */
        assert_false(asactl_log_filter_read(pool, options, apr_time_now(), &filter, &outcome));
        assert_int_equal(outcome.code, ASACTL_USAGE);
        assert_non_null(outcome.remedy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_lie_along_the_time, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(lines_are_whole, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(long_lines_are_skipped, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(filters, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(filters_that_are_none, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
