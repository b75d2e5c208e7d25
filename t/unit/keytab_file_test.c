/* SPDX-License-Identifier: Apache-2.0
 *
 * Key tables on disk and in the Kerberos library: what its own writer wrote is read back exactly,
 * what is no file is told, and published keys are really held.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/keytab.h"
#include "t/unit/keytab_build.h"

#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include <apr_general.h>
#include <krb5.h>

#include "t/unit/own_folder.h"

static const char key_a[] = "0123456789abcdef0123456789ABCDEF";
static const char key_b[] = "fedcba9876543210FEDCBA9876543210";

static krb5_context context;

static int open_all(void **state)
{
    setenv("KRB5_CONFIG", "/dev/null", 1);
    open_folder(state);
    return krb5_init_context(&context);
}

static int close_all(void **state)
{
    krb5_free_context(context);
    return close_folder(state);
}

static const char *defect_of(const char *path)
{
    asa_keytab_image_t image = {(const unsigned char *)"", 7};
    const char *defect = asa_keytab_read(pool, path, &image);

    if (defect != NULL) {
        assert_null(image.bytes);
        assert_int_equal(image.len, 0);
    }
    return defect != NULL ? defect : "";
}

static asa_keys_t keys_in(const char *path)
{
    asa_keytab_image_t image;
    asa_keys_t keys;

    assert_null(asa_keytab_read(pool, path, &image));
    assert_null(asa_keytab_parse(pool, image.bytes, image.len, path, &keys));
    return keys;
}

/* With the library's own writer, which kadmin, ktutil and net ads use. */
static void change_entry(const char *path, bool add, const char *name, krb5_kvno kvno, int etype,
                         const char *key)
{
    krb5_keytab table;
    krb5_keytab_entry entry = {0};

    assert_int_equal(krb5_kt_resolve(context, apr_pstrcat(pool, "WRFILE:", path, NULL), &table), 0);
    assert_int_equal(krb5_parse_name(context, name, &entry.principal), 0);
    entry.vno = kvno;
    entry.key.enctype = etype;
    entry.key.length = etype == 18 ? 32 : 16;
    entry.key.contents = (krb5_octet *)key;
    assert_int_equal(add ? krb5_kt_add_entry(context, table, &entry)
                         : krb5_kt_remove_entry(context, table, &entry),
                     0);
    krb5_free_principal(context, entry.principal);
    krb5_kt_close(context, table);
}

static void expect_key(const asa_key_t *key, const char *principal, uint32_t kvno, int etype,
                       const char *bytes)
{
    assert_string_equal(key->principal, principal);
    assert_string_equal(key->realm, "CORP.TAILSPINTOYS.COM");
    assert_int_equal(key->kvno, kvno);
    assert_int_equal(key->etype, etype);
    assert_true(time(NULL) - (time_t)key->timestamp < 60); /* the writer's own clock */
    assert_int_equal(key->len, etype == 18 ? 32 : 16);
    assert_memory_equal(key->bytes, bytes, key->len);
}

static void what_the_library_wrote_is_read_exactly(void **state)
{
    const char *path = in_folder("library.keytab");
    asa_keys_t keys;

    (void)state;
    change_entry(path, true, "EXCH2016ASA$@CORP.TAILSPINTOYS.COM", 6, 18, key_a);
    change_entry(path, true, "http/m\\/x@CORP.TAILSPINTOYS.COM", 300, 17, key_b);
    change_entry(path, true, "EXCH2016ASA$@CORP.TAILSPINTOYS.COM", 5, 23, key_b);
    keys = keys_in(path);
    assert_int_equal(keys.count, 3);
    expect_key(&keys.keys[0], "EXCH2016ASA$", 6, 18, key_a);
    expect_key(&keys.keys[1], "http/m\\/x", 300, 17, key_b);
    expect_key(&keys.keys[2], "EXCH2016ASA$", 5, 23, key_b);
    /* a hole in the middle, then a smaller entry in the hole */
    change_entry(path, false, "http/m\\/x@CORP.TAILSPINTOYS.COM", 300, 17, key_b);
    assert_int_equal(keys_in(path).count, 2);
    change_entry(path, true, "a@CORP.TAILSPINTOYS.COM", 1, 17, key_a);
    keys = keys_in(path);
    assert_int_equal(keys.count, 3);
    expect_key(&keys.keys[1], "a", 1, 17, key_a);
}

