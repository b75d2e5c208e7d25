/* SPDX-License-Identifier: Apache-2.0
 *
 * Which files of a folder are read, and to their very close_folder.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/log_reader.h"

#include <string.h>
#include <unistd.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <zlib.h>

#include "asactl/log_files.h"
#include "t/unit/own_folder.h"

#define IIS_HEAD "#Fields: date time cs-uri-stem cs-username c-ip sc-status time-taken\n"
#define IIS_LINE "2026-11-26 08:00:00 /ews/ T\\w 192.0.2.7 200 1"

static void put(const char *name, const char *text)
{
    folder_write(apr_pstrcat(pool, folder, "/", name, NULL), text, strlen(text));
}

static void count_failure(void *data, const char *path, const asactl_outcome_t *outcome)
{
    (void)path;
    (void)outcome;
    ++*(int *)data;
}

/* What was counted in the folder, which is named so many times; failed files in *failed. */
static const asactl_log_sources_t *read_folder(int times, bool more_to_come, int *failed)
{
    static const asactl_log_filter_t none;
    asactl_log_filter_t *filter = apr_pmemdup(pool, &none, sizeof none);
    apr_array_header_t *words = apr_array_make(pool, 1, sizeof(const char *)), *files;
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    asactl_log_reader_t reader;
    unsigned long long skipped;

    filter->protocols = filter->users = filter->clients = apr_array_make(pool, 1, sizeof(char *));
    asactl_log_reader_make(pool, &reader);
    reader.summary = asactl_log_summary_make(pool, false);
    reader.filter = filter;
    reader.more_to_come = more_to_come;
    for (int i = 0; i < times; i++) {
        APR_ARRAY_PUSH(words, const char *) = folder;
    }
    *failed = 0;
    asactl_log_files_find(pool, words, &files, &skipped, count_failure, failed);
    for (int i = 0; i < files->nelts; i++) {
        for (int other = 0; other < i; other++) {
            assert_true(APR_ARRAY_IDX(files, i, asactl_log_file_t).inode !=
                        APR_ARRAY_IDX(files, other, asactl_log_file_t).inode);
        }
        *failed += asactl_log_reader_file(&reader, &APR_ARRAY_IDX(files, i, asactl_log_file_t),
                                          &outcome) != ASACTL_LOG_READER_DONE;
    }
    return asactl_log_summary_sources(reader.summary);
}

static void rolled_logs_are_read_once(void **state)
{
    static const char *const logs[] = {"a.LOG", "b.log.1", "c.LOG-20261126", "d.log.old", "e.log~"};
    static const char *const others[] = {"a.txt", ".a.LOG.part", "catalog", "x.login", "log"};
    const asactl_log_sources_t *sources;
    int failed;

    for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
        put(logs[i], IIS_HEAD IIS_LINE "\n");
        put(others[i], IIS_HEAD IIS_LINE "\n");
    }
    sources = read_folder(2, false, &failed);
    assert_int_equal(sources->counted, 5);
    assert_int_equal(failed, 0);
    put("f.log.zst", "\x28\xb5\x2f\xfd and so on");
    put("g.log.bz2", "BZh9 and so on");
    put("h.log", "\xff\xfe#");
    sources = read_folder(1, false, &failed);
    assert_int_equal(sources->counted, 5);
    assert_int_equal(failed, 3);
}

static void the_last_line_counts(void **state)
{
    const asactl_log_sources_t *sources;
    int failed;

    put("a.log", IIS_HEAD IIS_LINE);
    sources = read_folder(1, false, &failed);
    assert_int_equal(sources->counted, 1);
    assert_int_equal(sources->unfinished, 0);
    sources = read_folder(1, true, &failed);
    assert_int_equal(sources->counted, 0);
    assert_int_equal(sources->unfinished, 1);
    put("a.log", IIS_HEAD "2026-11-26 08:00:00 /ews/ T\\w 192.0.2.7 200");
    assert_int_equal(read_folder(1, false, &failed)->unfinished, 1);
    /* A status that may lack digits tells nothing. */
    put("a.log", "#Fields: date time cs-uri-stem cs-username c-ip sc-status\n"
                 "2026-11-26 08:00:00 /ews/ T\\w 192.0.2.7 200");
    sources = read_folder(1, false, &failed);
    assert_int_equal(sources->counted, 0);
    assert_int_equal(sources->unfinished, 1);
}

static void append_packed(const char *path, const char *text, size_t zeros)
{
    static const char zero[64];
    gzFile packed = gzopen(path, "ab");
    int fd;

    assert_non_null(packed);
    assert_int_equal(gzwrite(packed, text, (unsigned)strlen(text)), strlen(text));
    assert_int_equal(gzclose(packed), Z_OK);
    fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_int_equal(write(fd, zero, zeros), zeros);
    close(fd);
}

static void what_stands_behind_zeros_is_read(void **state)
{
    const char *path = apr_pstrcat(pool, folder, "/a.log.gz", NULL);
    const asactl_log_sources_t *sources;
    int failed;

    append_packed(path, IIS_HEAD IIS_LINE "\n", 64);
    assert_int_equal(read_folder(1, false, &failed)->counted, 1);
    assert_int_equal(failed, 0);
    append_packed(path, IIS_LINE "\n", 0);
    sources = read_folder(1, false, &failed);
    assert_int_equal(sources->counted, 2);
    assert_int_equal(failed, 0);
    append_packed(path, IIS_LINE "\n", 64);
    folder_write(apr_pstrcat(pool, folder, "/b.log.gz", NULL), "\x1f\x8bgarbage", 9);
    sources = read_folder(1, false, &failed);
    assert_int_equal(sources->counted, 3);
    assert_int_equal(failed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rolled_logs_are_read_once, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(the_last_line_counts, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(what_stands_behind_zeros_is_read, open_folder,
                                        close_folder),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
