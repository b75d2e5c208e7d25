/* SPDX-License-Identifier: Apache-2.0
 *
 * httpproxy_log: which file a line goes to, when files begin and go, and what is left alone.
 */
#include "t/unit/httpproxy_files.h"

#include <utime.h>

static void test_first_line_begins_a_file(void **state)
{
    bench_t *bench = *state;
    struct stat st;

    assert_int_equal(count_names(bench), 0);
    write_line(bench, NOW, "one");
    write_line(bench, NOW + 1, "two");
    assert_string_equal(read_text(bench, in_mapi(bench, FILE_NAME)),
                        apr_pstrcat(bench->pool, head(bench, NOW), "one\r\ntwo\r\n", NULL));
    assert_int_equal(count_names(bench), 1);
    assert_int_equal(stat(in_mapi(bench, FILE_NAME), &st), 0);
    assert_int_equal(st.st_mode & 07777 & ~0640, 0);
    assert_int_equal(bench->troubles + bench->recoveries, 0);
}

static void test_protocols_have_folders_of_their_own(void **state)
{
    bench_t *bench = *state;

    write_line(bench, NOW, "mapi");
    mod_asa_httpproxy_log_write(bench->log, "Ews", NOW, "ews\r\n", 5);
    check_body(bench, FILE_NAME, "mapi\r\n");
    assert_string_equal(body(bench, in_root(bench, "log/Ews/" FILE_NAME)), "ews\r\n");
}

static void test_hour_begins_a_file(void **state)
{
    bench_t *bench = *state;
    apr_time_t next = NOW - NOW % HOUR + HOUR;

    write_line(bench, next - 1, "before");
    write_line(bench, next, "after");
    write_line(bench, next - 1, "late");
    check_body(bench, FILE_NAME, "before\r\n");
    check_body(bench, NEXT_NAME, "after\r\nlate\r\n");
    /* A clock that was set back is no late line. */
    write_line(bench, next - 2 * 60 * SECOND, "set back");
    check_body(bench, FILE_NAME, "before\r\nset back\r\n");
    assert_int_equal(count_names(bench), 2);
}

static void test_size_begins_the_next_number(void **state)
{
    bench_t *bench = *state;

    bench->options.size = (apr_off_t)strlen(head(bench, NOW)) + 10;
    open_log(bench);
    write_line(bench, NOW, "123");
    write_line(bench, NOW, "456"); /* reaches the size exactly */
    write_line(bench, NOW, "7");
    check_body(bench, FILE_NAME, "123\r\n456\r\n");
    check_body(bench, FILE_NAME_2, "7\r\n");
    /* One line may go beyond. */
    write_line(bench, NOW, "0123456789abcdef");
    write_line(bench, NOW, "8");
    check_body(bench, FILE_NAME_2, "7\r\n0123456789abcdef\r\n");
    check_body(bench, FILE_NAME_3, "8\r\n");
    /* Nobody joins a file that is full, and one that is not is joined. */
    open_log(bench);
    write_line(bench, NOW, "9876543");
    open_log(bench);
    write_line(bench, NOW, "0");
    check_body(bench, FILE_NAME_3, "8\r\n9876543\r\n");
    check_body(bench, FILE_NAME_4, "0\r\n");
}

/* A file always takes one line, so that a line is never without a file. */
static void test_size_below_the_head(void **state)
{
    bench_t *bench = *state;

    bench->options.size = 1;
    open_log(bench);
    write_line(bench, NOW, "one");
    write_line(bench, NOW, "two");
    check_body(bench, FILE_NAME, "one\r\n");
    check_body(bench, FILE_NAME_2, "two\r\n");
    assert_int_equal(count_names(bench), 2);
}

/* Two processes, as far as one can be two: another fills the file while we do not write. */
static void test_file_that_another_process_filled(void **state)
{
    bench_t *bench = *state;
    mod_asa_httpproxy_log_t *ours;
    mod_asa_httpproxy_log_t *third;

    bench->options.size = (apr_off_t)strlen(head(bench, NOW)) + 12;
    open_log(bench);
    ours = bench->log;
    write_line(bench, NOW, "ours");
    open_log(bench);
    third = bench->log;
    write_line(bench, NOW, "3"); /* 9 bytes by now */
    open_log(bench);
    write_line(bench, NOW, "theirs");
    write_line(bench, NOW, "theirs");
    bench->log = ours;
    write_line(bench, NOW, "beyond");
    write_line(bench, NOW, "next");
    check_body(bench, FILE_NAME, "ours\r\n3\r\ntheirs\r\nbeyond\r\n");
    /* Whoever looks before writing writes nothing beyond. */
    bench->log = third;
    write_line(bench, NOW + SECOND, "3");
    check_body(bench, FILE_NAME, "ours\r\n3\r\ntheirs\r\nbeyond\r\n");
    check_body(bench, FILE_NAME_2, "theirs\r\nnext\r\n");
    check_body(bench, FILE_NAME_3, "3\r\n");
}

