/* SPDX-License-Identifier: Apache-2.0
 *
 * httpproxy_log under processes and threads: no line lost or doubled, no file without head or
 * longer than its size and a line of each process; and what a line costs in system calls.
 */
#include "t/unit/httpproxy_files.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <apr_thread_proc.h>

#define WRITERS   4
#define LINES     2000
#define LINE_MOST 700
/* In all files of a test. */
#define BLANKS_MOST 20

typedef struct writer_t {
    bench_t *bench;
    int number;
    apr_time_t step; /* the clock's, per line */
} writer_t;

/* Lines of unlike lengths that say who wrote them: "writer-line:xxx". */
static size_t make_line(char *line, int writer, int number)
{
    int len = apr_snprintf(line, LINE_MOST, "%d-%d:", writer, number);
    int filler = number * 7 % 600;

    memset(line + len, 'x', (size_t)filler);
    len += filler;
    return (size_t)(len + apr_snprintf(line + len, (apr_size_t)(LINE_MOST - len), "\r\n"));
}

static void write_lines(const writer_t *writer, mod_asa_httpproxy_log_t *log)
{
    char line[LINE_MOST];

    for (int i = 0; i < LINES; i++) {
        size_t len = make_line(line, writer->number, i);

        mod_asa_httpproxy_log_write(log, "Mapi", NOW + i * writer->step, line, len);
    }
}

/* Takes the lines of one file; each must be one that was written, for the first time.  A blank line
 * may stand where a process joined the file in the middle of another one's write. */
static size_t take_lines(const char *text, bool (*seen)[LINES], size_t *blanks)
{
    size_t count = 0;

    while (*text != '\0') {
        size_t blank = strspn(text, "\r\n");
        char line[LINE_MOST];
        char *end;
        long writer = strtol(text, &end, 10);
        long number = *end == '-' ? strtol(end + 1, NULL, 10) : -1;
        size_t len;

        if (blank > 0) {
            text += blank;
            ++*blanks;
            continue;
        }
        assert_in_range(writer, 0, WRITERS - 1);
        assert_in_range(number, 0, LINES - 1);
        len = make_line(line, (int)writer, (int)number);
        assert_int_equal(strncmp(text, line, len), 0);
        assert_false(seen[writer][number]);
        seen[writer][number] = true;
        text += len;
        count++;
    }
    return count;
}

static void check_lines(bench_t *bench, size_t files_least, size_t size_most)
{
    static bool seen[WRITERS][LINES];
    DIR *dir = opendir(in_mapi(bench, ""));
    struct dirent *entry;
    size_t files = 0;
    size_t lines = 0;
    size_t blanks = 0;

    memset(seen, 0, sizeof(seen));
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        const char *path = in_mapi(bench, entry->d_name);
        apr_time_t hour;
        unsigned number;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        assert_true(asa_httpproxy_record_parse_file_name(entry->d_name, &hour, &number));
        lines += take_lines(body(bench, path), seen, &blanks);
        assert_true(strlen(read_text(bench, path)) <= size_most);
        files++;
    }
    closedir(dir);
    assert_int_equal(lines, WRITERS * LINES);
    assert_true(files >= files_least);
    assert_in_range(blanks, 0, BLANKS_MOST);
}

/* Runs the writers as processes, all let go at once by the end of a pipe. */
static void run_processes(bench_t *bench, apr_time_t step)
{
    int gate[2];
    pid_t pids[WRITERS];
    int failures = 0;

    assert_int_equal(pipe(gate), 0);
    for (int i = 0; i < WRITERS; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            writer_t writer = {bench, i, step};
            char byte;

            close(gate[1]);
            open_log(bench);
            while (read(gate[0], &byte, 1) > 0) {
            }
            write_lines(&writer, bench->log);
            if (bench->troubles > 0) {
                print_error("%s\n", bench->text);
            }
            _exit(bench->troubles);
        }
        assert_true(pids[i] > 0);
    }
    close(gate[0]);
    close(gate[1]);
    for (int i = 0; i < WRITERS; i++) {
        int status = -1;

        waitpid(pids[i], &status, 0);
        failures += status != 0;
    }
    /* Only now: none may still write while a failed test clears its folder away. */
    assert_int_equal(failures, 0);
}

#define SMALL 20000

static void test_processes_share_small_files(void **state)
{
    bench_t *bench = *state;

    bench->options.size = SMALL;
    run_processes(bench, 0);
    check_lines(bench, 90, SMALL + WRITERS * LINE_MOST);
}

static void test_processes_share_one_file(void **state)
{
    bench_t *bench = *state;

    run_processes(bench, 0);
    check_lines(bench, 1, MOD_ASA_HTTPPROXY_LOG_SIZE);
    assert_int_equal(count_names(bench), 1);
}

static void test_processes_roll_hours(void **state)
{
    bench_t *bench = *state;

    bench->options.size = SMALL;
    bench->options.keep = 0;
    run_processes(bench, 9 * SECOND); /* five hours in all */
    check_lines(bench, 90, SMALL + WRITERS * LINE_MOST);
}

static void *APR_THREAD_FUNC run_thread(apr_thread_t *thread, void *baton)
{
    writer_t *writer = baton;

    write_lines(writer, writer->bench->log);
    apr_thread_exit(thread, APR_SUCCESS);
    return NULL;
}

static void test_threads_share_a_log(void **state)
{
    bench_t *bench = *state;
    writer_t writers[WRITERS];
    apr_thread_t *threads[WRITERS];

    bench->options.size = SMALL;
    open_log(bench);
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (writer_t){bench, i, 0};
        assert_int_equal(apr_thread_create(&threads[i], NULL, run_thread, &writers[i], bench->pool),
                         0);
    }
    for (int i = 0; i < WRITERS; i++) {
        apr_status_t status;

        assert_int_equal(apr_thread_join(&status, threads[i]), 0);
    }
    assert_int_equal(bench->troubles, 0);
    check_lines(bench, 90, SMALL + LINE_MOST); /* one process: one line beyond */
}

typedef struct calls_t {
    long writes;
    long seeks;
    long others;
} calls_t;

/* Counts the system calls of a child from its SIGSTOP to its end. */
static void count_calls(pid_t pid, calls_t *calls)
{
    struct __ptrace_syscall_info info;
    int status;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSTOPPED(status));
    assert_int_equal(ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD), 0);
    while (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) == 0 && waitpid(pid, &status, 0) == pid &&
           WIFSTOPPED(status)) {
        assert_true(ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) > 0);
        if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
            calls->writes += info.entry.nr == SYS_write;
            calls->seeks += info.entry.nr == SYS_lseek;
            calls->others += info.entry.nr != SYS_write && info.entry.nr != SYS_lseek;
        }
    }
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_a_line_is_two_system_calls(void **state)
{
    bench_t *bench = *state;
    calls_t calls = {0, 0, 0};
    pid_t pid = fork();

    if (pid == 0) {
        writer_t writer = {bench, 0, SECOND / 1000};

        write_line(bench, NOW, "opens the file");
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
            _exit(1);
        }
        raise(SIGSTOP);
        write_lines(&writer, bench->log);
        _exit(bench->troubles);
    }
    count_calls(pid, &calls);
    assert_int_equal(calls.writes, LINES);
    assert_int_equal(calls.seeks, LINES);
    /* One look in two seconds is a fstatat and a pread; the return from raise and the end. */
    assert_in_range(calls.others, 2, 6);
}

#define RACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RACE(test_processes_share_small_files), RACE(test_processes_share_one_file),
        RACE(test_processes_roll_hours),        RACE(test_threads_share_a_log),
        RACE(test_a_line_is_two_system_calls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
