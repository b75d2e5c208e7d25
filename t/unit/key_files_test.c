/* SPDX-License-Identifier: Apache-2.0
 *
 * The key table files of a credential: all or none are read, every change is noticed once it has
 * settled, and what was good is remembered over restarts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mod_asa_auth/key_files.h"
#include "t/unit/keytab_build.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_general.h>
#include "mod_asa_auth/last_good.h"

#include "t/unit/own_folder.h"
#include "t/unit/retained.h"

static const char key_a[] = "0123456789abcdef0123456789ABCDEF";
static const char key_b[] = "fedcba9876543210FEDCBA9876543210";

static int close_all(void **state)
{
    mod_asa_last_good_begin();
    mod_asa_last_good_begin(); /* nothing is in use any more */
    free(retained);
    return close_folder(state);
}

static void write_keytab(const char *path, unsigned kvno, const char *key)
{
    keytab_image_t image = keytab_begin(pool);

    keytab_add(&image, KEYTAB_AES256("EXCH2016ASA$", kvno, key));
    folder_replace(pool, path, image.bytes, image.len);
}

static mod_asa_key_files_t *files_of(const char *one, const char *two)
{
    apr_array_header_t *paths = apr_array_make(pool, 2, sizeof(const char *));

    APR_ARRAY_PUSH(paths, const char *) = one;
    if (two != NULL) {
        APR_ARRAY_PUSH(paths, const char *) = two;
    }
    return mod_asa_key_files_make(pool, paths);
}

static void all_keys_of_all_files_are_read(void **state)
{
    const char *one = in_folder("asa"), *two = in_folder("own");
    mod_asa_key_files_t *files;
    asa_keys_t keys;

    (void)state;
    write_keytab(one, 6, key_a);
    write_keytab(two, 3, key_b);
    files = files_of(one, two);
    assert_null(mod_asa_key_files_read(files, pool, NULL, &keys));
    assert_int_equal(keys.count, 2);
    assert_int_equal(keys.keys[0].kvno, 6);
    assert_string_equal(keys.keys[0].file, one);
    assert_memory_equal(keys.keys[1].bytes, key_b, 32);
    assert_string_equal(keys.keys[1].file, two);
    assert_int_equal(mod_asa_key_files_paths(files)->nelts, 2);
}

static void keys_of_another_realm_only_are_refused(void **state)
{
    const char *one = in_folder("asa");
    asa_keys_t before, keys, foreign;
    asa_key_t other;

    (void)state;
    write_keytab(one, 6, key_a);
    assert_null(mod_asa_key_files_read(files_of(one, NULL), pool, NULL, &before));
    assert_null(mod_asa_key_files_read(files_of(one, NULL), pool, &before, &keys));
    other = before.keys[0];
    other.realm = "CONTOSO.COM";
    foreign = (asa_keys_t){&other, 1};
    assert_string_equal(
        mod_asa_key_files_read(files_of(one, NULL), pool, &foreign, &keys),
        apr_pstrcat(pool, one, " is of another realm: it holds no key of CONTOSO.COM", NULL));
    foreign.count = 0;
    assert_null(mod_asa_key_files_read(files_of(one, NULL), pool, &foreign, &keys));
}

static void one_bad_file_is_named(void **state)
{
    const char *one = in_folder("asa"), *two = in_folder("bad");
    asa_keys_t keys;

    (void)state;
    write_keytab(one, 6, key_a);
    folder_write(two, "", 0);
    assert_null(mod_asa_key_files_read(files_of(one, NULL), pool, NULL, &keys));
    assert_string_equal(mod_asa_key_files_read(files_of(one, two), pool, NULL, &keys),
                        apr_pstrcat(pool, two, " is empty", NULL));
    assert_string_equal(mod_asa_key_files_read(files_of(two, one), pool, NULL, &keys),
                        apr_pstrcat(pool, two, " is empty", NULL));
    unlink(two);
    assert_string_equal(mod_asa_key_files_read(files_of(one, two), pool, NULL, &keys),
                        apr_pstrcat(pool, two, " does not exist", NULL));
    folder_write(two, "\x05\x02\0\0", 4);
    assert_non_null(mod_asa_key_files_read(files_of(one, two), pool, NULL, &keys));
}

/* A change is dealt with when two looks saw the same, and then no more. */
static void changes_are_seen_when_they_have_settled(void **state)
{
    const char *one = in_folder("looked-1"), *two = in_folder("looked-2");
    mod_asa_key_files_t *files;

    (void)state;
    write_keytab(one, 6, key_a);
    files = files_of(one, two); /* the second is not there yet */
    assert_false(mod_asa_key_files_look(files));
    for (unsigned kvno = 7; kvno < 10; kvno++) {
        const char *path = kvno == 8 ? two : one;
        write_keytab(path, kvno, key_a);
        assert_false(mod_asa_key_files_look(files)); /* may still be going on */
        assert_true(mod_asa_key_files_look(files));
        assert_true(mod_asa_key_files_look(files)); /* until it is marked */
        mod_asa_key_files_mark(files);
        assert_false(mod_asa_key_files_look(files));
        assert_false(mod_asa_key_files_look(files));
    }
    unlink(two);
    assert_false(mod_asa_key_files_look(files));
    assert_true(mod_asa_key_files_look(files));
    mod_asa_key_files_mark(files);
    assert_false(mod_asa_key_files_look(files));
}