/* ktutil makes keys from a password, as the library's own string-to-key does. */
static void what_ktutil_wrote_is_read_exactly(void **state)
{
    const char *path = in_folder("ktutil.keytab");
    FILE *ktutil = popen("ktutil >/dev/null", "w");
    krb5_data password = {.data = (char *)"secret", .length = 6};
    krb5_data salt = {.data = (char *)"CORP.TAILSPINTOYS.COMEXCH2016ASA$", .length = 33};
    krb5_keyblock expected;
    asa_keys_t keys;

    (void)state;
    assert_non_null(ktutil);
    fprintf(ktutil,
            "addent -password -p EXCH2016ASA$@CORP.TAILSPINTOYS.COM -k 7 -e aes256-cts\n"
            "secret\nwkt %s\nquit\n",
            path);
    assert_int_equal(pclose(ktutil), 0);
    keys = keys_in(path);
    assert_int_equal(keys.count, 1);
    assert_int_equal(krb5_c_string_to_key(context, 18, &password, &salt, &expected), 0);
    expect_key(&keys.keys[0], "EXCH2016ASA$", 7, 18, (const char *)expected.contents);
    krb5_free_keyblock_contents(context, &expected);
}

static void what_is_no_readable_file_is_told(void **state)
{
    const char *path = in_folder("thing"), *loop = in_folder("loop");

    (void)state;
    assert_string_equal(defect_of(path), "does not exist");
    assert_string_equal(defect_of(in_folder("no/folder")), "does not exist");
    assert_string_equal(defect_of(folder), "is not a regular file");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_string_equal(defect_of(path), "is not a regular file"); /* and does not wait */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("loop", loop), 0);
    assert_memory_equal(defect_of(loop), "cannot be read: ", 16);
    folder_write(path, "", 0);
    assert_int_equal(truncate(path, ASA_KEYTAB_SIZE_MAX), 0);
    assert_string_equal(defect_of(path), "");
    assert_int_equal(truncate(path, ASA_KEYTAB_SIZE_MAX + 1), 0);
    assert_string_equal(defect_of(path), "is too large for a key table");
    assert_int_equal(unlink(path), 0);
}

static void file_of_another_user_is_told(void **state)
{
    const char *path = in_folder("unreadable");

    (void)state;
    folder_write(path, "x", 1);
    assert_int_equal(chmod(path, 0), 0);
    /* root reads everything */
    assert_string_equal(defect_of(path), geteuid() == 0 ? "" : "cannot be read: Permission denied");
}

/* A child that holds a lock on the file until the returned end of a pipe is closed. */
static pid_t lock_in_child(const char *path, int command, int type, int *release)
{
    int ready[2], done[2];
    char byte;
    pid_t child;

    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(done), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct flock lock = {.l_type = (short)type, .l_whence = SEEK_SET};
        int fd = open(path, O_RDWR);
        close(done[1]);
        if (fd < 0 || fcntl(fd, command, &lock) != 0 || write(ready[1], "x", 1) != 1) {
            _exit(1);
        }
        _exit(read(done[0], &byte, 1) == 0 ? 0 : 1);
    }
    close(done[0]);
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    *release = done[1];
    return child;
}

static void file_that_is_being_written_is_left_alone(void **state)
{
    static const struct {
        int command, type;
        const char *expected;
    } table[] = {{F_SETLK, F_WRLCK, "is being written"},
                 {F_OFD_SETLK, F_WRLCK, "is being written"},
                 {F_SETLK, F_RDLCK, ""},
                 {F_OFD_SETLK, F_RDLCK, ""}};
    const char *path = in_folder("locked");

    (void)state;
    folder_write(path, "x", 1);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        int release, status;
        pid_t child = lock_in_child(path, table[i].command, table[i].type, &release);
        assert_string_equal(defect_of(path), table[i].expected);
        close(release);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        assert_string_equal(defect_of(path), "");
    }
}

static bool stamp_moves(const char *path, asa_keytab_stamp_t *last)
{
    asa_keytab_stamp_t now;
    bool moved;

    asa_keytab_stamp(path, &now);
    moved = !asa_keytab_stamp_equal(&now, last);
    *last = now;
    asa_keytab_stamp(path, &now);
    assert_true(asa_keytab_stamp_equal(&now, last));
    return moved;
}

