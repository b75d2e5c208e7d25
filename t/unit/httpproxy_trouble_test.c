/* SPDX-License-Identifier: Apache-2.0
 *
 * httpproxy_log in trouble: a full disk, files and folders that go while they are written to.
 *
 * The disk is "full" by RLIMIT_FSIZE, which tears a write as a full disk does, for any user.
 */
#include "t/unit/httpproxy_files.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "mod_asa_auth/httpproxy_folder.h"

/* No file grows past its first bytes until this is called with RLIM_INFINITY. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes == RLIM_INFINITY ? limit.rlim_max : bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void check_reports(bench_t *bench, int troubles, int recoveries, unsigned long lost)
{
    assert_int_equal(bench->troubles, troubles);
    assert_int_equal(bench->recoveries, recoveries);
    assert_int_equal(bench->lost, lost);
}

static void test_torn_line_is_never_joined(void **state)
{
    bench_t *bench = *state;
    rlim_t full = (rlim_t)strlen(head(bench, NOW)) + strlen("before\r\n") + 4;

    write_line(bench, NOW, "before");
    limit_files(full);
    write_line(bench, NOW, "torn line");
    check_reports(bench, 1, 0, 1);
    assert_non_null(strstr(bench->text, in_mapi(bench, FILE_NAME)));
    assert_non_null(strstr(bench->text, "File too large"));
    write_line(bench, NOW + SECOND / 2, "too early to try");
    write_line(bench, NOW + SECOND, "still full");
    limit_files(RLIM_INFINITY);
    write_line(bench, NOW + SECOND + SECOND / 2, "again too early");
    check_reports(bench, 1, 0, 1);
    write_line(bench, NOW + 2 * SECOND, "after");
    check_reports(bench, 1, 1, 4);
    write_line(bench, NOW + 2 * SECOND, "more");
    check_body(bench, FILE_NAME, "before\r\ntorn\r\nafter\r\nmore\r\n");
    /* The next trouble is told again. */
    limit_files(full);
    write_line(bench, NOW + 2 * SECOND, "lost");
    limit_files(RLIM_INFINITY);
    check_reports(bench, 2, 1, 1);
    write_line(bench, NOW + 3 * SECOND, "end");
    check_reports(bench, 2, 2, 1);
    check_body(bench, FILE_NAME, "before\r\ntorn\r\nafter\r\nmore\r\nend\r\n");
}

static void test_line_torn_inside_its_end(void **state)
{
    bench_t *bench = *state;

    write_line(bench, NOW, "before");
    limit_files((rlim_t)strlen(head(bench, NOW)) + strlen("before\r\ntorn\r"));
    write_line(bench, NOW, "torn");
    limit_files(RLIM_INFINITY);
    write_line(bench, NOW + SECOND, "after");
    check_body(bench, FILE_NAME, "before\r\ntorn\r\nafter\r\n");
}

static void test_line_that_another_process_tore(void **state)
{
    bench_t *bench = *state;

    write_line(bench, NOW, "ours");
    put_text(in_mapi(bench, FILE_NAME), "torn", O_APPEND);
    write_line(bench, NOW + SECOND, "after");
    check_body(bench, FILE_NAME, "ours\r\ntorn\r\nafter\r\n");
    put_text(in_mapi(bench, FILE_NAME), "killed", O_APPEND);
    open_log(bench);
    write_line(bench, NOW, "restarted");
    check_body(bench, FILE_NAME, "ours\r\ntorn\r\nafter\r\nkilled\r\nrestarted\r\n");
    check_reports(bench, 0, 0, 0);
}

/* What others wrote since our last line must not hide that ours broke off. */
static void test_torn_line_behind_those_of_others(void **state)
{
    bench_t *bench = *state;
    mod_asa_httpproxy_log_t *ours = bench->log;

    write_line(bench, NOW, "ours");
    open_log(bench);
    write_line(bench, NOW, "a longer one of theirs");
    bench->log = ours;
    limit_files((rlim_t)strlen(read_text(bench, in_mapi(bench, FILE_NAME))) + 4);
    write_line(bench, NOW, "torn line");
    limit_files(RLIM_INFINITY);
    write_line(bench, NOW - SECOND, "after");
    check_body(bench, FILE_NAME, "ours\r\na longer one of theirs\r\ntorn\r\nafter\r\n");
    check_reports(bench, 1, 1, 1);
}

