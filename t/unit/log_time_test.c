/* SPDX-License-Identifier: Apache-2.0
 *
 * Times that are asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/log_time.h"

static void how_long_ago(void **state)
{
    const apr_time_t now = apr_time_from_sec(1700000000);
    static const struct {
        const char *text;
        long seconds;
    } table[] = {{"0s", 0}, {"30s", 30}, {"5m", 300}, {"2h", 7200}, {"3d", 259200}, {"1w", 604800}};
    static const char *const none[] = {"",    "h",    "2",   "2H",       "2h ",
                                       "-2h", "1.5h", "2hh", "9999999d", "1000000s"};
    apr_time_t when;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_true(asactl_log_time_ask(table[i].text, now, &when));
        assert_true(when == now - apr_time_from_sec(table[i].seconds));
    }
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        assert_false(asactl_log_time_ask(none[i], now, &when));
    }
    assert_true(asactl_log_time_ask("2014-02-19", now, &when));
    assert_true(when == apr_time_from_sec(1392768000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_long_ago),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
