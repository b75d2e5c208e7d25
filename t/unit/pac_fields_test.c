/* SPDX-License-Identifier: Apache-2.0
 *
 * Logon information with exactly one thing wrong is not read; its good sibling is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include <apr_general.h>

#include "core/pac.h"
#include "t/unit/pac_build.h"
#include "t/unit/pool.h"

static pac_bytes_t buffer;
static asa_pac_logon_t out;

/* From a copy of exactly this size, so that a sanitizer sees what is read past its end. */
static bool reads(const pac_build_t *build)
{
    pac_write(&buffer, build);
    unsigned char *copy = malloc(buffer.len);
    memcpy(copy, buffer.bytes, buffer.len);
    bool read = asa_pac_read_logon(pool, copy, buffer.len, &out);
    free(copy);
    return read;
}

#define WITH(field, ...)                                                                           \
    do {                                                                                           \
        static const asa_pac_logon_t zero;                                                         \
        pac_build_t build = pac_good();                                                            \
        assert_true(reads(&build));                                                                \
        build.field = (__VA_ARGS__);                                                               \
        assert_false(reads(&build));                                                               \
        assert_memory_equal(&out, &zero, sizeof(out));                                             \
    } while (0)

#define READS(field, ...)                                                                          \
    do {                                                                                           \
        pac_build_t build = pac_good();                                                            \
        build.field = (__VA_ARGS__);                                                               \
        assert_true(reads(&build));                                                                \
    } while (0)

static void test_good(void **state)
{
    static const char *const groups[] = {"S-1-5-20-21-22-23-2000", "S-1-5-20-21-22-23-2001",
                                         "S-1-5-20-21", "S-1-5-20-21-22-23-3000"};
    pac_build_t build = pac_good();

    (void)state;
    assert_true(reads(&build));
    assert_string_equal(out.account_name, "w\xc3\xa9");
    assert_string_equal(out.domain_name, "DOM");
    assert_string_equal(out.user_sid, "S-1-5-20-21-22-23-1000");
    assert_int_equal(out.group_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(out.group_sids[i], groups[i]);
    }
}

static void test_header(void **state)
{
    (void)state;
    WITH(header[0], 2);
    WITH(header[1], 0);
    WITH(header[2], 9);
    WITH(header[3], 1);
    WITH(object_len_error, 1);
    WITH(object_len_error, -1);
    WITH(object_len_error, 0x10000);
    WITH(more, 8);
    READS(more, 7);
    WITH(padding, 8);
    READS(padding, 7);
    WITH(present, false);
}

static void test_strings(void **state)
{
    static uint16_t name[1025];

    (void)state;
    WITH(name.length, 5);
    WITH(name.length, 2);
    WITH(name, (pac_string_t){5, 5, true, 2, 0, 2, pac_good().name.text});
    WITH(name, (pac_string_t){4, 2, true, 1, 0, 2, pac_good().name.text});
    WITH(name.room, 3);
    WITH(name.offset, 1);
    WITH(name.units, 1);
    WITH(name, (pac_string_t){0, 0, true, 0, 0, 0, NULL}); /* no account has an empty name */
    WITH(name, (pac_string_t){0, 0, false, 0, 0, 0, NULL});
    READS(domain, (pac_string_t){0, 0, true, 0, 0, 0, NULL});
    READS(domain, (pac_string_t){0, 0, false, 0, 0, 0, NULL});
    WITH(domain, (pac_string_t){6, 6, false, 0, 0, 0, NULL});
    READS(domain, (pac_string_t){6, 8, true, 4, 0, 3, pac_good().domain.text});

    WITH(name, pac_good_string((const uint16_t[]){'a', 0}, 2));
    WITH(name, pac_good_string((const uint16_t[]){0xd800, 'a'}, 2));
    WITH(name, pac_good_string((const uint16_t[]){0xd800, 0xe000}, 2));
    WITH(name, pac_good_string((const uint16_t[]){'a', 0xd800}, 2));
    WITH(name, pac_good_string((const uint16_t[]){'a', 0xdc00}, 2));
    READS(name, pac_good_string((const uint16_t[]){0xdbff, 0xdfff}, 2));
    assert_string_equal(out.account_name, "\xf4\x8f\xbf\xbf");
    READS(name, pac_good_string((const uint16_t[]){0xffff, 0x7ff}, 2));
    assert_string_equal(out.account_name, "\xef\xbf\xbf\xdf\xbf");

    for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
        name[i] = 'n';
    }
    READS(name, pac_good_string(name, 1024));
    assert_int_equal(strlen(out.account_name), 1024);
    WITH(name, pac_good_string(name, 1025));
}

