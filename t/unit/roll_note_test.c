/* SPDX-License-Identifier: Apache-2.0
 *
 * The note of a roll: what was written comes back, what is damaged is left out, and in the file of
 * the lock a line that was cut off harms none behind it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/plain_name.h"
#include "asactl/roll_lock.h"
#include "asactl/roll_note.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/folder.h"
#include "t/unit/pool.h"

#define NOBODY  65534
#define REALM   "CORP.TAILSPINTOYS.COM"
#define ACCOUNT "EXCH2016ASA$"

/* The keys as a note has them, joined by '|'. */
static const char *joined(const apr_array_header_t *keys)
{
    char *text = "";

    for (int i = 0; i < keys->nelts; i++) {
        text = apr_pstrcat(pool, text, i > 0 ? "|" : "",
                           asactl_roll_note_line(pool, &APR_ARRAY_IDX(keys, i, asactl_roll_key_t)),
                           NULL);
        text[strlen(text) - 1] = '\0';
    }
    return text;
}

static void reads(const char *note, const char *expected)
{
    assert_string_equal(joined(asactl_roll_note_read(pool, note, strlen(note))), expected);
}

static void test_lines_come_back_in_their_order(void **state)
{
    (void)state;
    reads("", "");
    reads("7 d4d4d3a9 a1f87e3e\n", "7 d4d4d3a9 a1f87e3e");
    reads("7 0a 0b 0c\n7 0d\n8 0e\n", "7 0a 0b 0c|7 0d|8 0e");
    reads("4294967295 0a\n", "4294967295 0a");
}

static void test_damage_is_left_out(void **state)
{
    static const char *const lines[] = {"7",
                                        "0 0a",
                                        "07 0a",
                                        "-7 0a",
                                        "+7 0a",
                                        "7x 0a",
                                        "0x7 0a",
                                        "7 0A",
                                        "7 0g",
                                        "7 ../0a",
                                        "7 0a 0b 0c 0d",
                                        "nan 0a",
                                        "4294967296 0a",
                                        "18446744073709551623 0a",
                                        "",
                                        " ",
                                        "7\t0a",
                                        "7 0a\r",
                                        "\xff\xfe",
                                        "0a 7"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        reads(apr_pstrcat(pool, "5 01\n", lines[i], "\n6 02\n", NULL), "5 01|6 02");
    }
    reads("5 01\n6 02", "5 01");
    reads(apr_pstrcat(pool, "5 ", apr_psprintf(pool, "%065d", 0), "\n6 02\n", NULL), "6 02");
}

static void test_a_zero_byte_ends_no_note(void **state)
{
    static const char note[] = "5 01\n6\0 02\n7 03\n";

    (void)state;
    assert_string_equal(joined(asactl_roll_note_read(pool, note, sizeof note - 1)), "5 01|7 03");
}

static void test_its_length_is_bounded(void **state)
{
    size_t count = 0, len = 64 * ASACTL_ROLL_NOTE_MAX;
    char *note = apr_palloc(pool, len);

    (void)state;
    for (; 5 * count < len; count++) {
        memcpy(note + 5 * count, "5 01\n", len - 5 * count < 5 ? len - 5 * count : 5);
    }
    assert_int_equal(asactl_roll_note_read(pool, note, len)->nelts, ASACTL_ROLL_NOTE_MAX / 5);
}

/* --- in the file of the lock --- */

/* A folder of our own stands for the system's, which is root's: so we are not root meanwhile. */
static int open_folder(void **state)
{
    const char *folder;

    if (open_pool(state) != 0) {
        return -1;
    }
    folder = folder_make(pool);
    *state = (void *)(uintptr_t)folder;
    if (geteuid() == 0 && (chown(folder, NOBODY, NOBODY) != 0 || seteuid(NOBODY) != 0)) {
        return -1;
    }
    return setenv("XDG_RUNTIME_DIR", folder, 1);
}

static int close_folder(void **state)
{
    if (getuid() == 0 && seteuid(0) != 0) {
        return -1;
    }
    folder_remove(*state);
    return close_pool(state);
}