static int drain[2];      /* a pipe */
static char drained[512]; /* what went through it: runs of one letter, as "a" each */

static void empty_pipe(int signal_number)
{
    char bytes[4096];
    size_t used = strlen(drained);
    ssize_t count;
    int before = errno;

    (void)signal_number;
    while ((count = read(drain[0], bytes, sizeof(bytes))) > 0) {
        for (ssize_t i = 0; i < count; i++) {
            if (used == 0 || drained[used - 1] != bytes[i]) {
                drained[used++] = bytes[i];
            }
        }
    }
    errno = before;
}

/* A signal ends a write before it is complete: the rest follows, and nothing twice. */
static void test_short_write_is_completed(void **state)
{
    static char bytes[26 * 8192];
    struct sigaction action = {.sa_handler = empty_pipe};
    struct itimerval often = {{0, 1000}, {0, 1000}};
    struct itimerval never = {{0, 0}, {0, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (char)('a' + i / 8192);
    }
    assert_int_equal(pipe(drain), 0);
    assert_int_equal(fcntl(drain[0], F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
    assert_int_equal(mod_asa_httpproxy_folder_fill(drain[1], bytes, sizeof(bytes)), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    empty_pipe(SIGALRM);
    assert_string_equal(drained, "abcdefghijklmnopqrstuvwxyz");
    close(drain[0]);
    close(drain[1]);
}

static void test_no_half_head_is_ever_seen(void **state)
{
    bench_t *bench = *state;

    limit_files(100);
    write_line(bench, NOW, "lost");
    limit_files(RLIM_INFINITY);
    check_reports(bench, 1, 0, 1);
    assert_int_equal(count_names(bench), 0);
    write_line(bench, NOW + SECOND, "after");
    check_reports(bench, 1, 1, 1);
    check_body(bench, FILE_NAME, "after\r\n");
}

static void test_file_removed_moved_or_truncated(void **state)
{
    bench_t *bench = *state;
    const char *whole = head(bench, NOW);

    write_line(bench, NOW, "one");
    assert_int_equal(unlink(in_mapi(bench, FILE_NAME)), 0);
    write_line(bench, NOW + SECOND, "two");
    check_body(bench, FILE_NAME, "two\r\n");

    assert_int_equal(rename(in_mapi(bench, FILE_NAME), in_mapi(bench, "moved")), 0);
    write_line(bench, NOW + 2 * SECOND, "three");
    check_body(bench, FILE_NAME, "three\r\n");
    check_body(bench, "moved", "two\r\n");

    assert_int_equal(truncate(in_mapi(bench, FILE_NAME), 0), 0);
    write_line(bench, NOW + 3 * SECOND, "four");
    assert_string_equal(read_text(bench, in_mapi(bench, FILE_NAME)), "");
    check_body(bench, FILE_NAME_2, "four\r\n");

    assert_int_equal(truncate(in_mapi(bench, FILE_NAME_2), (off_t)strlen(whole)), 0);
    write_line(bench, NOW + 4 * SECOND, "five");
    check_body(bench, FILE_NAME_2, "five\r\n");

    /* Shortened between two looks: the line that goes there tells. */
    assert_int_equal(truncate(in_mapi(bench, FILE_NAME_2), 0), 0);
    write_line(bench, NOW + 4 * SECOND, "lost with the head");
    write_line(bench, NOW + 4 * SECOND, "next");
    check_body(bench, FILE_NAME_3, "next\r\n");

    /* Cut behind a line of the head. */
    assert_int_equal(truncate(in_mapi(bench, FILE_NAME_3), strchr(whole, '\n') + 1 - whole), 0);
    write_line(bench, NOW + 5 * SECOND, "five again");
    check_body(bench, FILE_NAME_4, "five again\r\n");

    /* Another one of the same length. */
    put_text(in_mapi(bench, "other"),
             apr_pstrcat(bench->pool, head(bench, 0), "other five\r\n", NULL), 0);
    assert_int_equal(rename(in_mapi(bench, "other"), in_mapi(bench, FILE_NAME_4)), 0);
    write_line(bench, NOW + 6 * SECOND, "six");
    check_body(bench, FILE_NAME_4, "other five\r\nsix\r\n");
    check_reports(bench, 0, 0, 0);
}

static void test_looks_once_a_second_only(void **state)
{
    bench_t *bench = *state;

    write_line(bench, NOW, "one");
    assert_int_equal(rename(in_mapi(bench, FILE_NAME), in_mapi(bench, "moved")), 0);
    write_line(bench, NOW + SECOND - 1, "two");
    check_body(bench, "moved", "one\r\ntwo\r\n");
    /* Also when the clock is set back. */
    write_line(bench, NOW - 2 * SECOND, "three");
    check_body(bench, FILE_NAME, "three\r\n");
}

static void test_folder_removed_and_made_again(void **state)
{
    bench_t *bench = *state;

    write_line(bench, NOW, "one");
    folder_remove(in_mapi(bench, ""));
    write_line(bench, NOW + SECOND, "two");
    check_body(bench, FILE_NAME, "two\r\n");

    assert_int_equal(rename(bench->folder, in_root(bench, "moved")), 0);
    write_line(bench, NOW + 2 * SECOND, "lost");
    check_reports(bench, 1, 0, 1);
    assert_non_null(strstr(bench->text, "No such file or directory"));
    assert_int_equal(mkdir(bench->folder, 0750), 0);
    write_line(bench, NOW + 3 * SECOND, "three");
    check_reports(bench, 1, 1, 1);
    check_body(bench, FILE_NAME, "three\r\n");
    assert_string_equal(body(bench, in_root(bench, "moved/Mapi/" FILE_NAME)), "two\r\n");
}

static void test_folder_replaced_by_a_file(void **state)
{
    bench_t *bench = *state;

    write_line(bench, NOW, "one");
    folder_remove(in_mapi(bench, ""));
    put_text(in_root(bench, "log/Mapi"), "in the way", 0);
    write_line(bench, NOW + SECOND, "lost");
    write_line(bench, NOW + 2 * SECOND, "lost too");
    check_reports(bench, 1, 0, 1);
    assert_non_null(strstr(bench->text, "Not a directory"));
    assert_int_equal(unlink(in_root(bench, "log/Mapi")), 0);
    write_line(bench, NOW + 3 * SECOND, "two");
    check_reports(bench, 1, 1, 2);
    check_body(bench, FILE_NAME, "two\r\n");
}

static void test_folder_replaced_by_a_link(void **state)
{
    bench_t *bench = *state;

    assert_int_equal(rename(in_root(bench, "log/Mapi"), in_root(bench, "elsewhere")), 0);
    assert_int_equal(symlink(in_root(bench, "elsewhere"), in_root(bench, "log/Mapi")), 0);
    write_line(bench, NOW, "lost");
    check_reports(bench, 1, 0, 1);
    assert_int_equal(rmdir(in_root(bench, "elsewhere")), 0);
}

static void test_trouble_of_one_protocol_is_its_own(void **state)
{
    bench_t *bench = *state;

    folder_remove(in_mapi(bench, ""));
    put_text(in_root(bench, "log/Mapi"), "in the way", 0);
    write_line(bench, NOW, "lost");
    mod_asa_httpproxy_log_write(bench->log, "Ews", NOW, "ews\r\n", 5);
    check_reports(bench, 1, 0, 1);
    assert_string_equal(body(bench, in_root(bench, "log/Ews/" FILE_NAME)), "ews\r\n");
}

static int tear_down_limits(void **state)
{
    limit_files(RLIM_INFINITY);
    return tear_down(state);
}

#define TROUBLE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down_limits)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TROUBLE(test_torn_line_is_never_joined),
        TROUBLE(test_line_torn_inside_its_end),
        TROUBLE(test_line_that_another_process_tore),
        TROUBLE(test_torn_line_behind_those_of_others),
        cmocka_unit_test(test_short_write_is_completed),
        TROUBLE(test_no_half_head_is_ever_seen),
        TROUBLE(test_file_removed_moved_or_truncated),
        TROUBLE(test_looks_once_a_second_only),
        TROUBLE(test_folder_removed_and_made_again),
        TROUBLE(test_folder_replaced_by_a_file),
        TROUBLE(test_folder_replaced_by_a_link),
        TROUBLE(test_trouble_of_one_protocol_is_its_own),
    };

    /* As httpd does: the write fails instead. */
    signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