static void test_no_limit_of_size(void **state)
{
    bench_t *bench = *state;

    bench->options.size = 0;
    open_log(bench);
    for (int i = 0; i < 100; i++) {
        write_line(bench, NOW, "x");
    }
    assert_int_equal(strlen(body(bench, in_mapi(bench, FILE_NAME))), 300);
    assert_int_equal(count_names(bench), 1);
}

static void test_restart_goes_on_with_the_highest_number(void **state)
{
    bench_t *bench = *state;
    static const char *const names[] = {"HttpProxy_2026112603-9.LOG", "HttpProxy_2026112603-10.LOG",
                                        "HttpProxy_2026112602-77.LOG"};

    for (size_t i = 0; i < 3; i++) {
        put_text(in_mapi(bench, names[i]), head(bench, NOW), 0);
    }
    write_line(bench, NOW, "one");
    open_log(bench);
    write_line(bench, NOW, "two");
    check_body(bench, "HttpProxy_2026112603-10.LOG", "one\r\ntwo\r\n");
    assert_int_equal(count_names(bench), 3);
}

static void test_what_is_no_log_is_left_alone(void **state)
{
    bench_t *bench = *state;
    const char *victim = in_root(bench, "victim");
    const char *whole = head(bench, NOW);
    char *stranger = apr_pstrdup(bench->pool, whole);

    stranger[10] = '!';
    put_text(victim, whole, 0);
    put_text(in_mapi(bench, FILE_NAME), stranger, 0);
    write_line(bench, NOW, "zero");
    check_body(bench, FILE_NAME_2, "zero\r\n");
    assert_int_equal(unlink(in_mapi(bench, FILE_NAME_2)), 0);

    assert_int_equal(symlink(victim, in_mapi(bench, FILE_NAME_2)), 0);
    open_log(bench);
    write_line(bench, NOW, "one");
    check_body(bench, FILE_NAME_3, "one\r\n");

    assert_int_equal(mkfifo(in_mapi(bench, FILE_NAME_4), 0600), 0);
    open_log(bench);
    write_line(bench, NOW, "two");
    check_body(bench, "HttpProxy_2026112603-5.LOG", "two\r\n");

    assert_int_equal(mkdir(in_mapi(bench, "HttpProxy_2026112603-6.LOG"), 0700), 0);
    open_log(bench);
    write_line(bench, NOW, "three");
    check_body(bench, "HttpProxy_2026112603-7.LOG", "three\r\n");

    /* A head that breaks off is none. */
    put_text(in_mapi(bench, "HttpProxy_2026112603-8.LOG"), whole, 0);
    assert_int_equal(
        truncate(in_mapi(bench, "HttpProxy_2026112603-8.LOG"), (off_t)strlen(whole) - 1), 0);
    open_log(bench);
    write_line(bench, NOW, "four");
    check_body(bench, "HttpProxy_2026112603-9.LOG", "four\r\n");

    /* A file that is closed to us; to root none is. */
    put_text(in_mapi(bench, "HttpProxy_2026112603-10.LOG"), whole, 0);
    assert_int_equal(chmod(in_mapi(bench, "HttpProxy_2026112603-10.LOG"), 0), 0);
    open_log(bench);
    write_line(bench, NOW, "five");
    check_body(bench,
               geteuid() == 0 ? "HttpProxy_2026112603-10.LOG" : "HttpProxy_2026112603-11.LOG",
               "five\r\n");

    assert_string_equal(read_text(bench, victim), whole);
    assert_string_equal(read_text(bench, in_mapi(bench, FILE_NAME)), stranger);
    assert_int_equal(bench->troubles, 0);
}

