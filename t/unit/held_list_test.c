/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys in use in a fixed size: which come first, each once, and what does not fit is counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mod_asa_auth/held_list.h"

#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "core/account_key.h"
#include "t/unit/pool.h"

#define KEYS 40

static mod_asa_held_list_t list;

/* An AES256 key of its own for each number. */
static asa_key_t key_of(const char *principal, const char *realm, uint32_t kvno, unsigned number)
{
    return (asa_key_t){.principal = principal,
                       .realm = realm,
                       .kvno = kvno,
                       .etype = ASA_ETYPE_AES256,
                       .bytes = (const unsigned char *)apr_psprintf(pool, "%032u", number),
                       .len = 32};
}

static void make(const asa_key_t *keys, size_t count)
{
    static const char *const node[] = {"cas-1"};
    const asa_keys_t all = {(asa_key_t *)keys, count};

    mod_asa_held_list_make(pool, asa_keyring_make(pool, &all, node, 1), &list);
}

static void the_newest_key_of_every_account_comes_first(void **state)
{
    const asa_key_t keys[] = {
        key_of("EXCH2016ASA$", "CORP.TAILSPINTOYS.COM", 5, 1),
        key_of("CAS-1$", "CORP.TAILSPINTOYS.COM", 9, 2),
        key_of("EXCH2016ASA$", "CORP.TAILSPINTOYS.COM", 7, 3),
        key_of("EXCH2016ASA$", "CORP.TAILSPINTOYS.COM", 6, 4),
        key_of("OTHERSVC$", "FABRIKAM.COM", 2, 5),
    };
    static const uint32_t kvnos[] = {7, 2, 6, 9, 5};

    (void)state;
    make(keys, 5);
    assert_int_equal(list.count, 5);
    assert_int_equal(list.more, 0);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(list.keys[i].kvno, kvnos[i]);
    }
    assert_string_equal(mod_asa_held_list_account(&list, 0), "EXCH2016ASA$");
    assert_string_equal(mod_asa_held_list_realm(&list, 0), "CORP.TAILSPINTOYS.COM");
    assert_string_equal(mod_asa_held_list_account(&list, 1), "OTHERSVC$");
    assert_string_equal(mod_asa_held_list_realm(&list, 1), "FABRIKAM.COM");
    assert_string_equal(list.keys[0].id, asa_account_key_id(pool, &keys[2]));
    assert_string_equal(mod_asa_held_list_account(&list, 5), "");
}

static void a_key_with_several_names_is_listed_once(void **state)
{
    const asa_key_t keys[] = {
        key_of("HTTP/mail", "CORP.TAILSPINTOYS.COM", 7, 1),
        key_of("EXCH2016ASA$", "CORP.TAILSPINTOYS.COM", 7, 1),
        key_of("EXCH2016ASA$", "CORP.TAILSPINTOYS.COM", 7, 2),
    };

    (void)state;
    make(keys, 3);
    assert_int_equal(list.count, 2);
    assert_string_equal(mod_asa_held_list_account(&list, 0), "EXCH2016ASA$");
    assert_string_equal(mod_asa_held_list_account(&list, 1), "EXCH2016ASA$");
    assert_string_not_equal(list.keys[0].id, list.keys[1].id);
}

static void too_many_keys_are_counted(void **state)
{
    asa_key_t keys[KEYS];

    (void)state;
    for (unsigned i = 0; i < KEYS; i++) {
        keys[i] = key_of("EXCH2016ASA$", "CORP.TAILSPINTOYS.COM", i + 1, i);
    }
    make(keys, KEYS);
    assert_int_equal(list.count, MOD_ASA_HELD_LIST_KEYS);
    assert_int_equal(list.more, KEYS - MOD_ASA_HELD_LIST_KEYS);
    assert_int_equal(list.keys[0].kvno, KEYS);
    assert_int_equal(list.keys[1].kvno, KEYS - 1);
}

static void names_that_are_too_long_are_counted(void **state)
{
    char longest[MOD_ASA_HELD_LIST_NAMES + 1] = "";
    const asa_key_t keys[] = {
        key_of(longest, "CORP.TAILSPINTOYS.COM", 7, 1),
        key_of("EXCH2016ASA$", "CORP.TAILSPINTOYS.COM", 8, 2),
        key_of("EXCH2016ASA$", longest, 9, 3),
    };

    (void)state;
    memset(longest, 'X', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    make(keys, 3);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.more, 2);
    assert_string_equal(mod_asa_held_list_account(&list, 0), "EXCH2016ASA$");
    assert_string_equal(mod_asa_held_list_realm(&list, 0), "CORP.TAILSPINTOYS.COM");
}

static void no_key_is_no_key(void **state)
{
    (void)state;
    make(NULL, 0);
    assert_int_equal(list.count, 0);
    assert_int_equal(list.more, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_key_of_every_account_comes_first),
        cmocka_unit_test(a_key_with_several_names_is_listed_once),
        cmocka_unit_test(too_many_keys_are_counted),
        cmocka_unit_test(names_that_are_too_long_are_counted),
        cmocka_unit_test(no_key_is_no_key),
    };
    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
