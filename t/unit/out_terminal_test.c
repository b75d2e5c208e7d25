/* SPDX-License-Identifier: Apache-2.0
 *
 * What asactl shows and asks on a terminal: live steps that stay one line, and a question that only
 * "yes" affirms.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/out.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define COLUMNS 60

static int terminal, saved_stdin, saved_stderr;
static char seen[8192];

/* A terminal whose far side is ours; it changes no byte and echoes none. */
static int begin_terminal(void **state)
{
    const struct winsize size = {.ws_row = 24, .ws_col = COLUMNS};
    struct termios plain;
    int near;

    (void)state;
    terminal = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(terminal >= 0);
    assert_int_equal(grantpt(terminal) | unlockpt(terminal), 0);
    near = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    assert_true(near >= 0);
    assert_int_equal(tcgetattr(near, &plain), 0);
    plain.c_oflag &= (tcflag_t)~OPOST;
    plain.c_lflag &= (tcflag_t) ~(ECHO | ECHONL);
    assert_int_equal(tcsetattr(near, TCSANOW, &plain), 0);
    assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
    saved_stdin = dup(STDIN_FILENO);
    saved_stderr = dup(STDERR_FILENO);
    assert_true(dup2(near, STDIN_FILENO) >= 0 && dup2(near, STDERR_FILENO) >= 0);
    close(near);
    asactl_out_begin(false);
    return 0;
}

static int end_terminal(void **state)
{
    (void)state;
    fflush(stderr);
    dup2(saved_stdin, STDIN_FILENO);
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stdin);
    close(saved_stderr);
    close(terminal);
    clearerr(stdin);
    return 0;
}

/* What was written to the terminal since the last call.  It arrives when the kernel is ready, so a
 * mark of ours is sent behind it and waited for. */
static const char *read_terminal(void)
{
    static const char mark[] = "\a<end>";
    struct pollfd ready = {.fd = terminal, .events = POLLIN};
    size_t len = 0;
    char *end = NULL;

    fflush(stderr);
    assert_int_equal(write(STDERR_FILENO, mark, strlen(mark)), strlen(mark));
    while (end == NULL && len < sizeof seen - 1 && poll(&ready, 1, 10000) == 1) {
        ssize_t got = read(terminal, seen + len, sizeof seen - 1 - len);

        assert_true(got > 0);
        len += (size_t)got;
        seen[len] = '\0';
        end = strstr(seen, mark);
    }
    assert_non_null(end);
    *end = '\0';
    return seen;
}

static void type(const char *text)
{
    assert_int_equal(write(terminal, text, strlen(text)), strlen(text));
}

static void a_step_is_redrawn_with_its_time(void **state)
{
    const char *text;

    (void)state;
    asactl_out_step("staging on %s", "cas-1");
    assert_string_equal(read_terminal(), "\r\033[Kstaging on cas-1 ");
    asactl_out_step("changing the directory");
    text = read_terminal();
    assert_ptr_equal(strstr(text, "\r\033[Kstaging on cas-1  0."), text);
    assert_non_null(strstr(text, " s\n\r\033[Kchanging the directory "));
    assert_true(asactl_out_end());
    assert_non_null(strstr(read_terminal(), " s\n"));
    assert_true(asactl_out_end());
    assert_string_equal(read_terminal(), "");
}

static void a_long_step_stays_one_line(void **state)
{
    const char *text;

    (void)state;
    asactl_out_step("%0300d", 7);
    text = read_terminal();
    assert_true(strlen(text) < COLUMNS);
    assert_non_null(strstr(text, "0\xe2\x80\xa6 "));
    assert_true(asactl_out_end());
}

static void a_hostile_step_is_shown_not_obeyed(void **state)
{
    (void)state;
    asactl_out_step("%s", "\033[2J\nx");
    assert_string_equal(read_terminal(), "\r\033[K\\x1b[2J\\x0ax ");
    assert_true(asactl_out_end());
}

static void only_yes_is_yes(void **state)
{
    static const char *const answers[] = {
        "no\n", "\n", "y\n", "YES\n", "yes x\n", " yes\n", "yes yes yes yes yes yes\n"};

    (void)state;
    type("yes\n");
    assert_true(asactl_out_confirm("Delete ASA$\033[m?"));
    assert_string_equal(read_terminal(), "Delete ASA$\\x1b[m? [yes/no] ");
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        type(answers[i]);
        assert_false(asactl_out_confirm("Delete?"));
    }
    /* What is left of an answer that was too long answers nothing. */
    type("nnnnnnnnnnnnnnnyes\n");
    assert_false(asactl_out_confirm("Delete?"));
    type("no\n");
    assert_false(asactl_out_confirm("Delete?"));
    type("\004");
    assert_false(asactl_out_confirm("Delete?"));
}

static void json_asks_nothing(void **state)
{
    (void)state;
    asactl_out_begin(true);
    type("yes\n");
    assert_false(asactl_out_confirm("Delete?"));
    assert_string_equal(read_terminal(), "");
}

static void without_a_terminal_the_answer_is_no(void **state)
{
    int pipes[2];

    (void)state;
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(write(pipes[1], "yes\n", 4), 4);
    assert_true(dup2(pipes[0], STDIN_FILENO) >= 0);
    assert_false(asactl_out_confirm("Delete?"));
    assert_string_equal(read_terminal(), "");
    close(pipes[0]);
    close(pipes[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_step_is_redrawn_with_its_time, begin_terminal,
                                        end_terminal),
        cmocka_unit_test_setup_teardown(a_long_step_stays_one_line, begin_terminal, end_terminal),
        cmocka_unit_test_setup_teardown(a_hostile_step_is_shown_not_obeyed, begin_terminal,
                                        end_terminal),
        cmocka_unit_test_setup_teardown(only_yes_is_yes, begin_terminal, end_terminal),
        cmocka_unit_test_setup_teardown(json_asks_nothing, begin_terminal, end_terminal),
        cmocka_unit_test_setup_teardown(without_a_terminal_the_answer_is_no, begin_terminal,
                                        end_terminal),
    };

    return cmocka_run_group_tests_name("out on a terminal", tests, NULL, NULL);
}
