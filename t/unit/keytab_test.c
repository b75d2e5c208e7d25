/* SPDX-License-Identifier: Apache-2.0
 *
 * Key table images: good ones give exactly their keys, every other is one defect and no key at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/keytab.h"
#include "t/unit/keytab_build.h"

#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

#define ASA    "EXCH2016ASA$"
#define MAIL   "http/mail.corp.tailspintoys.com"
#define FILE_1 "/keys/asa.keytab"

static const char key_a[] = "0123456789abcdef0123456789ABCDEF";
static const char key_b[] = "fedcba9876543210FEDCBA9876543210";

/* Reads a copy of exactly this size, so that a sanitizer sees what is read past its end. */
static const char *parse(const unsigned char *bytes, size_t len, asa_keys_t *out)
{
    unsigned char *copy = malloc(len > 0 ? len : 1);
    const char *defect;

    memcpy(copy, bytes, len);
    defect = asa_keytab_parse(pool, copy, len, FILE_1, out);
    memset(copy, 0xee, len); /* the keys must not point there */
    free(copy);
    return defect;
}

static asa_keys_t keys_of(keytab_image_t image)
{
    asa_keys_t keys;

    assert_null(parse(image.bytes, image.len, &keys));
    return keys;
}

static const char *defect_of(keytab_image_t image)
{
    asa_keys_t keys = {(const asa_key_t *)"", 7};
    const char *defect = parse(image.bytes, image.len, &keys);

    assert_null(keys.keys);
    assert_int_equal(keys.count, 0);
    return defect != NULL ? defect : "";
}

static void every_field_of_an_entry_is_read(void **state)
{
    keytab_image_t image = keytab_begin(pool);
    asa_keys_t keys;

    (void)state;
    keytab_add(&image, KEYTAB_AES256(ASA, 5, key_a));
    keytab_add(&image, ((keytab_entry_t){MAIL, "R", 7, 6, -1, 23, key_b, 16}));
    keys = keys_of(image);
    assert_int_equal(keys.count, 2);
    assert_string_equal(keys.keys[0].principal, ASA);
    assert_string_equal(keys.keys[0].realm, "CORP.TAILSPINTOYS.COM");
    assert_int_equal(keys.keys[0].kvno, 5);
    assert_int_equal(keys.keys[0].etype, 18);
    assert_int_equal(keys.keys[0].timestamp, 1700000000);
    assert_int_equal(keys.keys[0].len, 32);
    assert_memory_equal(keys.keys[0].bytes, key_a, 32);
    assert_string_equal(keys.keys[0].file, FILE_1);
    assert_string_equal(keys.keys[1].principal, MAIL);
    assert_string_equal(keys.keys[1].realm, "R");
    assert_int_equal(keys.keys[1].kvno, 6);
    assert_int_equal(keys.keys[1].etype, 23);
    assert_int_equal(keys.keys[1].len, 16);
    assert_memory_equal(keys.keys[1].bytes, key_b, 16);
}

static void kvno_of_32_bits_counts_unless_it_is_0(void **state)
{
    static const struct {
        uint8_t kvno;
        int64_t wide;
        uint32_t expected;
    } table[] = {
        {5, -1, 5},     {5, 0, 5},       {1, 257, 257}, {0, 0x10005, 0x10005},       {0, -1, 0},
        {255, -1, 255}, {255, 255, 255}, {7, 3, 3},     {7, 0xffffffff, 0xffffffffu}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        keytab_image_t image = keytab_begin(pool);
        keytab_entry_t entry = KEYTAB_AES256(ASA, table[i].kvno, key_a);
        entry.wide_kvno = table[i].wide;
        keytab_add(&image, entry);
        assert_int_equal(keys_of(image).keys[0].kvno, table[i].expected);
    }
}

/* What later versions of the format may add behind the 32-bit kvno, and less than a kvno. */
static void unknown_tail_of_an_entry_is_passed_over(void **state)
{
    (void)state;
    for (size_t tail = 1; tail < 12; tail++) {
        keytab_image_t image = keytab_begin(pool);
        keytab_entry_t entry = KEYTAB_AES256(ASA, 5, key_a);
        size_t begin, len;
        asa_keys_t keys;
        entry.wide_kvno = -1;
        begin = keytab_add(&image, entry);
        len = image.len - begin - 4;
        keytab_bytes(&image, "\0\0\0\x9zzzzzzzz", tail);
        keytab_patch(&image, begin, (uint32_t)(len + tail), 4);
        keytab_add(&image, KEYTAB_AES256(ASA, 4, key_b));
        keys = keys_of(image);
        assert_int_equal(keys.count, 2);
        assert_int_equal(keys.keys[0].kvno, tail < 4 ? 5 : 9);
        assert_int_equal(keys.keys[1].kvno, 4);
    }
}

