/* SPDX-License-Identifier: Apache-2.0
 *
 * What the token reader takes, what it says about it, and which forms it refuses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <krb5.h>

#include "t/unit/token_case.h"

#define NTLM_NEGOTIATE    DER_TEXT("NTLMSSP\0\x01\0\0\0\x07\x82\x08\xa2")
#define NTLM_AUTHENTICATE DER_TEXT("NTLMSSP\0\x03\0\0\0\x18\0\x18\0")

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
        cmocka_unit_test(test_real_tokens),           cmocka_unit_test(test_windows_init),
        cmocka_unit_test(test_other_mechanism_first), cmocka_unit_test(test_ntlm),
        cmocka_unit_test(test_foreign_framing),       cmocka_unit_test(test_etype_names),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
