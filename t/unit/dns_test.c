/* SPDX-License-Identifier: Apache-2.0
 *
 * What an answer of DNS says, and that a broken or hostile one says nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/dns.h"

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/corpus.h"
#include "t/unit/pool.h"

static asactl_dns_answer_t answer;

/* Reads a file of the fuzz corpus. */
static bool read_file(const char *name)
{
    size_t len;
    const unsigned char *bytes = corpus_read(pool, apr_pstrcat(pool, "dns/", name, NULL), &len);

    asactl_dns_begin(pool, &answer);
    return asactl_dns_read(pool, bytes, len, &answer);
}

static const char *joined(const apr_array_header_t *list)
{
    return apr_array_pstrcat(pool, list, ' ');
}

static void addresses_are_read(void **state)
{
    (void)state;
    assert_true(read_file("address"));
    assert_string_equal(joined(answer.addresses), "10.77.0.20");
    assert_null(answer.canonical);
}

static void alias_is_its_last_name(void **state)
{
    (void)state;
    assert_true(read_file("alias"));
    assert_string_equal(answer.canonical, "front.example");
    assert_string_equal(joined(answer.addresses), "10.77.0.20");
    assert_true(read_file("alias-of-alias"));
    assert_string_equal(answer.canonical, "b.example");
    assert_string_equal(joined(answer.addresses), "fe80::1");
}

static void way_back_is_read(void **state)
{
    (void)state;
    assert_true(read_file("pointer"));
    assert_string_equal(joined(answer.names), "other.example");
}

static void nothing_is_an_answer(void **state)
{
    (void)state;
    assert_true(read_file("nothing"));
    assert_int_equal(answer.addresses->nelts, 0);
}

static void broken_answers_are_refused(void **state)
{
    static const char *const files[] = {"more-promised", "cut"};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        assert_false(read_file(files[i]));
    }
}

static void hostile_records_say_nothing(void **state)
{
    static const char *const files[] = {"short-address", "loop", "strange-name", "other-class"};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)read_file(files[i]);
        assert_int_equal(answer.addresses->nelts, 0);
        assert_null(answer.canonical);
    }
}

static void records_are_bounded(void **state)
{
    (void)state;
    assert_true(read_file("many"));
    assert_int_equal(answer.addresses->nelts, 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(addresses_are_read, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(alias_is_its_last_name, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(way_back_is_read, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(nothing_is_an_answer, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(broken_answers_are_refused, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(hostile_records_say_nothing, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(records_are_bounded, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
