/* SPDX-License-Identifier: Apache-2.0
 *
 * Passwords: random ones are long, mixed and never the same; both forms agree; nothing stays
 * behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/password.h"

#include <string.h>

#include <apr_general.h>

#include "t/unit/pool.h"

static void random_ones_are_long_mixed_and_new(void **state)
{
    const asactl_password_t *one, *two;
    asactl_outcome_t outcome = {0};

    (void)state;
    assert_true(asactl_password_random(pool, &one, &outcome));
    assert_true(asactl_password_random(pool, &two, &outcome));
    assert_int_equal(one->text_len, 120);
    assert_int_equal(one->utf16_len, 240);
    assert_int_equal(strlen(one->text), one->text_len);
    assert_string_not_equal(one->text, two->text);
    assert_non_null(strpbrk(one->text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
    assert_non_null(strpbrk(one->text, "abcdefghijklmnopqrstuvwxyz"));
    assert_non_null(strpbrk(one->text, "0123456789"));
    assert_non_null(strpbrk(one->text, "-_"));
    for (size_t i = 0; i < one->text_len; i++) {
        assert_int_equal(one->utf16[2 * i], one->text[i]);
        assert_int_equal(one->utf16[2 * i + 1], 0);
    }
}

/* Each of the 64 characters comes up about as often as the others. */
static void every_character_is_used(void **state)
{
    size_t seen[128] = {0}, kinds = 0, total = 0;
    asactl_outcome_t outcome = {0};

    (void)state;
    for (int i = 0; i < 100; i++) {
        const asactl_password_t *password;

        assert_true(asactl_password_random(pool, &password, &outcome));
        for (size_t j = 0; j < password->text_len; j++) {
            seen[(unsigned char)password->text[j] & 127]++;
            total++;
        }
    }
    for (size_t i = 0; i < 128; i++) {
        kinds += seen[i] > 0 ? 1 : 0;
        assert_true(seen[i] < 4 * total / 64);
    }
    assert_int_equal(kinds, 64);
}

static void text_becomes_utf16(void **state)
{
    static const unsigned char expected[] = {'a', 0, 0xeb, 0, 0xac, 0x20, 0x3d, 0xd8, 0x00, 0xde};
    static const char text[] = "a\xc3\xab\xe2\x82\xac\xf0\x9f\x98\x80";
    const asactl_password_t *password;
    asactl_outcome_t outcome = {0};

    (void)state;
    assert_true(asactl_password_from_text(pool, text, sizeof text - 1, &password, &outcome));
    assert_int_equal(password->utf16_len, sizeof expected);
    assert_memory_equal(password->utf16, expected, sizeof expected);
    assert_string_equal(password->text, text);
}

static void what_is_no_password_is_refused(void **state)
{
    static const struct {
        const char *text;
        size_t len;
    } bad[] = {{"", 0}, {"a\0b", 3}, {"\xff", 1}, {"a\xc3", 2}, {"\xed\xa0\x80", 3}};
    char text[3 * 257];
    const asactl_password_t *password;
    asactl_outcome_t outcome = {0};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(asactl_password_from_text(pool, bad[i].text, bad[i].len, &password, &outcome));
        assert_int_equal(outcome.code, ASACTL_USAGE);
    }
    for (size_t i = 0; i < sizeof text; i += 3) {
        memcpy(text + i, "\xe2\x82\xac", 3);
    }
    assert_true(asactl_password_from_text(pool, text, sizeof text - 3, &password, &outcome));
    assert_int_equal(password->utf16_len, 512);
    assert_false(asactl_password_from_text(pool, text, sizeof text, &password, &outcome));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_ones_are_long_mixed_and_new),
        cmocka_unit_test(every_character_is_used),
        cmocka_unit_test(text_becomes_utf16),
        cmocka_unit_test(what_is_no_password_is_refused),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
