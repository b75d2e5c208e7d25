/* SPDX-License-Identifier: Apache-2.0
 *
 * Access lists: what is granted, refused, or cannot be told; bytes that make no sense.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/access_right.h"

#include <stdbool.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "asactl/ldap.h"
#include "t/unit/pool.h"

#define ALL    0x10000000U
#define DELETE ASACTL_ACCESS_DELETE
#define CHILD  ASACTL_ACCESS_DELETE_CHILD

enum { ALLOW, DENY, AUDIT, ALLOW_OBJECT = 5, DENY_OBJECT = 6, CALLBACK = 9 };

static const unsigned char caller[] = {1, 1, 0, 0, 0, 0, 0, 5, 11, 0, 0, 0};
static const unsigned char group[] = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0};
static const unsigned char stranger[] = {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};
static const unsigned char self[] = {1, 1, 0, 0, 0, 0, 0, 5, 10, 0, 0, 0};

static unsigned char bytes[1024];
static size_t len;

static void put16(size_t at, size_t number)
{
    bytes[at] = (unsigned char)number;
    bytes[at + 1] = (unsigned char)(number >> 8);
}

static void put32(size_t at, uint32_t number)
{
    put16(at, number & 0xffff);
    put16(at + 2, number >> 16);
}

/* A descriptor with an empty list at its end. */
static void begin(void)
{
    memset(bytes, 0, sizeof bytes);
    bytes[0] = 1;
    put16(2, 0x8004);
    put32(16, 20);
    bytes[20] = 4;
    put16(22, 8);
    len = 28;
}

/* object_class: NULL for none; only of object entries. */
static void add(unsigned type, unsigned flags, uint32_t mask, const unsigned char *object_class,
                const unsigned char *sid, size_t sid_len)
{
    size_t at = len;

    bytes[at] = (unsigned char)type;
    bytes[at + 1] = (unsigned char)flags;
    put32(at + 4, mask);
    len += 8;
    if (type == ALLOW_OBJECT || type == DENY_OBJECT) {
        put32(len, object_class == NULL ? 0 : 1);
        len += 4;
        if (object_class != NULL) {
            memcpy(bytes + len, object_class, ASACTL_ACCESS_CLASS_LEN);
            len += ASACTL_ACCESS_CLASS_LEN;
        }
    }
    memcpy(bytes + len, sid, sid_len);
    len += sid_len;
    put16(at + 2, len - at);
    put16(22, len - 20);
    put16(24, (size_t)bytes[24] + 1);
}

static asactl_access_t ask(uint32_t right)
{
    apr_array_header_t *sids = apr_array_make(pool, 2, sizeof(asactl_ldap_value_t));
    unsigned char *copy = apr_pmemdup(pool, bytes, len);

    APR_ARRAY_PUSH(sids, asactl_ldap_value_t) = (asactl_ldap_value_t){group, sizeof group};
    APR_ARRAY_PUSH(sids, asactl_ldap_value_t) = (asactl_ldap_value_t){caller, sizeof caller};
    return asactl_access_right(copy, len, sids, right, asactl_access_computer);
}

static void an_entry_of_the_caller_decides(void **state)
{
    (void)state;
    begin();
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_REFUSED);
    add(ALLOW, 0, DELETE, NULL, stranger, sizeof stranger);
    add(ALLOW, 0, CHILD, NULL, caller, sizeof caller);
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_REFUSED);
    assert_int_equal(ask(CHILD), ASACTL_ACCESS_GRANTED);
    add(ALLOW, 0, DELETE, NULL, group, sizeof group);
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_GRANTED);
    begin();
    add(ALLOW, 0, ALL, NULL, group, sizeof group);
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_GRANTED);
}

/* As "protect object from accidental deletion" does it. */
static void the_first_one_counts(void **state)
{
    (void)state;
    begin();
    add(DENY, 0, DELETE, NULL, caller, sizeof caller);
    add(ALLOW, 0, DELETE, NULL, group, sizeof group);
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_REFUSED);
    begin();
    add(ALLOW, 0, DELETE, NULL, group, sizeof group);
    add(DENY, 0, DELETE, NULL, caller, sizeof caller);
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_GRANTED);
}

static void what_is_for_others_counts_for_nothing(void **state)
{
    (void)state;
    begin();
    add(ALLOW, 8, DELETE, NULL, caller, sizeof caller);
    add(AUDIT, 0, DELETE, NULL, caller, sizeof caller);
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_REFUSED);
}

static void a_class_of_objects_is_looked_at(void **state)
{
    (void)state;
    begin();
    add(DENY_OBJECT, 0, CHILD, asactl_access_user, caller, sizeof caller);
    add(ALLOW_OBJECT, 0, CHILD, asactl_access_computer, caller, sizeof caller);
    assert_int_equal(ask(CHILD), ASACTL_ACCESS_GRANTED);
    begin();
    add(ALLOW_OBJECT, 0, CHILD, asactl_access_user, caller, sizeof caller);
    assert_int_equal(ask(CHILD), ASACTL_ACCESS_REFUSED);
    add(ALLOW_OBJECT, 0, CHILD, NULL, caller, sizeof caller);
    assert_int_equal(ask(CHILD), ASACTL_ACCESS_GRANTED);
}

static void what_hangs_on_more_than_the_sids_is_left_open(void **state)
{
    (void)state;
    begin();
    add(CALLBACK, 0, DELETE, NULL, caller, sizeof caller);
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_UNKNOWN);
    begin();
    add(ALLOW, 0, DELETE, NULL, self, sizeof self);
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_UNKNOWN);
    assert_int_equal(ask(CHILD), ASACTL_ACCESS_REFUSED);
}

static void no_list_grants_all(void **state)
{
    (void)state;
    begin();
    put16(2, 0x8000);
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_GRANTED);
    begin();
    put32(16, 0);
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_GRANTED);
}

/* Cut anywhere, and with any size that is too large, nothing is granted. */
static void nonsense_is_left_open(void **state)
{
    size_t whole;

    (void)state;
    begin();
    add(ALLOW, 0, DELETE, NULL, caller, sizeof caller);
    whole = len;
    for (len = 0; len < whole; len++) {
        assert_int_equal(ask(DELETE), ASACTL_ACCESS_UNKNOWN);
    }
    len = whole;
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_GRANTED);
    put32(16, UINT32_MAX);
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_UNKNOWN);
    put32(16, 20);
    bytes[28 + 8 + 1] = 15; /* more sub-authorities than there are */
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_UNKNOWN);
    put16(28 + 2, 4);
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_UNKNOWN);
    begin();
    bytes[24] = 1; /* an entry is promised, and there is none */
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_UNKNOWN);
    begin();
    add(ALLOW_OBJECT, 0, DELETE, asactl_access_user, caller, 0);
    put16(28 + 2, 10);
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_UNKNOWN);
    begin();
    bytes[0] = 2;
    assert_int_equal(ask(DELETE), ASACTL_ACCESS_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_of_the_caller_decides),
        cmocka_unit_test(the_first_one_counts),
        cmocka_unit_test(what_is_for_others_counts_for_nothing),
        cmocka_unit_test(a_class_of_objects_is_looked_at),
        cmocka_unit_test(what_hangs_on_more_than_the_sids_is_left_open),
        cmocka_unit_test(no_list_grants_all),
        cmocka_unit_test(nonsense_is_left_open),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
