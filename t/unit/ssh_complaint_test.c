/* SPDX-License-Identifier: Apache-2.0
 *
 * What ssh complains about has a name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/ssh.h"

#include <string.h>

#include <apr_general.h>

#include "t/unit/pool.h"

static asactl_exit_code_t ssh_code(int status, const char *complaint, const char *words)
{
    asactl_outcome_t outcome;

    asactl_ssh_explain(pool, "cas-1", status, complaint, &outcome);
    if (words != NULL) {
        assert_non_null(strstr(outcome.sentence, words));
        assert_memory_equal(outcome.sentence, "cas-1: ", 7);
    } else {
        assert_null(outcome.sentence);
    }
    return outcome.code;
}

static void what_ssh_complains_about_has_a_name(void **state)
{
    (void)state;
    assert_int_equal(ssh_code(0, "", NULL), ASACTL_OK);
    assert_int_equal(ssh_code(8, "Permission denied", NULL), ASACTL_OK); /* asactl's own */
    assert_int_equal(ssh_code(127, "sh: asactl: not found", "not found"), ASACTL_FAILED);
    assert_int_equal(ssh_code(255, "root@cas-1: Permission denied (publickey).", "let us in"),
                     ASACTL_DENIED);
    assert_int_equal(ssh_code(255,
                              "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\r\n"
                              "Host key verification failed.",
                              "has changed"),
                     ASACTL_DENIED);
    assert_int_equal(ssh_code(255, "Host key verification failed.", "not known"), ASACTL_DENIED);
    assert_int_equal(
        ssh_code(255, "connect to host cas-1 port 22: Connection timed out", "does not answer"),
        ASACTL_UNREACHABLE);
    assert_int_equal(ssh_code(255, "first\r\nsomething new\r\n", "ssh fails: something new"),
                     ASACTL_UNREACHABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ssh_complains_about_has_a_name),
    };
    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