static void every_change_moves_the_stamp(void **state)
{
    static const asa_keytab_stamp_t none;
    const char *path = in_folder("stamped");
    asa_keytab_stamp_t last = none;
    time_t deadline = time(NULL) + 10;

    (void)state;
    assert_false(stamp_moves(path, &last));
    folder_write(path, "one", 3);
    assert_true(stamp_moves(path, &last));
    folder_write(path, "four", 4);
    assert_true(stamp_moves(path, &last));
    folder_replace(pool, path, "five", 4);
    assert_true(stamp_moves(path, &last));
    do { /* the clock of the file system ticks in milliseconds */
        folder_write(path, "nine", 4);
    } while (!stamp_moves(path, &last) && time(NULL) < deadline);
    assert_true(time(NULL) < deadline);
    assert_int_equal(unlink(path), 0);
    assert_true(stamp_moves(path, &last));
    assert_true(asa_keytab_stamp_equal(&last, &none));
}

static void published_keys_are_held_until_their_pool_ends(void **state)
{
    keytab_image_t image = keytab_begin(pool);
    apr_pool_t *own = NULL;
    const char *name = NULL, *other = NULL;
    krb5_kt_cursor cursor;
    krb5_keytab table;
    asa_keys_t keys;

    (void)state;
    keytab_add(&image, KEYTAB_AES256("EXCH2016ASA$", 6, key_a));
    keytab_add(&image, KEYTAB_AES256("EXCH2016ASA$", 5, key_b));
    keytab_add(&image, KEYTAB_AES256("http/a\\@b\n", 0x10005, key_b));
    keytab_add(&image, KEYTAB_AES256("", 1, key_a));
    assert_null(asa_keytab_parse(pool, image.bytes, image.len, "f", &keys));
    apr_pool_create(&own, pool);
    assert_null(asa_keytab_publish(own, &keys, &name));
    assert_null(asa_keytab_publish(own, &keys, &other));
    assert_memory_equal(name, "MEMORY:", 7);
    assert_string_not_equal(name, other);
    assert_int_equal(krb5_kt_resolve(context, name, &table), 0);
    for (size_t i = 0; i < keys.count; i++) {
        const char *text = apr_pstrcat(pool, keys.keys[i].principal, "@", keys.keys[i].realm, NULL);
        krb5_keytab_entry entry;
        krb5_principal principal;
        assert_int_equal(krb5_parse_name(context, text, &principal), 0);
        assert_int_equal(
            krb5_kt_get_entry(context, table, principal, keys.keys[i].kvno, 18, &entry), 0);
        assert_int_equal(entry.key.length, 32);
        assert_memory_equal(entry.key.contents, keys.keys[i].bytes, 32);
        assert_int_equal(entry.timestamp, 1700000000);
        krb5_free_keytab_entry_contents(context, &entry);
        krb5_free_principal(context, principal);
    }
    assert_int_equal(krb5_kt_start_seq_get(context, table, &cursor), 0);
    for (size_t i = 0; i < keys.count; i++) {
        krb5_keytab_entry entry;
        assert_int_equal(krb5_kt_next_entry(context, table, &entry, &cursor), 0);
        assert_int_equal(entry.vno, keys.keys[i].kvno);
        krb5_free_keytab_entry_contents(context, &entry);
    }
    krb5_kt_end_seq_get(context, table, &cursor);
    krb5_kt_close(context, table);
    apr_pool_destroy(own);
    assert_int_equal(krb5_kt_resolve(context, name, &table), 0);
    assert_int_not_equal(krb5_kt_have_content(context, table), 0);
    krb5_kt_close(context, table);
}

static void lists_are_joined_in_order(void **state)
{
    asa_key_t one[2] = {{.kvno = 1}, {.kvno = 2}}, two[1] = {{.kvno = 3}};
    asa_keys_t lists[] = {{one, 2}, {NULL, 0}, {two, 1}}, all;

    (void)state;
    asa_keytab_join(pool, lists, 3, &all);
    assert_int_equal(all.count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(all.keys[i].kvno, i + 1);
    }
    asa_keytab_join(pool, NULL, 0, &all);
    assert_int_equal(all.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_library_wrote_is_read_exactly),
        cmocka_unit_test(what_ktutil_wrote_is_read_exactly),
        cmocka_unit_test(what_is_no_readable_file_is_told),
        cmocka_unit_test(file_of_another_user_is_told),
        cmocka_unit_test(file_that_is_being_written_is_left_alone),
        cmocka_unit_test(every_change_moves_the_stamp),
        cmocka_unit_test(published_keys_are_held_until_their_pool_ends),
        cmocka_unit_test(lists_are_joined_in_order),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_all, close_all);
}
