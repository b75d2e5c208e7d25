/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables that are bounded, and stretches of time that always suffice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/log_table.h"

#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "asactl/log_buckets.h"
#include "asactl/log_name.h"
#include "t/unit/pool.h"

typedef struct {
    asactl_log_key_t key;
    unsigned count;
} row_t;

static row_t *count_in(asactl_log_table_t *table, const char *key, size_t len)
{
    char *copy = malloc(len + 1); /* of exactly its size, for the sanitizer */
    bool is_new;
    row_t *row;

    memcpy(copy, key, len);
    row = asactl_log_table_row(table, copy, len, &is_new);
    assert_true(is_new == (row->count == 0));
    row->count++;
    free(copy);
    return row;
}

static void every_key_has_its_row(void **state)
{
    asactl_log_table_t *table = asactl_log_table_make(pool, sizeof(row_t), 5000, false);

    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 5000; i++) {
            const char *key = apr_psprintf(pool, "TAILSPIN\\user%u", i);

            assert_int_equal(count_in(table, key, strlen(key))->key.number, i);
        }
    }
    assert_int_equal(asactl_log_table_count(table), 5000);
    assert_null(asactl_log_table_others(table));
    for (unsigned i = 0; i < 5000; i++) {
        assert_int_equal(((row_t *)asactl_log_table_at(table, i))->count, 3);
    }
}

static void a_full_table_counts_on(void **state)
{
    asactl_log_table_t *table = asactl_log_table_make(pool, sizeof(row_t), 2, false);

    count_in(table, "a", 1);
    count_in(table, "b", 1);
    count_in(table, "c", 1);
    count_in(table, "d", 1);
    count_in(table, "a", 1);
    assert_int_equal(asactl_log_table_count(table), 2);
    assert_int_equal(((row_t *)asactl_log_table_at(table, 0))->count, 2);
    assert_int_equal(((row_t *)asactl_log_table_others(table))->count, 2);
    assert_true(asactl_log_table_is_others(asactl_log_table_others(table)));
    assert_false(asactl_log_table_is_others(asactl_log_table_at(table, 1)));
    assert_null(asactl_log_table_find(table, "c", 1));
    assert_ptr_equal(asactl_log_table_find(table, "b", 1), asactl_log_table_at(table, 1));
}

/* Keys of blocks whose second half takes back what the first half changed, whatever a hash that
 * mixes word by word begins with. */
static void keys_that_are_chosen_do_not_meet(void **state)
{
    static const char blocks[2][17] = {"abcdefghijklmnop", "abcdefg\xe8ijk\xecmno\xf0"};
    asactl_log_table_t *table = asactl_log_table_make(pool, sizeof(row_t), 1024, false);
    unsigned alike = 0;

    for (unsigned n = 0; n < 1024; n++) {
        char key[10 * 16];

        for (unsigned bit = 0; bit < 10; bit++) {
            memcpy(key + 16 * (size_t)bit, blocks[n >> bit & 1], 16);
        }
        count_in(table, key, sizeof key);
    }
    for (size_t i = 1; i < 1024; i++) {
        alike += ((row_t *)asactl_log_table_at(table, i))->key.hash ==
                 ((row_t *)asactl_log_table_at(table, i - 1))->key.hash;
    }
    assert_true(alike < 10);
}

static void case_is_folded_or_not(void **state)
{
    asactl_log_table_t *folds = asactl_log_table_make(pool, sizeof(row_t), 100, true);
    asactl_log_table_t *exact = asactl_log_table_make(pool, sizeof(row_t), 100, false);
    char all[256], small[256];

    for (unsigned i = 0; i < 256; i++) {
        all[i] = (char)i;
        small[i] = (char)(i >= 'A' && i <= 'Z' ? i + 32 : i);
    }
    assert_ptr_equal(count_in(folds, all, 256), count_in(folds, small, 256));
    assert_ptr_not_equal(count_in(exact, all, 256), count_in(exact, small, 256));
    assert_ptr_not_equal(count_in(folds, "a", 1), count_in(folds, "a\0", 2));
    assert_ptr_not_equal(count_in(folds, "@", 1), count_in(folds, "`", 1));
    assert_ptr_not_equal(count_in(folds, "[", 1), count_in(folds, "{", 1));
    assert_ptr_not_equal(count_in(folds, "", 0), count_in(folds, "\0", 1));
}

static void long_keys_are_cut(void **state)
{
    asactl_log_table_t *table = asactl_log_table_make(pool, sizeof(row_t), 100, true);
    char key[ASACTL_LOG_KEY_MAX + 10];

    memset(key, 'k', sizeof key);
    assert_ptr_equal(count_in(table, key, sizeof key), count_in(table, key, ASACTL_LOG_KEY_MAX));
    assert_ptr_not_equal(count_in(table, key, ASACTL_LOG_KEY_MAX),
                         count_in(table, key, ASACTL_LOG_KEY_MAX - 1));
}