static void holes_and_zeros_are_passed_over(void **state)
{
    keytab_image_t image = keytab_begin(pool);
    asa_keys_t keys;

    (void)state;
    keytab_hole(&image, 1);
    keytab_add(&image, KEYTAB_AES256(ASA, 5, key_a));
    keytab_hole(&image, 90);
    keytab_number(&image, 0, 4);
    keytab_add(&image, KEYTAB_AES256(ASA, 4, key_b));
    keytab_number(&image, 0, 4);
    keytab_number(&image, 0, 4);
    keys = keys_of(image);
    assert_int_equal(keys.count, 2);
    assert_int_equal(keys.keys[1].kvno, 4);
}

static void file_without_a_key_is_a_defect(void **state)
{
    keytab_image_t image = {pool, (unsigned char *)"", 0, 0};

    (void)state;
    assert_string_equal(defect_of(image), "is empty");
    image = keytab_begin(pool);
    assert_string_equal(defect_of(image), "holds no key");
    keytab_number(&image, 0, 4);
    keytab_hole(&image, 20);
    assert_string_equal(defect_of(image), "holds no key");
}

static void foreign_files_are_told(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
    } table[] = {{"\x05", 1},           {"\x05\x01", 2},    {"\x05\x03", 2}, {"\x04\x02", 2},
                 {"\x05\x04\0\x0c", 4}, {"-----BEGIN", 10}, {"\0\0", 2},     {"{}\n", 3}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        keytab_image_t image = {pool, (unsigned char *)table[i].bytes, table[i].len, 0};
        assert_string_equal(defect_of(image), "is not a key table of version 5.2");
    }
}

static void lengths_that_do_not_fit_are_told(void **state)
{
    keytab_image_t good = keytab_begin(pool);
    size_t entry;
    static const uint32_t sizes[] = {1, 0x7fffffff, 0x80000000u, 0x80000001u, 0xffffffffu};

    (void)state;
    entry = keytab_add(&good, KEYTAB_AES256(ASA, 5, key_a));
    assert_int_equal(keys_of(good).count, 1);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        keytab_image_t bad = good;
        bad.bytes = apr_pmemdup(pool, good.bytes, good.len);
        keytab_patch(&bad, entry, sizes[i], 4);
        assert_string_not_equal(defect_of(bad), "");
    }
    /* number of components, length of the realm, of the name, of the key */
    for (size_t at = entry + 4; at < entry + 4 + 4; at += 2) {
        keytab_image_t bad = good;
        bad.bytes = apr_pmemdup(pool, good.bytes, good.len);
        for (uint32_t value = 0; value <= 0xffff; value += 0x3333) {
            keytab_patch(&bad, at, value, 2);
            assert_string_not_equal(defect_of(bad), "");
        }
    }
}

static void keys_of_a_wrong_length_are_told(void **state)
{
    static const struct {
        uint16_t etype, len;
        bool good;
    } table[] = {{18, 32, true},  {18, 16, false}, {18, 31, false}, {18, 33, false},
                 {17, 16, true},  {17, 32, false}, {23, 16, true},  {23, 8, false},
                 {20, 32, true},  {20, 24, false}, {18, 0, false},  {999, 0, false},
                 {999, 64, true}, {999, 65, false}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        static const char bytes[65];
        keytab_image_t image = keytab_begin(pool);
        asa_keys_t keys;
        keytab_add(&image,
                   ((keytab_entry_t){ASA, "R", 7, 6, 6, table[i].etype, bytes, table[i].len}));
        assert_int_equal(parse(image.bytes, image.len, &keys) == NULL, table[i].good);
    }
}

/* One bad entry spoils the file, wherever it stands. */
static void one_bad_entry_spoils_the_file(void **state)
{
    (void)state;
    for (int bad = -1; bad < 3; bad++) {
        keytab_image_t image = keytab_begin(pool);
        asa_keys_t keys;
        for (int i = 0; i < 3; i++) {
            keytab_entry_t entry = KEYTAB_AES256(ASA, 5 - i, key_a);
            entry.key_len = i == bad ? 31 : 32;
            keytab_add(&image, entry);
        }
        assert_int_equal(parse(image.bytes, image.len, &keys) == NULL, bad < 0);
        assert_int_equal(keys.count, bad < 0 ? 3 : 0);
    }
}

