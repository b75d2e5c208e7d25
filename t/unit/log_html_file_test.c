/* SPDX-License-Identifier: Apache-2.0
 *
 * The file of the HTML report is replaced whole, is its owner's alone, and nothing else is touched.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/log_html_file.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "asactl/log_html.h"
#include "t/unit/own_folder.h"

static int files(void)
{
    DIR *dir = opendir(folder);
    int count = 0;

    while (readdir(dir) != NULL) {
        count++;
    }
    closedir(dir);
    return count - 2;
}

static bool write_report(const char *path, const char *text, asactl_outcome_t *outcome)
{
    return asactl_log_html_file_write(pool, path, text, strlen(text), outcome);
}

static void check_file(const char *path, const char *text, mode_t mode)
{
    char bytes[64] = "";
    FILE *file = fopen(path, "r");
    struct stat st;

    assert_non_null(file);
    assert_int_equal(fread(bytes, 1, sizeof bytes - 1, file), strlen(text));
    fclose(file);
    assert_string_equal(bytes, text);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, mode);
}

static void a_new_file_is_its_owners(void **state)
{
    const char *path = in_folder("r.html");
    asactl_outcome_t outcome;

    (void)state;
    assert_true(asactl_log_html_file_check(pool, path, &outcome));
    assert_int_equal(files(), 0);
    assert_true(write_report(path, "one", &outcome));
    check_file(path, "one", 0600);
    assert_int_equal(files(), 1);
}

#define OLD "<!DOCTYPE html>" ASACTL_LOG_HTML_MADE_BY "0.1.0\">old"

static void an_old_one_keeps_its_mode(void **state)
{
    const char *path = in_folder("r.html");
    asactl_outcome_t outcome;

    (void)state;
    folder_write(path, OLD, strlen(OLD));
    chmod(path, 0644);
    assert_true(write_report(path, "new one", &outcome));
    check_file(path, "new one", 0644);
    assert_int_equal(files(), 1);
}

static void nothing_else_goes(void **state)
{
    static const char *const others[] = {
        "DateTime,RequestId", "<!DOCTYPE html><meta name=\"generator\" content=\"hand\">",
        "asactl"};
    const char *path = in_folder("HttpProxy_2026112608-1.LOG");
    asactl_outcome_t outcome;

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        folder_write(path, others[i], strlen(others[i]));
        assert_false(asactl_log_html_file_check(pool, path, &outcome));
        assert_int_equal(outcome.code, ASACTL_USAGE);
        assert_non_null(strstr(outcome.sentence, "is no report of asactl log"));
        assert_false(write_report(path, "new", &outcome));
        check_file(path, others[i], 0600);
    }
    folder_write(path, "", 0);
    assert_true(write_report(path, "new", &outcome));
    check_file(path, "new", 0600);
}

static void refuses_what_is_no_file(void **state)
{
    const char *path = in_folder("r.html"), *target = in_folder("target");
    asactl_outcome_t outcome;

    (void)state;
    folder_write(target, "kept", 4);
    assert_int_equal(symlink(target, path), 0);
    assert_false(write_report(path, "new", &outcome));
    assert_int_equal(outcome.code, ASACTL_USAGE);
    assert_non_null(strstr(outcome.sentence, "is no regular file"));
    check_file(target, "kept", 0600);
    assert_false(write_report(folder, "new", &outcome));
    assert_non_null(strstr(outcome.sentence, "is no regular file"));
    assert_false(asactl_log_html_file_check(pool, "-", &outcome));
    assert_non_null(strstr(outcome.sentence, "standard output"));
    assert_false(asactl_log_html_file_check(pool, in_folder("none/r.html"), &outcome));
    assert_int_equal(outcome.code, ASACTL_USAGE);
    assert_int_equal(files(), 2);
}

static void refuses_what_is_not_ours(void **state)
{
    const char *path = in_folder("r.html");
    asactl_outcome_t outcome;

    (void)state;
    folder_write(path, "theirs", 6);
    if (geteuid() != 0 || chown(path, 65534, 65534) != 0) {
        skip();
    }
    assert_false(write_report(path, "new", &outcome));
    assert_non_null(strstr(outcome.sentence, "belongs to somebody else"));
    check_file(path, "theirs", 0600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_file_is_its_owners, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(an_old_one_keeps_its_mode, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(nothing_else_goes, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_file, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(refuses_what_is_not_ours, open_folder, close_folder),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