static void file_that_keeps_changing_is_waited_for(void **state)
{
    const char *path = in_folder("restless");
    mod_asa_key_files_t *files;

    (void)state;
    write_keytab(path, 6, key_a);
    files = files_of(path, NULL);
    for (unsigned kvno = 7; kvno < 12; kvno++) {
        write_keytab(path, kvno, key_a);
        assert_false(mod_asa_key_files_look(files));
    }
    assert_true(mod_asa_key_files_look(files));
}

/* A change while an earlier one is dealt with is another one. */
/* A writer that takes its time between its last byte and the end of its lock: letting go of the
 * lock changes nothing that a look could see. */
static void late_process_sees_what_has_settled(void **state)
{
    const char *path = in_folder("late");
    mod_asa_key_files_t *files;

    (void)state;
    write_keytab(path, 6, key_a);
    files = files_of(path, NULL);
    mod_asa_key_files_begin(files, apr_time_now() + apr_time_from_sec(60));
    assert_false(mod_asa_key_files_look(files)); /* nothing has changed */
    write_keytab(path, 7, key_b);
    mod_asa_key_files_begin(files, apr_time_now());
    assert_false(mod_asa_key_files_look(files)); /* it is too new to tell */
    write_keytab(path, 8, key_b);
    mod_asa_key_files_begin(files, apr_time_now() + apr_time_from_sec(60));
    assert_true(mod_asa_key_files_look(files));
}

static void locked_file_has_not_settled(void **state)
{
    const char *path = in_folder("locked");
    mod_asa_key_files_t *files;
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd;

    (void)state;
    write_keytab(path, 6, key_a);
    files = files_of(path, NULL);
    write_keytab(path, 7, key_b);
    fd = open(path, O_RDWR);
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
    assert_false(mod_asa_key_files_look(files));
    assert_false(mod_asa_key_files_look(files));
    assert_false(mod_asa_key_files_look(files));
    close(fd);
    assert_true(mod_asa_key_files_look(files));
}

static void change_between_look_and_mark_is_not_lost(void **state)
{
    const char *path = in_folder("raced");
    mod_asa_key_files_t *files;

    (void)state;
    write_keytab(path, 6, key_a);
    files = files_of(path, NULL);
    write_keytab(path, 7, key_a);
    assert_false(mod_asa_key_files_look(files));
    assert_true(mod_asa_key_files_look(files));
    write_keytab(path, 8, key_a);
    mod_asa_key_files_mark(files); /* of what was seen, which is kvno 7 */
    assert_false(mod_asa_key_files_look(files));
    assert_true(mod_asa_key_files_look(files));
}

/* Every process of a server must call one state by one number. */
static void state_is_one_number_for_all(void **state)
{
    const char *path = in_folder("numbered");
    mod_asa_key_files_t *files, *other;
    uint64_t before;

    (void)state;
    write_keytab(path, 6, key_a);
    files = files_of(path, NULL);
    other = files_of(path, NULL);
    before = mod_asa_key_files_state(files);
    assert_true(before == mod_asa_key_files_state(other));
    write_keytab(path, 7, key_a);
    assert_false(mod_asa_key_files_look(files));
    assert_true(before == mod_asa_key_files_state(files)); /* not yet marked */
    mod_asa_key_files_mark(files);
    assert_false(before == mod_asa_key_files_state(files));
    assert_true(mod_asa_key_files_state(files) == mod_asa_key_files_state(files_of(path, NULL)));
    assert_false(mod_asa_key_files_state(files) ==
                 mod_asa_key_files_state(files_of(path, in_folder("missing"))));
}

static void files_that_everybody_may_read_are_named(void **state)
{
    const char *one = in_folder("mode-1"), *two = in_folder("mode-2");
    mod_asa_key_files_t *files = files_of(one, two);

    (void)state;
    assert_null(mod_asa_key_files_world_readable(files, pool));
    write_keytab(one, 6, key_a);
    write_keytab(two, 6, key_a);
    chmod(one, 0660);
    assert_null(mod_asa_key_files_world_readable(files, pool));
    chmod(two, 0644);
    assert_string_equal(mod_asa_key_files_world_readable(files, pool), two);
    chmod(one, 0604);
    assert_string_equal(mod_asa_key_files_world_readable(files, pool),
                        apr_pstrcat(pool, one, ", ", two, NULL));
}