static void names_are_safe(void **state)
{
    static const struct {
        const char *text;
        size_t len;
        const char *shown;
    } table[] = {
        {"TAILSPIN\\wendy", 14, "TAILSPIN\\wendy"},
        {"a\0b", 3, "a\\x00b"},
        {"\x1b[2J", 4, "\\x1b[2J"},
        {"\xc2\x85\xe2\x80\xa8\xff", 6, "\\xc2\\x85\\xe2\\x80\\xa8\\xff"},
        {"J\xc3\xb6rg", 5, "J\xc3\xb6rg"},
        {"a \"\"quote\"\"", 11, "a \"quote\""},
        {"\"", 1, "\""},
        {"\xc3", 1, "\\xc3"},
        {"", 0, ""},
    };
    char key[ASACTL_LOG_KEY_MAX + 1];
    const char *shown;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_string_equal(asactl_log_name(pool, (asactl_log_text_t){table[i].text, table[i].len}),
                            table[i].shown);
    }
    assert_string_equal(asactl_log_number(pool, 0), "0");
    assert_string_equal(asactl_log_number(pool, 999), "999");
    assert_string_equal(asactl_log_number(pool, 1000), "1,000");
    assert_string_equal(asactl_log_number(pool, ~0ULL), "18,446,744,073,709,551,615");
    memset(key, '\x1b', sizeof key);
    shown = asactl_log_name(pool, (asactl_log_text_t){key, sizeof key});
    assert_int_equal(strlen(shown), 4 * ASACTL_LOG_KEY_MAX + strlen("…"));
}

/* --- time --- */

static asactl_log_count_t sum(const asactl_log_buckets_t *buckets)
{
    asactl_log_count_t all = 0;

    for (size_t i = 0; i < buckets->count; i++) {
        for (size_t protocol = 0; protocol < ASACTL_LOG_BUCKET_PROTOCOLS; protocol++) {
            for (size_t class = 0; class < ASACTL_LOG_CLASSES; class ++) {
                all += buckets->bucket[i].of[protocol][class];
            }
        }
    }
    return all;
}

static void time_is_bounded(void **state)
{
    static const apr_time_t steps[] = {1, 60, 3600, 86400, 400 * 86400, 20000 * 86400LL};

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        for (int backwards = 0; backwards < 2; backwards++) {
            const int count = 1000;
            asactl_log_buckets_t buckets = {.count = 0};
            apr_time_t most = apr_time_from_sec(steps[i] * (count - 1));

            for (int at = 0; at < count; at++) {
                apr_time_t time = apr_time_from_sec(steps[i] * (backwards ? count - 1 - at : at));

                asactl_log_buckets_add(&buckets, pool, time, 0, ASACTL_LOG_NTLM);
                assert_true(buckets.count <= ASACTL_LOG_BUCKETS);
            }
            assert_int_equal(sum(&buckets), count);
            assert_true(buckets.begin % buckets.width == 0);
            assert_true(buckets.begin <= 0);
            assert_true(buckets.begin + (apr_time_t)buckets.count * buckets.width > most);
            /* No wider than need be: half of the stretches are never too many. */
            assert_true(buckets.width == apr_time_from_sec(60) ||
                        buckets.count > ASACTL_LOG_BUCKETS / 8);
        }
    }
}

static void a_request_is_in_its_stretch(void **state)
{
    asactl_log_buckets_t buckets = {.count = 0};
    const apr_time_t hour = apr_time_from_sec(3600), start = 400000 * hour;

    asactl_log_buckets_add(&buckets, pool, start + 5, 3, ASACTL_LOG_KERBEROS);
    asactl_log_buckets_add(&buckets, pool, start + apr_time_from_sec(61), 99, ASACTL_LOG_NTLM);
    assert_int_equal(buckets.count, 2);
    assert_int_equal(buckets.bucket[0].of[3][ASACTL_LOG_KERBEROS], 1);
    assert_int_equal(buckets.bucket[1].of[15][ASACTL_LOG_NTLM], 1);
    asactl_log_buckets_add(&buckets, pool, start - 99 * hour, 3, ASACTL_LOG_BASIC);
    assert_true(buckets.width == apr_time_from_sec(900));
    assert_int_equal(buckets.bucket[0].of[3][ASACTL_LOG_BASIC], 1);
    assert_int_equal(buckets.bucket[4 * 99].of[3][ASACTL_LOG_KERBEROS], 1);
    assert_int_equal(buckets.bucket[4 * 99].of[15][ASACTL_LOG_NTLM], 1);
    assert_int_equal(sum(&buckets), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_key_has_its_row, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(a_full_table_counts_on, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(keys_that_are_chosen_do_not_meet, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(case_is_folded_or_not, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(long_keys_are_cut, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(names_are_safe, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(time_is_bounded, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(a_request_is_in_its_stretch, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
