/* SPDX-License-Identifier: Apache-2.0
 *
 * A file is replaced as a whole or not at all: killed between any two steps, short of room, with
 * others at it; and it is never anybody else's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t/unit/folder.h"

#include <apr_general.h>

/* Every call of the file under test that changes something is a step, at which it can be killed. */
static void step(void);
#define write(...)    (step(), write(__VA_ARGS__))
#define fchown(...)   (step(), fchown(__VA_ARGS__))
#define fchmod(...)   (step(), fchmod(__VA_ARGS__))
#define fsync(...)    (step(), fsync(__VA_ARGS__))
#define renameat(...) (step(), renameat(__VA_ARGS__))
#define unlinkat(...) (step(), unlinkat(__VA_ARGS__))
#include "core/replace.c" /* not its header: with the steps above */
#undef write
#undef fchown
#undef fchmod
#undef fsync
#undef renameat
#undef unlinkat

#define OLD "the old content"
#define NEW "the new content, which is longer"

static apr_pool_t *pool;
static const char *folder, *path;
static int steps_left = -1; /* -1: nobody is killed */

/* The new file is nobody else's at any time, whatever the umask says. */
static void step(void)
{
    struct stat st;

    if (stat(apr_pstrcat(pool, folder, "/.file.new", NULL), &st) == 0 && (st.st_mode & 07) != 0) {
        _exit(99);
    }
    if (steps_left == 0) {
        kill(getpid(), SIGKILL);
    }
    steps_left -= steps_left > 0 ? 1 : 0;
}

static int open_all(void **state)
{
    (void)state;
    umask(0);
    apr_pool_create(&pool, NULL);
    folder = folder_make(pool);
    path = apr_pstrcat(pool, folder, "/file", NULL);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    folder_remove(folder);
    apr_pool_destroy(pool);
    return 0;
}

