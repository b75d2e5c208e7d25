/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens that are cut short, prolonged, mismeasured, nested or too large are refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "t/unit/token_case.h"

static void test_truncated_and_trailing(void **state)
{
    static const char *const files[] = {"token/spnego-kvno2", "token/kerberos-kvno2"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        der_t whole = corpus(files[i]);
        for (size_t len = 0; len < whole.len; len++) {
            assert_refused(der_bytes(whole.bytes, len));
        }
        assert_refused(der_join(pool, whole, der_bytes("\0", 1)));
        assert_int_not_equal(read_token(whole).kind, ASA_TOKEN_MALFORMED);
    }
    der_t longer = der_join(pool, real_kerberos(), der_bytes("\0", 1));
    assert_refused(der_spnego_init(pool, windows_list(), longer, NOTHING));
    der_t response = der_spnego_response(pool, real_kerberos());
    for (size_t len = 0; len < response.len; len++) {
        assert_refused(der_bytes(response.bytes, len));
    }
    assert_refused(der_join(pool, response, der_bytes("\0", 1)));
    assert_refused(der_spnego_init(pool, windows_list(), real_kerberos(), DER_TEXT("\xa9\0")));
    assert_refused(DER_TEXT("\x60\x80"));
    assert_refused(DER_TEXT("\xa1\x83\0\0"));
    assert_int_equal(asa_token_read(pool, NULL, 0, &(asa_token_t){0}), ASA_TOKEN_MALFORMED);
}

/* Perturbs every length octet of the elements in bytes[at, end); none may still be read. */
static void perturb_lengths(der_t token, size_t at, size_t end, size_t *count)
{
    unsigned char *copy = apr_pmemdup(pool, token.bytes, token.len);
    size_t swallowed = 0;

    while (at < end) {
        unsigned char tag = copy[at];
        size_t length = copy[at + 1] & 0x7f;
        size_t head = 2;
        if (copy[at + 1] & 0x80) {
            head += length;
            length = 0;
            for (size_t i = 2; i < head; i++) {
                length = length << 8 | copy[at + i];
            }
        }
        for (size_t i = 1; i < head; i++) {
            for (int change = 1; change < 256; change++) {
                copy[at + i] = (unsigned char)(token.bytes[at + i] + change);
                /* a component that swallows the next one makes another well-formed name */
                if (tag == 0x1b && read_token(der_bytes(copy, token.len)).spn != NULL) {
                    assert_string_not_equal(read_token(der_bytes(copy, token.len)).spn,
                                            "HTTP/mail.token.test");
                    swallowed++;
                    continue;
                }
                assert_refused(der_bytes(copy, token.len));
            }
            copy[at + i] = token.bytes[at + i];
            (*count)++;
        }
        /* the framing's OID and token id are no constructed contents: step over them */
        size_t skip = tag == 0x60 ? 13 : 0;
        if (tag & 0x20) {
            perturb_lengths(token, at + head + skip, at + head + length, count);
        }
        at += head + length;
    }
    assert_true(swallowed <= 1);
}

static void test_lengths(void **state)
{
    size_t count = 0;

    (void)state;
    der_t token = real_kerberos();
    perturb_lengths(token, 0, token.len, &count);
    assert_true(count > 40);
}

static void test_nesting(void **state)
{
    (void)state;
    der_t onion = NOTHING;
    for (int i = 0; i < 9000; i++) {
        onion = der_wrap(pool, i % 2 ? 0x60 : 0x30, onion);
    }
    assert_true(onion.len > 30000);
    assert_refused(onion);
    der_t spnego = real_kerberos();
    for (int i = 0; i < 3; i++) {
        spnego = der_spnego_init(pool, windows_list(), spnego, NOTHING);
        assert_int_equal(read_token(spnego).kind,
                         i == 0 ? ASA_TOKEN_SPNEGO_INIT : ASA_TOKEN_MALFORMED);
    }
}

static void test_sizes(void **state)
{
    (void)state;
    der_t list = NOTHING;
    for (int i = 0; i < 32; i++) {
        list = der_join(pool, list, mechanism(DER_OID_KERBEROS));
    }
    assert_int_equal(read_token(der_spnego_init(pool, list, NOTHING, NOTHING)).kind,
                     ASA_TOKEN_SPNEGO_INIT);
    list = der_join(pool, list, mechanism(DER_OID_KERBEROS));
    assert_refused(der_spnego_init(pool, list, NOTHING, NOTHING));
    assert_refused(der_spnego_init(pool, NOTHING, NOTHING, NOTHING));

    static const unsigned char filler[ASA_TOKEN_MAX];
    der_t small = der_spnego_init(pool, windows_list(), NOTHING,
                                  der_field(pool, 3, 0x04, der_bytes(filler, 0x8000)));
    size_t room = ASA_TOKEN_MAX - small.len + 0x8000;
    der_t mic = der_field(pool, 3, 0x04, der_bytes(filler, room));
    der_t largest = der_spnego_init(pool, windows_list(), NOTHING, mic);
    assert_int_equal(largest.len, ASA_TOKEN_MAX);
    assert_int_equal(read_token(largest).kind, ASA_TOKEN_SPNEGO_INIT);
    mic = der_field(pool, 3, 0x04, der_bytes(filler, room + 1));
    assert_refused(der_spnego_init(pool, windows_list(), NOTHING, mic));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_truncated_and_trailing),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_sizes),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
