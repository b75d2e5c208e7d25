/* SPDX-License-Identifier: Apache-2.0
 *
 * Nobody signs in unseen: what lines are taken for when heads are missing, lack columns or stand in
 * the middle, and who is signed in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/log_record.h"

#include <string.h>

#include "t/unit/log_file.h"

/* A log of the corpus with every from in it replaced; NULL: nothing is. */
static const char *changed(const char *name, const char *from, const char *to)
{
    size_t len;
    const char *at =
        (const char *)corpus_read(pool, apr_pstrcat(pool, "log_record/", name, NULL), &len);
    const char *text = "", *found;

    at = apr_pstrmemdup(pool, at, len);
    while (from != NULL && (found = strstr(at, from)) != NULL) {
        text = apr_pstrcat(pool, text, apr_pstrmemdup(pool, at, (size_t)(found - at)), to, NULL);
        at = found + strlen(from);
    }
    return apr_pstrcat(pool, text, at, NULL);
}

static log_file_t read_text(const char *text)
{
    return log_file_read_text(text, strlen(text));
}

static const char *without_heads(const char *name)
{
    const char *text = changed(name, NULL, NULL);

    return strchr(strrchr(text, '#'), '\n') + 1;
}

/* Nobody signs in unseen because the head of a log is missing, or does not tell how. */
static void a_log_without_its_head_is_not_another_log(void **state)
{
    const char *ours = changed("ours-kerberos", NULL, NULL), *iis = changed("iis", NULL, NULL);
    const char *const texts[] = {
        changed("ours-kerberos", "AuthenticationType", "AuthType"),
        changed("ours-kerberos", ",ErrorCode", ",AuthenticationType"),
        changed("exchange-53", "IsAuthenticated", "Is"),
        without_heads("ours-kerberos"),
        without_heads("exchange-69"),
        apr_pstrcat(pool, ours, "#Fields: a,b\r\nc,d\r\n", NULL),
        apr_pstrcat(pool, ours, "DateTime,b\r\nc,d\r\n", NULL),
        changed("iis", " cs-username", " x-name"),
        without_heads("iis"),
        apr_pstrcat(pool, iis, "#Fields: date time\n2026-11-26 08:00:00\n", NULL),
    };
    log_file_t file;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        file = read_text(texts[i]);
        assert_true(file.lines[ASACTL_LOG_LINE_BROKEN] > 0);
        assert_int_equal(file.lines[ASACTL_LOG_LINE_FOREIGN], 0);
    }
    file = read_text("2026-11-26 08:00:00 INFO another program begins on host with this and that\n"
                     "2026-11-26T08:00:00.000Z,1,2\n");
    assert_int_equal(file.lines[ASACTL_LOG_LINE_FOREIGN], 2);
    file = read_text(apr_pstrcat(pool, ours, changed("foreign-ews", NULL, NULL), NULL));
    assert_int_equal(file.lines[ASACTL_LOG_LINE_RECORD], 1);
    assert_int_equal(file.lines[ASACTL_LOG_LINE_BROKEN], 0);
}

/* cat *.LOG | asactl log */
static void logs_that_were_put_together(void **state)
{
    const char *ours = changed("ours-kerberos", NULL, NULL);
    log_file_t file =
        read_text(apr_pstrcat(pool, ours, changed("exchange-64", NULL, NULL), ours, NULL));

    assert_memory_equal(ours, "\xef\xbb\xbf", 3);
    assert_int_equal(file.lines[ASACTL_LOG_LINE_RECORD], 3);
    assert_int_equal(file.lines[ASACTL_LOG_LINE_HEAD], 18);
    assert_int_equal(file.lines[ASACTL_LOG_LINE_BROKEN], 0);
}

static void a_user_is_signed_in(void **state)
{
    const char *text = changed("exchange-74", ",true,", ",,");

    assert_int_equal(read_text(text).lines[ASACTL_LOG_LINE_FORGED], 1);
    assert_string_equal(read_text(text).why,
                        "AuthenticatedUser names who IsAuthenticated says is not signed in");
    text = "#Fields: date time cs-uri-stem cs-username c-ip sc-status\n"
           "2026-11-26 08:00:00 /ews/ T\\w 192.0.2.7 403\n";
    assert_true(read_text(text).record.authenticated);
    text = "#Fields: date time cs-uri-stem cs-username c-ip sc-status\n"
           "2026-11-26 08:00:00 /ews/ T\\w 192.0.2.7 401\n";
    assert_false(read_text(text).record.authenticated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_log_without_its_head_is_not_another_log, open_pool,
                                        close_pool),
        cmocka_unit_test_setup_teardown(logs_that_were_put_together, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(a_user_is_signed_in, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