static void put_file(const char *text, mode_t mode)
{
    FILE *file;

    unlink(path);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static const char *content(void)
{
    char text[200] = "";
    FILE *file = fopen(path, "r");

    if (file == NULL) {
        return "";
    }
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return apr_pstrdup(pool, text);
}

static const char *replace_by(const char *text, int *error)
{
    const asa_replace_rights_t rights = {geteuid(), getegid(), 0644};
    apr_pool_t *lock;
    asa_replace_t *replace;
    const char *defect;

    apr_pool_create(&lock, pool);
    defect = asa_replace_begin(lock, path, &replace, error);
    if (defect == NULL) {
        defect =
            asa_replace_write(replace, (const unsigned char *)text, strlen(text), &rights, error);
    }
    defect = defect != NULL ? apr_pstrdup(pool, defect) : NULL;
    apr_pool_destroy(lock);
    return defect;
}

static mode_t mode_of(void)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static bool rest_is_there(void)
{
    return access(apr_pstrcat(pool, folder, "/.file.new", NULL), F_OK) == 0;
}

static void rights_stay_and_others_have_none(void **state)
{
    int error;

    (void)state;
    unlink(path);
    assert_null(replace_by(NEW, &error));
    assert_int_equal(mode_of(), 0640);
    put_file(OLD, 0460);
    assert_null(replace_by(NEW, &error));
    assert_string_equal(content(), NEW);
    assert_int_equal(mode_of(), 0460);
    put_file(OLD, 0664);
    assert_null(replace_by(NEW, &error));
    assert_int_equal(mode_of(), 0660);
}

/* True when it was killed. */
static bool killed_at(int at)
{
    int status, error;
    pid_t child = fork();

    if (child == 0) {
        steps_left = at;
        _exit(replace_by(NEW, &error) == NULL ? 0 : 98);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) {
        assert_int_equal(WTERMSIG(status), SIGKILL);
        return true;
    }
    assert_int_equal(WEXITSTATUS(status), 0);
    return false;
}

static void killed_at_any_step_old_or_new_is_there_whole(void **state)
{
    int at = 0, old = 0, new = 0, error;

    (void)state;
    for (;; at++) {
        put_file(OLD, 0640);
        if (!killed_at(at)) {
            break;
        }
        old += strcmp(content(), OLD) == 0 ? 1 : 0;
        new += strcmp(content(), NEW) == 0 ? 1 : 0;
        assert_int_equal(mode_of(), 0640);
        /* and the next run is not in the way of what was left */
        assert_null(replace_by(NEW, &error));
        assert_string_equal(content(), NEW);
        assert_false(rest_is_there());
    }
    assert_true(at >= 5);
    assert_int_equal(old + new, at);
    assert_true(old >= 4);
    assert_true(new >= 1);
}

static void without_room_the_old_file_stays(void **state)
{
    struct rlimit before, small = {8, 8};
    int status, error;
    pid_t child;

    (void)state;
    put_file(OLD, 0640);
    getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    child = fork();
    if (child == 0) {
        const char *defect;
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &small);
        defect = replace_by(NEW, &error);
        _exit(defect != NULL && error == EFBIG && strstr(defect, "cannot be written") ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_string_equal(content(), OLD);
    assert_false(rest_is_there());
}

static void links_and_open_folders_are_refused(void **state)
{
    const char *aside = apr_pstrcat(pool, folder, "/aside", NULL);
    int error;

    (void)state;
    put_file(OLD, 0640);
    assert_int_equal(rename(path, aside), 0);
    assert_int_equal(symlink("aside", path), 0);
    assert_string_equal(replace_by(NEW, &error), "is not a regular file");
    assert_int_equal(error, EPERM);
    unlink(path);
    assert_int_equal(rename(aside, path), 0);
    for (mode_t mode = 0720; mode >= 0702; mode -= 016) {
        assert_int_equal(chmod(folder, mode), 0);
        assert_string_equal(replace_by(NEW, &error), "lies in a folder that others may write to");
    }
    assert_int_equal(chmod(folder, 0755), 0);
    assert_string_equal(content(), OLD);
    assert_null(replace_by(NEW, &error));
    assert_string_equal(content(), NEW);
}

static const char *rehearse(size_t len, int *error)
{
    const asa_replace_rights_t rights = {geteuid(), getegid(), 0644};
    apr_pool_t *lock;
    asa_replace_t *replace;
    const char *defect;

    apr_pool_create(&lock, pool);
    defect = asa_replace_begin(lock, path, &replace, error);
    defect = defect != NULL ? defect : asa_replace_rehearse(replace, len, &rights, error);
    defect = defect != NULL ? apr_pstrdup(pool, defect) : NULL;
    apr_pool_destroy(lock);
    return defect;
}

static void a_rehearsal_leaves_the_old_file(void **state)
{
    int error;

    (void)state;
    put_file(OLD, 0640);
    assert_null(rehearse(9000, &error));
    assert_string_equal(content(), OLD);
    assert_int_equal(mode_of(), 0640);
    assert_false(rest_is_there());
    unlink(path);
    assert_null(rehearse(9000, &error));
    assert_int_equal(access(path, F_OK), -1);
}

static void a_rehearsal_fails_as_the_replacement_would(void **state)
{
    struct rlimit before, small = {8, 8};
    int status, error;
    pid_t child;

    (void)state;
    put_file(OLD, 0640);
    getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    child = fork();
    if (child == 0) {
        const char *defect;
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &small);
        defect = rehearse(9, &error);
        _exit(defect != NULL && error == EFBIG && rehearse(8, &error) == NULL ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_false(rest_is_there());
    assert_int_equal(chmod(folder, 0702), 0);
    assert_string_equal(rehearse(8, &error), "lies in a folder that others may write to");
    assert_int_equal(chmod(folder, 0755), 0);
}

#define RUNS  6
#define TURNS 20

/* Each adds one to the number in the file, many times; the lock holds from reading to writing. */
static void count_up(void)
{
    const asa_replace_rights_t rights = {geteuid(), getegid(), 0640};

    for (int i = 0; i < TURNS; i++) {
        apr_pool_t *lock;
        asa_replace_t *replace;
        const char *text;
        int error;

        apr_pool_create(&lock, NULL);
        if (asa_replace_begin(lock, path, &replace, &error) != NULL) {
            _exit(1);
        }
        text = apr_itoa(lock, atoi(content()) + 1);
        if (asa_replace_write(replace, (const unsigned char *)text, strlen(text), &rights,
                              &error) != NULL) {
            _exit(2);
        }
        apr_pool_destroy(lock);
    }
    _exit(0);
}

static void two_runs_do_not_interleave(void **state)
{
    int status;

    (void)state;
    put_file("0", 0640);
    for (int i = 0; i < RUNS; i++) {
        if (fork() == 0) {
            count_up();
        }
    }
    for (int i = 0; i < RUNS; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(atoi(content()), RUNS * TURNS);
}

static void removal_leaves_nothing(void **state)
{
    asa_replace_t *replace;
    apr_pool_t *lock;
    int error;

    (void)state;
    put_file(OLD, 0640);
    apr_pool_create(&lock, pool);
    assert_null(asa_replace_begin(lock, path, &replace, &error));
    assert_null(asa_replace_remove(replace, &error));
    assert_int_equal(access(path, F_OK), -1);
    assert_null(asa_replace_remove(replace, &error)); /* it need not exist */
    apr_pool_destroy(lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rights_stay_and_others_have_none),
        cmocka_unit_test(killed_at_any_step_old_or_new_is_there_whole),
        cmocka_unit_test(without_room_the_old_file_stays),
        cmocka_unit_test(links_and_open_folders_are_refused),
        cmocka_unit_test(a_rehearsal_leaves_the_old_file),
        cmocka_unit_test(a_rehearsal_fails_as_the_replacement_would),
        cmocka_unit_test(two_runs_do_not_interleave),
        cmocka_unit_test(removal_leaves_nothing),
    };
    apr_initialize();
    return cmocka_run_group_tests(tests, open_all, close_all);
}