static void test_old_files_go_when_one_begins(void **state)
{
    bench_t *bench = *state;
    const char *victim = in_root(bench, "victim");
    static const char *const stay[] = {
        "HttpProxy_2026112602-1.LOG", /* its hour ended 2 h before the next one begins */
        "HttpProxy_2020112603-1.LOG.gz",
        "HttpProxy_2020112603-01.LOG",
        "Old_HttpProxy_2020112603-1.LOG",
        "HttpProxy_2020113103-1.LOG",
        "notes",
    };
    static const char *const go[] = {"HttpProxy_2026112601-1.LOG", "HttpProxy_2026112601-2.LOG",
                                     "HttpProxy_2020112603-1.LOG"};

    bench->options.keep = 2 * HOUR;
    open_log(bench);
    put_text(in_mapi(bench, FILE_NAME), head(bench, NOW), 0);
    put_text(victim, "stays", 0);
    for (size_t i = 0; i < sizeof(stay) / sizeof(stay[0]); i++) {
        put_text(in_mapi(bench, stay[i]), "", 0);
    }
    for (size_t i = 0; i < 2; i++) {
        put_text(in_mapi(bench, go[i]), "", 0);
    }
    assert_int_equal(symlink(victim, in_mapi(bench, go[2])), 0);
    write_line(bench, NOW, "begins nothing");
    assert_true(exists(in_mapi(bench, go[0])));
    write_line(bench, NOW + HOUR, "begins a file");
    for (size_t i = 0; i < sizeof(stay) / sizeof(stay[0]); i++) {
        assert_true(exists(in_mapi(bench, stay[i])));
    }
    for (size_t i = 0; i < 3; i++) {
        assert_false(exists(in_mapi(bench, go[i])));
    }
    assert_string_equal(read_text(bench, victim), "stays");
    assert_int_equal(bench->troubles + bench->old_kept, 0);
}

static void test_keep_nothing_said_keeps_all(void **state)
{
    bench_t *bench = *state;

    bench->options.keep = 0;
    open_log(bench);
    put_text(in_mapi(bench, "HttpProxy_1999112601-1.LOG"), "", 0);
    write_line(bench, NOW, "one");
    assert_true(exists(in_mapi(bench, "HttpProxy_1999112601-1.LOG")));
}

static void test_what_cannot_be_removed_is_told_once(void **state)
{
    bench_t *bench = *state;

    assert_int_equal(mkdir(in_mapi(bench, "HttpProxy_2020112603-1.LOG"), 0700), 0);
    put_text(in_mapi(bench, "HttpProxy_2020112603-2.LOG"), "", 0);
    for (int i = 0; i < 3; i++) {
        write_line(bench, NOW + i * HOUR, "one");
    }
    assert_int_equal(bench->old_kept, 1);
    assert_int_equal(bench->lost, 0);
    assert_string_equal(bench->text,
                        apr_psprintf(bench->pool, "%s/Mapi: %s", bench->folder, strerror(EISDIR)));
    assert_false(exists(in_mapi(bench, "HttpProxy_2020112603-2.LOG")));
    assert_int_equal(bench->troubles + bench->recoveries, 0);
    /* Told again after it was over. */
    assert_int_equal(rmdir(in_mapi(bench, "HttpProxy_2020112603-1.LOG")), 0);
    write_line(bench, NOW + 3 * HOUR, "over");
    assert_int_equal(mkdir(in_mapi(bench, "HttpProxy_2020112603-1.LOG"), 0700), 0);
    write_line(bench, NOW + 4 * HOUR, "again");
    assert_int_equal(bench->old_kept, 2);
}

static void test_dead_births_are_cleared_away(void **state)
{
    bench_t *bench = *state;
    const char *dead = in_mapi(bench, ".HttpProxy_0123456789abcdef.tmp");
    const char *live = in_mapi(bench, ".HttpProxy_0123456789abcde0.tmp");
    const char *other = in_mapi(bench, ".HttpProxy_0123456789abcdef.txt");
    struct utimbuf old = {1000, 1000};

    put_text(dead, "half a head", 0);
    put_text(live, "half a head", 0);
    put_text(other, "not ours", 0);
    assert_int_equal(utime(dead, &old) | utime(other, &old), 0);
    write_line(bench, NOW, "one");
    assert_false(exists(dead));
    assert_true(exists(live));
    assert_true(exists(other));
    check_body(bench, FILE_NAME, "one\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_first_line_begins_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_protocols_have_folders_of_their_own, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_hour_begins_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_size_begins_the_next_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_size_below_the_head, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_file_that_another_process_filled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_limit_of_size, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_restart_goes_on_with_the_highest_number, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_no_log_is_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_old_files_go_when_one_begins, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keep_nothing_said_keeps_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_removed_is_told_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_dead_births_are_cleared_away, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