static asactl_roll_lock_t *lock_in(apr_pool_t *of)
{
    asactl_outcome_t outcome = {0};
    asactl_roll_lock_t *lock;

    if (!asactl_roll_lock_take(of, REALM, ACCOUNT, &lock, &outcome)) {
        fail_msg("%s", outcome.sentence);
    }
    return lock;
}

static const char *file_of(const char *folder)
{
    return apr_pstrcat(pool, folder, "/asactl-roll-", asactl_plain_name(pool, REALM), "-",
                       asactl_plain_name(pool, ACCOUNT), NULL);
}

static void note(const asactl_roll_lock_t *lock, uint32_t kvno, const char *id)
{
    const asactl_roll_key_t key = {.kvno = kvno, .count = 1, .ids = {id}};
    asactl_outcome_t outcome = {0};

    if (!asactl_roll_lock_note(lock, &key, &outcome)) {
        fail_msg("%s", outcome.sentence);
    }
}

static void test_a_note_outlives_its_process_until_it_is_cleared(void **state)
{
    asactl_outcome_t outcome = {0};
    asactl_roll_lock_t *lock;
    apr_pool_t *first;

    (void)state;
    apr_pool_create(&first, pool);
    lock = lock_in(first);
    note(lock, 7, "0a");
    note(lock, 7, "0b");
    assert_false(asactl_roll_lock_take(pool, REALM, "exch2016asa$", &lock, &outcome));
    assert_int_equal(outcome.code, ASACTL_CONFLICT);
    apr_pool_destroy(first);
    lock = lock_in(pool);
    assert_string_equal(joined(asactl_roll_lock_read(lock, pool)), "7 0a|7 0b");
    assert_true(asactl_roll_lock_clear(lock, &outcome));
    assert_string_equal(joined(asactl_roll_lock_read(lock, pool)), "");
}

static void test_a_line_that_was_cut_off_harms_no_other(void **state)
{
    asactl_roll_lock_t *lock;

    folder_write(file_of(*state), "7 0a\n8 0", 8);
    lock = lock_in(pool);
    assert_string_equal(joined(asactl_roll_lock_read(lock, pool)), "7 0a");
    note(lock, 9, "0c");
    assert_string_equal(joined(asactl_roll_lock_read(lock, pool)), "7 0a|9 0c");
}

/* However many there are, the last one is there. */
static void test_a_full_note_begins_anew(void **state)
{
    asactl_roll_lock_t *lock = lock_in(pool);
    const apr_array_header_t *keys;

    (void)state;
    for (uint32_t i = 1; i < 3000; i++) {
        note(lock, i, "0123456789abcdef");
    }
    keys = asactl_roll_lock_read(lock, pool);
    assert_in_range(keys->nelts, 1, 3000);
    assert_int_equal(APR_ARRAY_IDX(keys, keys->nelts - 1, asactl_roll_key_t).kvno, 2999);
}

static void test_a_file_of_another_kind_is_begun_anew(void **state)
{
    size_t len = 3 * ASACTL_ROLL_NOTE_MAX;
    char *bytes = apr_palloc(pool, len);
    asactl_roll_lock_t *lock;

    memset(bytes, 'x', len);
    folder_write(file_of(*state), bytes, len);
    lock = lock_in(pool);
    assert_string_equal(joined(asactl_roll_lock_read(lock, pool)), "");
    note(lock, 9, "0c");
    assert_string_equal(joined(asactl_roll_lock_read(lock, pool)), "9 0c");
}

#define IN_POOL(test)   cmocka_unit_test_setup_teardown(test, open_pool, close_pool)
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, open_folder, close_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_POOL(test_lines_come_back_in_their_order),
        IN_POOL(test_damage_is_left_out),
        IN_POOL(test_a_zero_byte_ends_no_note),
        IN_POOL(test_its_length_is_bounded),
        IN_FOLDER(test_a_note_outlives_its_process_until_it_is_cleared),
        IN_FOLDER(test_a_line_that_was_cut_off_harms_no_other),
        IN_FOLDER(test_a_full_note_begins_anew),
        IN_FOLDER(test_a_file_of_another_kind_is_begun_anew),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
