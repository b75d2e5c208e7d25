/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of visits are found in the logs that are being written: by their request-id alone, whole
 * ones only, in every folder of a protocol and at the end of a long file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/visit_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_file_info.h>
#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/corpus.h"
#include "t/unit/pool.h"

static const char *head, *line; /* of the log */
static asactl_visit_t visits[2];
static const char *folder;

/* A folder with a folder for a protocol; the corpus has a head and a line of ours. */
static int begin(void **state)
{
    size_t len;
    const char *bytes;
    char *last;

    open_pool(state);
    bytes = (const char *)corpus_read(pool, "log_record/ours-kerberos", &len);
    bytes = apr_pstrmemdup(pool, bytes, len);
    last = strrchr(apr_pstrmemdup(pool, bytes, len - 1), '\n');
    line = last + 1;
    head = apr_pstrmemdup(pool, bytes, strlen(bytes) - strlen(line) - 1);
    folder = mkdtemp(apr_pstrcat(pool, getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp",
                                 "/visit_lines.XXXXXX", NULL));
    assert_non_null(folder);
    assert_int_equal(mkdir(apr_pstrcat(pool, folder, "/Mapi", NULL), 0700), 0);
    memset(visits, 0, sizeof visits);
    visits[0].id = apr_pstrmemdup(pool, strchr(line, ',') + 1, 36);
    visits[1].id = "00000000-0000-4000-8000-000000000000";
    return 0;
}

static const char *path_of(const char *name)
{
    return apr_pstrcat(pool, folder, "/Mapi/", name, NULL);
}

static int end(void **state)
{
    unlink(path_of("HttpProxy_2026112619-1.LOG"));
    unlink(path_of("other.LOG"));
    rmdir(apr_pstrcat(pool, folder, "/Mapi", NULL));
    rmdir(folder);
    return close_pool(state);
}

static void write_file(const char *name, size_t fill, const char *last)
{
    FILE *file = fopen(path_of(name), "w");

    assert_non_null(file);
    fputs(head, file);
    for (size_t i = 0; i < fill; i++) {
        fprintf(file, "#%1022s\n", "");
    }
    fputs(last, file);
    assert_int_equal(fclose(file), 0);
}

static size_t find(apr_time_t since)
{
    apr_array_header_t *folders = apr_array_make(pool, 1, sizeof(const char *));

    APR_ARRAY_PUSH(folders, const char *) = folder;
    return asactl_visit_lines_find(pool, folders, since, visits, 2);
}

static void a_line_is_found_by_its_request_id(void **state)
{
    (void)state;
    write_file("HttpProxy_2026112619-1.LOG", 0, apr_pstrcat(pool, line, "\n", NULL));
    assert_int_equal(find(0), 1);
    assert_true(visits[0].line.seen);
    assert_string_equal(visits[0].line.package, "Kerberos");
    assert_non_null(visits[0].line.user);
    assert_non_null(visits[0].line.kvno);
    assert_false(visits[1].line.seen);
}

static void an_unfinished_line_is_none_yet(void **state)
{
    (void)state;
    write_file("HttpProxy_2026112619-1.LOG", 0, line);
    assert_int_equal(find(0), 2);
    write_file("HttpProxy_2026112619-1.LOG", 0, apr_pstrcat(pool, line, "\r\n", NULL));
    assert_int_equal(find(0), 1);
}

static void the_end_of_a_long_file_is_read(void **state)
{
    (void)state;
    write_file("HttpProxy_2026112619-1.LOG", 5 * 1024, apr_pstrcat(pool, line, "\n", NULL));
    assert_int_equal(find(0), 1);
}

static void other_and_older_files_are_passed_over(void **state)
{
    (void)state;
    write_file("other.LOG", 0, apr_pstrcat(pool, line, "\n", NULL));
    assert_int_equal(find(0), 2);
    write_file("HttpProxy_2026112619-1.LOG", 0, apr_pstrcat(pool, line, "\n", NULL));
    assert_int_equal(find(apr_time_now() + apr_time_from_sec(3600)), 2);
    assert_int_equal(find(0), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_is_found_by_its_request_id, begin, end),
        cmocka_unit_test_setup_teardown(an_unfinished_line_is_none_yet, begin, end),
        cmocka_unit_test_setup_teardown(the_end_of_a_long_file_is_read, begin, end),
        cmocka_unit_test_setup_teardown(other_and_older_files_are_passed_over, begin, end),
    };
    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