/* A high surrogate that ends the name must not pair with what happens to stand after it. */
static void test_surrogate_at_the_end(void **state)
{
    pac_build_t build = pac_good();

    (void)state;
    build.name = pac_good_string((const uint16_t[]){0xd800}, 1);
    build.groups = (pac_list_t){true, 0, 0, 0};
    assert_false(reads(&build));
    build.name = pac_good_string((const uint16_t[]){'a'}, 1);
    assert_true(reads(&build));
    build.name = pac_good_string((const uint16_t[]){0xd800}, 1);
    pac_write(&buffer, &build);
    /* the header, pointer and structure, then room, offset and length, and the unit itself */
    size_t after = 16 + 220 + 3 * 4 + 2;
    assert_int_equal(buffer.bytes[after - 1], 0xd8);
    buffer.bytes[after + 1] = 0xdc; /* alignment's padding */
    assert_false(asa_pac_read_logon(pool, buffer.bytes, buffer.len, &out));
}

static void test_lists(void **state)
{
    (void)state;
    WITH(groups.count, 1);
    WITH(groups.room, 3);
    WITH(groups, (pac_list_t){false, 2, 0, 0});
    WITH(groups, (pac_list_t){true, 4095, 4095, 4095}); /* and two more elsewhere */
    READS(groups, (pac_list_t){true, 4094, 4094, 4094});
    assert_int_equal(out.group_count, 4096);
    READS(groups, (pac_list_t){true, 0, 0, 0});
    READS(groups, (pac_list_t){false, 0, 0, 0});
    WITH(groups.count, 0xffffffff);
    WITH(extra, (pac_list_t){true, 0xffffffff, 0xffffffff, 1});
    WITH(extra, (pac_list_t){false, 1, 0, 0});
    WITH(extra, (pac_list_t){false, 1, 0, 1}); /* an array without its conformance */
    WITH(extra.room, 2);
    WITH(extra.count, 0);
    WITH(extra_pointer, false);
    READS(extra, (pac_list_t){false, 0, 0, 0});
    READS(extra, (pac_list_t){true, 0, 0, 0});
    WITH(resources, (pac_list_t){false, 1, 0, 0});
    WITH(resources, (pac_list_t){true, 0x80000000, 0x80000000, 1});
    READS(resources, (pac_list_t){false, 0, 0, 0});
    WITH(resource_sid.present, false);
}

static void test_sids(void **state)
{
    (void)state;
    WITH(extra_sid.revision, 2);
    WITH(extra_sid.count, 1);
    WITH(extra_sid, (pac_sid_t){true, 0, 1, 0});
    WITH(extra_sid, (pac_sid_t){true, 16, 1, 16});
    READS(extra_sid, (pac_sid_t){true, 15, 1, 15});
    READS(domain_sid, (pac_sid_t){true, 14, 1, 14});
    WITH(domain_sid, (pac_sid_t){true, 15, 1, 15}); /* no room for the relative identifier */
    WITH(resource_sid, (pac_sid_t){true, 15, 1, 15});
    WITH(domain_sid.present, false);
}

static void test_user_sid(void **state)
{
    pac_build_t build = pac_good();

    (void)state;
    build.user_id = 0;
    assert_true(reads(&build));
    assert_string_equal(out.user_sid, "S-1-5-20-21");
    assert_int_equal(out.group_count, 3);
    build.extra = (pac_list_t){false, 0, 0, 0};
    assert_false(reads(&build)); /* nobody */
    build.user_id = 1;
    assert_true(reads(&build));
    build.groups = (pac_list_t){false, 0, 0, 0};
    assert_true(reads(&build));
    build.domain_sid.present = false;
    assert_false(reads(&build)); /* a relative identifier of no domain */
}

/* The flag, or a membership in Protected Users of the user's own domain. */
static void test_not_delegated(void **state)
{
    (void)state;
    READS(user_account_control, 0);
    assert_false(out.not_delegated);
    READS(user_account_control, 0xffffbfff);
    assert_false(out.not_delegated);
    READS(user_account_control, 0x4000);
    assert_true(out.not_delegated);
    READS(first_group, 524);
    assert_true(out.not_delegated);
    READS(first_group, 526);
    assert_false(out.not_delegated);
    READS(first_group, 523);
    assert_false(out.not_delegated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),     cmocka_unit_test(test_header),
        cmocka_unit_test(test_strings),  cmocka_unit_test(test_surrogate_at_the_end),
        cmocka_unit_test(test_lists),    cmocka_unit_test(test_sids),
        cmocka_unit_test(test_user_sid), cmocka_unit_test(test_not_delegated),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
