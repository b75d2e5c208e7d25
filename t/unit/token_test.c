/* SPDX-License-Identifier: Apache-2.0
 *
 * What the token reader takes, what it says about it, and everything that it must refuse.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <krb5.h>

#include "core/token.h"
#include "t/unit/corpus.h"
#include "t/unit/der_build.h"

#define NOTHING           der_bytes("", 0)
#define NTLM_NEGOTIATE    DER_TEXT("NTLMSSP\0\x01\0\0\0\x07\x82\x08\xa2")
#define NTLM_AUTHENTICATE DER_TEXT("NTLMSSP\0\x03\0\0\0\x18\0\x18\0")

static apr_pool_t *pool;

static int open_pool(void **state)
{
    (void)state;
    return apr_pool_create(&pool, NULL);
}

static int close_pool(void **state)
{
    (void)state;
    apr_pool_destroy(pool);
    return 0;
}

static asa_token_t read_token(der_t token)
{
    asa_token_t out;
    /* an exact copy on the heap: the sanitizer sees a read past the end */
    unsigned char *copy = malloc(token.len + 1);

    memcpy(copy + 1, token.bytes, token.len);
    asa_token_kind_t kind = asa_token_read(pool, copy + 1, token.len, &out);
    assert_int_equal(kind, out.kind);
    if (out.ap_req != NULL) {
        out.ap_req = token.bytes + (out.ap_req - copy - 1);
        out.cipher = token.bytes + (out.cipher - copy - 1);
    }
    free(copy);
    return out;
}

/* Malformed, and not one fact given out. */
static void assert_refused(der_t token)
{
    static const asa_token_t zero;
    asa_token_t out = read_token(token);

    assert_int_equal(out.kind, ASA_TOKEN_MALFORMED);
    assert_memory_equal(&out, &zero, sizeof(out));
}

static der_t corpus(const char *name)
{
    der_t token;

    token.bytes = corpus_read(pool, name, &token.len);
    return token;
}

static der_t real_kerberos(void)
{
    return corpus("token/kerberos-kvno2");
}

static der_t mechanism(der_t oid)
{
    return der_wrap(pool, 0x06, oid);
}

/* MechTypeList of Windows clients. */
static der_t windows_list(void)
{
    return der_all(pool, 4, mechanism(DER_OID_MS_KERBEROS), mechanism(DER_OID_KERBEROS),
                   mechanism(DER_OID_NEGOEX), mechanism(DER_OID_NTLM));
}

static void assert_mail_ticket(const asa_token_t *out)
{
    assert_non_null(out->ap_req);
    assert_int_equal(out->ap_req[0], 0x6e);
    assert_string_equal(out->spn, "HTTP/mail.token.test");
    assert_string_equal(out->realm, "TOKEN.TEST");
    assert_int_equal(out->etype, 18);
    assert_true(out->kvno_known);
    assert_int_equal(out->kvno, 2);
    assert_non_null(out->cipher);
}