static void what_was_good_is_recalled(void **state)
{
    const char *one = in_folder("kept-1"), *two = in_folder("kept-2");
    mod_asa_key_files_t *files = files_of(one, two);
    asa_keys_t keys;

    (void)state;
    write_keytab(one, 6, key_a);
    write_keytab(two, 3, key_b);
    assert_string_equal(mod_asa_key_files_recall(files, pool, &keys),
                        apr_pstrcat(pool, one, " was never read", NULL));
    mod_asa_last_good_begin();
    assert_null(mod_asa_key_files_read(files, pool, NULL, &keys));
    for (int restart = 0; restart < 3; restart++) { /* with a file that stays bad */
        folder_write(one, "torn", 4);
        mod_asa_last_good_begin();
        assert_non_null(mod_asa_key_files_read(files, pool, NULL, &keys));
        assert_null(mod_asa_key_files_recall(files, pool, &keys));
        assert_int_equal(keys.count, 2);
        assert_int_equal(keys.keys[0].kvno, 6);
        assert_memory_equal(keys.keys[0].bytes, key_a, 32);
        assert_string_equal(keys.keys[0].file, one);
        assert_int_equal(keys.keys[1].kvno, 3);
    }
    write_keytab(one, 7, key_b);
    mod_asa_last_good_begin();
    assert_null(mod_asa_key_files_read(files, pool, NULL, &keys));
    assert_null(mod_asa_key_files_recall(files, pool, &keys));
    assert_int_equal(keys.keys[0].kvno, 7);
}

static void in_child(void (*act)(const char *path), const char *path)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        act(path);
        _exit(0);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
}

static void take_kvno_7_up(const char *path)
{
    asa_keys_t keys;

    write_keytab(path, 7, key_b);
    if (mod_asa_key_files_read(files_of(path, NULL), pool, NULL, &keys) != NULL) {
        abort();
    }
}

static void leave_a_torn_file(const char *path)
{
    asa_keys_t keys;

    folder_write(path, "torn", 4);
    if (mod_asa_key_files_read(files_of(path, NULL), pool, NULL, &keys) == NULL) {
        abort();
    }
}

/* Children that come later, and the parent at a restart, begin with what their siblings hold. */
static void what_a_child_found_good_is_recalled_by_all(void **state)
{
    const char *path = in_folder("of-a-child");
    mod_asa_key_files_t *files = files_of(path, NULL);
    asa_keys_t keys;

    (void)state;
    write_keytab(path, 6, key_a);
    mod_asa_last_good_begin();
    assert_null(mod_asa_key_files_read(files, pool, NULL, &keys));
    in_child(take_kvno_7_up, path);
    in_child(leave_a_torn_file, path);
    for (int restart = 0; restart < 2; restart++) {
        assert_null(mod_asa_key_files_recall(files, pool, &keys));
        assert_int_equal(keys.count, 1);
        assert_int_equal(keys.keys[0].kvno, 7);
        assert_memory_equal(keys.keys[0].bytes, key_b, 32);
        mod_asa_last_good_begin();
    }
}

static void what_is_no_longer_used_is_forgotten(void **state)
{
    const char *one = in_folder("forgotten-1"), *two = in_folder("forgotten-2");
    asa_keys_t keys;

    (void)state;
    write_keytab(one, 6, key_a);
    write_keytab(two, 6, key_a);
    mod_asa_last_good_begin();
    assert_null(mod_asa_key_files_read(files_of(one, two), pool, NULL, &keys));
    mod_asa_last_good_begin(); /* a configuration that names only the first */
    assert_null(mod_asa_key_files_recall(files_of(one, NULL), pool, &keys));
    mod_asa_last_good_begin();
    assert_null(mod_asa_key_files_recall(files_of(one, NULL), pool, &keys));
    assert_non_null(mod_asa_key_files_recall(files_of(two, NULL), pool, &keys));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_keys_of_all_files_are_read),
        cmocka_unit_test(keys_of_another_realm_only_are_refused),
        cmocka_unit_test(one_bad_file_is_named),
        cmocka_unit_test(changes_are_seen_when_they_have_settled),
        cmocka_unit_test(file_that_keeps_changing_is_waited_for),
        cmocka_unit_test(late_process_sees_what_has_settled),
        cmocka_unit_test(locked_file_has_not_settled),
        cmocka_unit_test(change_between_look_and_mark_is_not_lost),
        cmocka_unit_test(state_is_one_number_for_all),
        cmocka_unit_test(files_that_everybody_may_read_are_named),
        cmocka_unit_test(what_was_good_is_recalled),
        cmocka_unit_test(what_a_child_found_good_is_recalled_by_all),
        cmocka_unit_test(what_is_no_longer_used_is_forgotten),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_folder, close_all);
}