static void names_are_escaped_as_the_library_does(void **state)
{
    static const struct {
        const char *part;
        size_t len;
        const char *expected;
    } table[] = {
        {"", 0, ""},
        {"a/b", 3, "a\\/b"},
        {"a@b", 3, "a\\@b"},
        {"a\\b", 3, "a\\\\b"},
        {"\n\t\b", 3, "\\n\\t\\b"},
        {"a\0b", 3, "a\\0b"},
        {"b\xc3\xbc \x01", 5, "b\xc3\xbc \x01"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        keytab_image_t image = keytab_begin(pool);
        const asa_key_t *key;
        keytab_number(&image, 0, 4);
        keytab_number(&image, 2, 2);
        keytab_counted(&image, "R@/", 3);
        keytab_counted(&image, table[i].part, table[i].len);
        keytab_counted(&image, table[i].part, table[i].len);
        keytab_bytes(&image, "\0\0\0\1\0\0\0\0\5\0\x11\0\x10", 13);
        keytab_bytes(&image, key_a, 16);
        keytab_patch(&image, 2, (uint32_t)image.len - 6, 4);
        key = keys_of(image).keys;
        assert_string_equal(key->realm, "R\\@\\/");
        assert_string_equal(key->principal,
                            apr_pstrcat(pool, table[i].expected, "/", table[i].expected, NULL));
    }
}

/* At every byte: a defect, except where a shorter file is a whole one. */
static void truncated_anywhere_is_a_defect(void **state)
{
    keytab_image_t image = keytab_begin(pool);
    size_t ends[4] = {0};

    (void)state;
    for (int i = 0; i < 3; i++) {
        keytab_add(&image, KEYTAB_AES256(i == 1 ? MAIL : ASA, 6 - i, key_a));
        ends[i] = image.len;
    }
    for (size_t len = 0; len <= image.len; len++) {
        asa_keys_t keys;
        const char *defect = parse(image.bytes, len, &keys);
        size_t whole = 0;
        for (int i = 0; i < 3; i++) {
            whole = len == ends[i] ? (size_t)i + 1 : whole;
        }
        assert_int_equal(defect == NULL, whole > 0);
        assert_int_equal(keys.count, whole);
    }
}

/* A writer that was stopped between reserving a place and filling it in leaves a 0 there. */
static void entry_that_is_not_finished_is_a_defect(void **state)
{
    keytab_image_t image = keytab_begin(pool);
    size_t entry;

    (void)state;
    keytab_add(&image, KEYTAB_AES256(ASA, 5, key_a));
    entry = keytab_add(&image, KEYTAB_AES256(ASA, 6, key_b));
    assert_int_equal(keys_of(image).count, 2);
    keytab_patch(&image, entry, 0, 4);
    assert_string_not_equal(defect_of(image), "");
}

static void number_of_keys_is_bounded(void **state)
{
    keytab_image_t image = keytab_begin(pool);

    (void)state;
    for (int i = 0; i < 4096; i++) {
        keytab_add(&image, ((keytab_entry_t){"", "R", 0, 1, -1, 17, key_a, 16}));
    }
    assert_int_equal(keys_of(image).count, 4096);
    keytab_add(&image, ((keytab_entry_t){"", "R", 0, 1, -1, 17, key_a, 16}));
    assert_string_equal(defect_of(image), "holds too many keys");
}

static void number_of_components_is_bounded(void **state)
{
    keytab_image_t most = keytab_begin(pool), more = keytab_begin(pool);

    (void)state;
    keytab_add(&most, KEYTAB_AES256("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", 5, key_a));
    assert_int_equal(keys_of(most).count, 1);
    keytab_add(&more, KEYTAB_AES256("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", 5, key_a));
    assert_string_not_equal(defect_of(more), "");
}

/* Runs after the cleanups that were registered later, and before the memory is given back. */
static apr_status_t expect_wiped(void *data)
{
    const asa_keys_t *keys = data;

    for (size_t i = 0; i < keys->count; i++) {
        for (size_t at = 0; at < keys->keys[i].len; at++) {
            assert_int_equal(keys->keys[i].bytes[at], 0);
        }
    }
    return APR_SUCCESS;
}

static void keys_are_wiped_with_their_pool(void **state)
{
    keytab_image_t image = keytab_begin(pool);
    apr_pool_t *own = NULL;
    asa_keys_t keys;

    (void)state;
    keytab_add(&image, KEYTAB_AES256(ASA, 5, key_a));
    keytab_add(&image, KEYTAB_AES256(ASA, 4, key_b));
    apr_pool_create(&own, pool);
    apr_pool_cleanup_register(own, &keys, expect_wiped, apr_pool_cleanup_null);
    assert_null(asa_keytab_parse(own, image.bytes, image.len, FILE_1, &keys));
    assert_memory_equal(keys.keys[1].bytes, key_b, 32);
    apr_pool_destroy(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_of_an_entry_is_read),
        cmocka_unit_test(kvno_of_32_bits_counts_unless_it_is_0),
        cmocka_unit_test(unknown_tail_of_an_entry_is_passed_over),
        cmocka_unit_test(holes_and_zeros_are_passed_over),
        cmocka_unit_test(file_without_a_key_is_a_defect),
        cmocka_unit_test(foreign_files_are_told),
        cmocka_unit_test(lengths_that_do_not_fit_are_told),
        cmocka_unit_test(keys_of_a_wrong_length_are_told),
        cmocka_unit_test(one_bad_entry_spoils_the_file),
        cmocka_unit_test(names_are_escaped_as_the_library_does),
        cmocka_unit_test(truncated_anywhere_is_a_defect),
        cmocka_unit_test(entry_that_is_not_finished_is_a_defect),
        cmocka_unit_test(number_of_keys_is_bounded),
        cmocka_unit_test(number_of_components_is_bounded),
        cmocka_unit_test(keys_are_wiped_with_their_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