static void test_real_tokens(void **state)
{
    static const struct {
        const char *file;
        asa_token_kind_t kind;
        const char *spn;
        int32_t etype;
        uint32_t kvno;
    } rows[] = {
        {"token/spnego-kvno2", ASA_TOKEN_SPNEGO_INIT, "HTTP/mail.token.test", 18, 2},
        {"token/kerberos-kvno2", ASA_TOKEN_KERBEROS, "HTTP/mail.token.test", 18, 2},
        {"token/kerberos-aes128", ASA_TOKEN_KERBEROS, "http/aes128.token.test", 17, 1},
        {"token/spnego-zoe", ASA_TOKEN_SPNEGO_INIT, "http/zo\xc3\xab.token.test", 18, 1},
        {"token/kerberos-slash", ASA_TOKEN_KERBEROS, "http/sl\\/ash\\\\b.token.test", 18, 1},
        {"token/kerberos-one", ASA_TOKEN_KERBEROS, "one", 18, 1},
        {"token/kerberos-abcd", ASA_TOKEN_KERBEROS, "a/b/c/d", 20, 2},
        {"token/kerberos-tab", ASA_TOKEN_KERBEROS, "host/tab\\tin", 18, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        asa_token_t out = read_token(corpus(rows[i].file));
        assert_int_equal(out.kind, rows[i].kind);
        assert_string_equal(out.spn, rows[i].spn);
        assert_string_equal(out.realm, "TOKEN.TEST");
        assert_int_equal(out.etype, rows[i].etype);
        assert_true(out.kvno_known);
        assert_int_equal(out.kvno, rows[i].kvno);
        assert_int_equal(out.ntlm_type, 0);
        bool spnego = rows[i].kind == ASA_TOKEN_SPNEGO_INIT;
        assert_int_equal(out.offers_kerberos, spnego);
        assert_int_equal(out.kerberos_first, spnego);
        assert_false(out.offers_ntlm);
    }
}

static void test_windows_init(void **state)
{
    (void)state;
    der_t flags = der_field(pool, 1, 0x03, DER_TEXT("\x01\x06"));
    der_t mic = der_field(pool, 3, 0x04, DER_TEXT("0123456789abcdef"));
    der_t misspelt = real_kerberos();
    unsigned char *bytes = apr_pmemdup(pool, misspelt.bytes, misspelt.len);
    bytes[9] = 0x82; /* in its framing too: the OID's fourth byte */
    misspelt.bytes = bytes;

    asa_token_t out = read_token(der_spnego_init(pool, windows_list(), real_kerberos(), mic));
    assert_int_equal(out.kind, ASA_TOKEN_SPNEGO_INIT);
    assert_true(out.offers_kerberos && out.offers_ntlm && out.kerberos_first);
    assert_mail_ticket(&out);
    out = read_token(misspelt);
    assert_int_equal(out.kind, ASA_TOKEN_KERBEROS);
    assert_mail_ticket(&out);
    out = read_token(der_spnego_init(pool, mechanism(DER_OID_KERBEROS), misspelt, NOTHING));
    assert_mail_ticket(&out);
    assert_refused(der_spnego_init(pool, windows_list(), real_kerberos(), flags)); /* too late */
    der_t body = der_all(pool, 3, der_field(pool, 0, 0x30, windows_list()), flags,
                         der_field(pool, 2, 0x04, real_kerberos()));
    out = read_token(der_frame(pool, DER_OID_SPNEGO, der_field(pool, 0, 0x30, body)));
    assert_mail_ticket(&out);
}

static void test_other_mechanism_first(void **state)
{
    (void)state;
    der_t list = der_all(pool, 2, mechanism(DER_OID_NEGOEX), mechanism(DER_OID_KERBEROS));
    asa_token_t out = read_token(der_spnego_init(pool, list, DER_TEXT("NEGOEXTS"), NOTHING));

    assert_int_equal(out.kind, ASA_TOKEN_SPNEGO_INIT);
    assert_true(out.offers_kerberos);
    assert_false(out.kerberos_first || out.offers_ntlm);
    assert_null(out.ap_req);
    /* an acceptor drops a token whose mechanism it does not pick: nothing may be said about it */
    out = read_token(der_spnego_init(pool, list, real_kerberos(), NOTHING));
    assert_int_equal(out.kind, ASA_TOKEN_SPNEGO_INIT);
    assert_null(out.ap_req);
    assert_null(out.spn);
    /* Kerberos first, and the token is none */
    assert_refused(der_spnego_init(pool, windows_list(), DER_TEXT("NEGOEXTS"), NOTHING));
    /* a later leg brings the ticket */
    out = read_token(der_spnego_response(pool, real_kerberos()));
    assert_int_equal(out.kind, ASA_TOKEN_SPNEGO_RESPONSE);
    assert_mail_ticket(&out);
    out = read_token(der_spnego_response(pool, DER_TEXT("NEGOEXTS")));
    assert_int_equal(out.kind, ASA_TOKEN_SPNEGO_RESPONSE);
    assert_null(out.ap_req);
    for (unsigned char negotiation = 0; negotiation < 6; negotiation++) {
        der_t field = der_field(pool, 0, 0x0a, der_bytes(&negotiation, 1));
        out = read_token(der_field(pool, 1, 0x30, field));
        assert_int_equal(out.kind,
                         negotiation < 4 ? ASA_TOKEN_SPNEGO_RESPONSE : ASA_TOKEN_MALFORMED);
    }
    assert_refused(der_field(pool, 1, 0x30, der_field(pool, 0, 0x0a, DER_TEXT("\0\x01"))));
}

static void test_ntlm(void **state)
{
    (void)state;
    der_t ntlm_only = mechanism(DER_OID_NTLM);
    asa_token_t out = read_token(NTLM_NEGOTIATE);

    assert_int_equal(out.kind, ASA_TOKEN_NTLM);
    assert_int_equal(out.ntlm_type, 1);
    out = read_token(NTLM_AUTHENTICATE);
    assert_int_equal(out.kind, ASA_TOKEN_NTLM);
    assert_int_equal(out.ntlm_type, 3);
    out = read_token(der_spnego_init(pool, ntlm_only, NTLM_NEGOTIATE, NOTHING));
    assert_int_equal(out.kind, ASA_TOKEN_SPNEGO_INIT);
    assert_int_equal(out.ntlm_type, 1);
    assert_true(out.offers_ntlm);
    assert_false(out.offers_kerberos || out.kerberos_first);
    assert_null(out.ap_req);
    out = read_token(der_spnego_init(pool, windows_list(), NTLM_NEGOTIATE, NOTHING));
    assert_int_equal(out.ntlm_type, 1);
    assert_true(out.kerberos_first);
    out = read_token(der_spnego_response(pool, NTLM_AUTHENTICATE));
    assert_int_equal(out.kind, ASA_TOKEN_SPNEGO_RESPONSE);
    assert_int_equal(out.ntlm_type, 3);

    assert_refused(DER_TEXT("NTLMSSP\0\0\0\0\0abcd"));
    assert_refused(DER_TEXT("NTLMSSP\0\x04\0\0\0abcd"));
    assert_refused(DER_TEXT("NTLMSSP\0\x01\x01\0\0abcd"));
    assert_refused(DER_TEXT("NTLMSSP\0\x01\0\0\x01"));
    assert_refused(DER_TEXT("NTLMSSP\0\x01\0\0"));
    assert_refused(der_spnego_init(pool, ntlm_only, DER_TEXT("NTLMSSP\0\x09\0\0\0"), NOTHING));
}

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

static void test_foreign_framing(void **state)
{
    (void)state;
    asa_token_t out = read_token(real_kerberos());
    der_t request = der_bytes(out.ap_req, out.ap_req_len);
    der_t with_id = der_join(pool, DER_TEXT("\x01\0"), request);

    out = read_token(der_frame(pool, DER_OID_KERBEROS, with_id));
    assert_mail_ticket(&out);
    assert_refused(request);                                    /* without framing */
    assert_refused(der_frame(pool, DER_OID_KERBEROS, request)); /* without token id */
    assert_refused(der_frame(pool, DER_OID_NTLM, with_id));
    assert_refused(der_frame(pool, DER_TEXT("\x2b\x06\x01\x05\x02\x05"), with_id)); /* IAKERB */
    assert_refused(der_frame(pool, DER_OID_KERBEROS, der_join(pool, DER_TEXT("\x02\0"), request)));
}

static void test_etype_names(void **state)
{
    char name[64];
    size_t compared = 0;

    (void)state;
    for (int32_t etype = -200; etype < 200; etype++) {
        if (krb5_enctype_to_name(etype, 0, name, sizeof(name)) == 0) {
            assert_string_equal(asa_token_etype_name(pool, etype), name);
            compared++;
        }
    }
    assert_true(compared >= 8);
    assert_string_equal(asa_token_etype_name(pool, 99), "enctype 99");
    assert_string_equal(asa_token_etype_name(pool, -5), "enctype -5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_real_tokens),
        cmocka_unit_test(test_windows_init),
        cmocka_unit_test(test_other_mechanism_first),
        cmocka_unit_test(test_ntlm),
        cmocka_unit_test(test_truncated_and_trailing),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_foreign_framing),
        cmocka_unit_test(test_etype_names),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
