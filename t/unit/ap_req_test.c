/* SPDX-License-Identifier: Apache-2.0
 *
 * An AP-REQ must say to us exactly what it says to MIT's acceptor, and have one encoding only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <apr_general.h>
#include <krb5.h>

#include "core/ap_req.h"
#include "core/token.h"
#include "t/unit/corpus.h"
#include "t/unit/der_build.h"
#include "t/unit/mit_ap_req.h"
#include "t/unit/pool.h"

#define INTEGER  0x02
#define BITS     0x03
#define OCTETS   0x04
#define STRING   0x1b
#define SEQUENCE 0x30

/* What stands in an AP-REQ that a test changes; each is a whole encoded piece. */
typedef struct parts_t {
    der_t pvno;
    der_t message_type;
    der_t options;
    der_t ticket_version;
    der_t realm;
    der_t names; /* the components' elements */
    der_t etype;
    der_t kvno; /* the contents of its INTEGER; absent when empty */
    der_t after_ticket;
    der_t after_authenticator;
} parts_t;

static der_t name(const char *bytes, size_t len)
{
    return der_wrap(pool, STRING, der_bytes(bytes, len));
}

static parts_t good_parts(void)
{
    return (parts_t){
        .pvno = DER_TEXT("\x05"),
        .message_type = DER_TEXT("\x0e"),
        .options = DER_TEXT("\0\x20\0\0\0"),
        .ticket_version = DER_TEXT("\x05"),
        .realm = DER_TEXT("CORP.TEST"),
        .names = der_all(pool, 2, name("http", 4), name("mail", 4)),
        .etype = DER_TEXT("\x12"),
        .kvno = DER_TEXT("\x03"),
        .after_ticket = der_bytes("", 0),
        .after_authenticator = der_bytes("", 0),
    };
}

static der_t sealed(der_t etype, der_t kvno)
{
    der_t body = der_field(pool, 0, INTEGER, etype);

    if (kvno.len > 0) {
        body = der_join(pool, body, der_field(pool, 1, INTEGER, kvno));
    }
    return der_join(pool, body, der_field(pool, 2, OCTETS, DER_TEXT("sealed bytes")));
}

static der_t build(parts_t parts)
{
    der_t principal = der_all(pool, 2, der_field(pool, 0, INTEGER, DER_TEXT("\x02")),
                              der_field(pool, 1, SEQUENCE, parts.names));
    der_t ticket =
        der_all(pool, 5, der_field(pool, 0, INTEGER, parts.ticket_version),
                der_field(pool, 1, STRING, parts.realm), der_field(pool, 2, SEQUENCE, principal),
                der_field(pool, 3, SEQUENCE, sealed(parts.etype, parts.kvno)), parts.after_ticket);
    der_t body = der_all(pool, 6, der_field(pool, 0, INTEGER, parts.pvno),
                         der_field(pool, 1, INTEGER, parts.message_type),
                         der_field(pool, 2, BITS, parts.options),
                         der_field(pool, 3, 0x61, der_wrap(pool, SEQUENCE, ticket)),
                         der_field(pool, 4, SEQUENCE, sealed(parts.etype, der_bytes("", 0))),
                         parts.after_authenticator);

    return der_wrap(pool, 0x6e, der_wrap(pool, SEQUENCE, body));
}

static asa_ap_req_t read_good(der_t request)
{
    asa_ap_req_t out;

    assert_true(asa_ap_req_read(pool, request.bytes, request.len, &out));
    assert_string_equal(mit_ap_req_differs(request.bytes, request.len, &out), "");
    return out;
}

static void assert_refused(der_t request)
{
    static const asa_ap_req_t zero;
    asa_ap_req_t out;

    assert_false(asa_ap_req_read(pool, request.bytes, request.len, &out));
    assert_memory_equal(&out, &zero, sizeof(out));
}

static void test_agrees_with_mit_on_real_tokens(void **state)
{
    static const char *const files[] = {
        "token/spnego-kvno2",  "token/kerberos-kvno2", "token/kerberos-aes128",
        "token/spnego-zoe",    "token/kerberos-slash", "token/kerberos-one",
        "token/kerberos-abcd", "token/kerberos-tab",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        size_t len;
        const unsigned char *bytes = corpus_read(pool, files[i], &len);
        asa_token_t token;
        asa_token_read(pool, bytes, len, &token);
        assert_non_null(token.ap_req);
        read_good(der_bytes(token.ap_req, token.ap_req_len));
    }
}

static void test_good(void **state)
{
    (void)state;
    asa_ap_req_t out = read_good(build(good_parts()));

    assert_string_equal(out.spn, "http/mail");
    assert_string_equal(out.realm, "CORP.TEST");
    assert_int_equal(out.etype, 18);
    assert_true(out.kvno_known);
    assert_int_equal(out.kvno, 3);
    assert_int_equal(out.cipher_len, 12);
    assert_memory_equal(out.cipher, "sealed bytes", 12);
}

static void test_kvno(void **state)
{
    static const struct {
        der_t bytes;
        bool read;
        uint32_t kvno;
    } rows[] = {
        {{(const unsigned char *)"\0", 1}, true, 0},
        {{(const unsigned char *)"\0\xff", 2}, true, 255},
        {{(const unsigned char *)"\x7f\xff\xff\xff", 4}, true, 0x7fffffff},
        {{(const unsigned char *)"\0\xff\xff\xff\xff", 5}, true, 0xffffffff},
        {{(const unsigned char *)"\x80\x01\0\x07", 4}, true, 0x80010007}, /* read-only DC */
        {{(const unsigned char *)"\xff", 1}, true, 0xffffffff},
        {{(const unsigned char *)"\x01\0\0\0\0", 5}, false, 0},
        {{(const unsigned char *)"\xff\x7f\xff\xff\xff", 5}, false, 0},
        {{(const unsigned char *)"\0\x03", 2}, false, 0}, /* padded */
        {{(const unsigned char *)"\xff\xff", 2}, false, 0},
        {{(const unsigned char *)"\0\0\0\0\0\0\0\0\x03", 9}, false, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        parts_t parts = good_parts();
        parts.kvno = rows[i].bytes;
        if (rows[i].read) {
            assert_int_equal(read_good(build(parts)).kvno, rows[i].kvno);
        } else {
            assert_refused(build(parts));
        }
    }
    parts_t parts = good_parts();
    parts.kvno = der_bytes("", 0);
    asa_ap_req_t out = read_good(build(parts));
    assert_false(out.kvno_known);
    assert_int_equal(out.kvno, 0);
}

static void test_names_never_read_alike(void **state)
{
    (void)state;
    const struct {
        der_t names;
        const char *spn;
    } rows[] = {
        {der_all(pool, 2, name("a", 1), name("b", 1)), "a/b"},
        {name("a/b", 3), "a\\/b"},
        {name("a\\/b", 4), "a\\\\\\/b"},
        {der_all(pool, 2, name("a\\", 2), name("b", 1)), "a\\\\/b"},
        {der_all(pool, 3, name("a", 1), name("", 0), name("b", 1)), "a//b"},
        {name("", 0), ""},
        {der_all(pool, 2, name("", 0), name("", 0)), "/"},
        {name("a@B", 3), "a\\@B"},
        {name("a\0b", 3), "a\\0b"},
        {name("\t\n\b", 3), "\\t\\n\\b"},
        {name("\r\x1b\x7f", 3), "\\x0d\\x1b\\x7f"},
        {name("x0d", 3), "x0d"},
        {name("zo\xc3\xab", 4), "zo\xc3\xab"},
        {name("zo\xeb", 3), "zo\\xeb"},
        {name("zo\xc3x", 4), "zo\\xc3x"},
        {name("zo\xc3", 3), "zo\\xc3"}, /* the byte after it looks like the rest of the letter */
        {name("\xc2\x9b", 2), "\\xc2\\x9b"},          /* a control character of ISO 6429 */
        {name("\xed\xa0\x80", 3), "\\xed\\xa0\\x80"}, /* surrogate */
        {name("\xc0\xaf", 2), "\\xc0\\xaf"},          /* overlong '/' */
        {name("\xc1\x81", 2), "\\xc1\\x81"},          /* overlong 'A' */
        {name("\xf0\x9f\x98\x80", 4), "\xf0\x9f\x98\x80"},
        {name("\xf4\x90\x80\x80", 4), "\\xf4\\x90\\x80\\x80"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        parts_t parts = good_parts();
        parts.names = rows[i].names;
        assert_string_equal(read_good(build(parts)).spn, rows[i].spn);
        parts.realm = der_bytes("A/B\\C\0", 6);
        assert_string_equal(read_good(build(parts)).realm, "A\\/B\\\\C\\0");
    }
}

static void test_refused(void **state)
{
    (void)state;
    parts_t parts;
#define REFUSE(field, ...)                                                                         \
    parts = good_parts();                                                                          \
    parts.field = (__VA_ARGS__);                                                                   \
    assert_refused(build(parts))

    REFUSE(pvno, DER_TEXT("\x04"));
    REFUSE(pvno, DER_TEXT("\0\x05"));
    REFUSE(pvno, der_bytes("", 0));
    REFUSE(message_type, DER_TEXT("\x0f"));
    REFUSE(options, DER_TEXT("\0\x20\0\0"));
    REFUSE(options, DER_TEXT("\x08\x20\0\0\0"));
    REFUSE(ticket_version, DER_TEXT("\x06"));
    REFUSE(names, der_bytes("", 0));
    REFUSE(names, der_wrap(pool, 0x0c, DER_TEXT("http"))); /* UTF8String */
    REFUSE(names, der_wrap(pool, 0x3b, name("http", 4)));  /* constructed string */
    REFUSE(names, DER_TEXT("\x1b\x81\x04http"));           /* padded length */
    REFUSE(names, DER_TEXT("\x1b\x82\0\x04http"));
    REFUSE(names, DER_TEXT("\x1b\x80http\0\0")); /* indefinite length */
    REFUSE(names, DER_TEXT("\x1b\x84\0\0\0\x04http"));
    REFUSE(names, DER_TEXT("\x1b\xffhttp"));
    REFUSE(etype, DER_TEXT("\0\x80\0\0\0"));
    REFUSE(after_ticket, der_field(pool, 4, OCTETS, DER_TEXT("extension")));
    REFUSE(after_authenticator, der_field(pool, 5, OCTETS, DER_TEXT("more")));
#undef REFUSE
    assert_refused(der_join(pool, build(good_parts()), DER_TEXT("\0")));
    static const unsigned char longest[0x90];
    parts = good_parts();
    parts.names = der_join(pool, DER_TEXT("\x1b\x81\x90"), der_bytes(longest, 0x90));
    read_good(build(parts));
    parts.names = der_join(pool, DER_TEXT("\x1b\x82\0\x90"), der_bytes(longest, 0x90));
    assert_refused(build(parts));
    parts = good_parts();
    parts.names = der_bytes("", 0);
    for (int i = 0; i < 16; i++) {
        parts.names = der_join(pool, parts.names, name("x", 1));
    }
    read_good(build(parts));
    parts.names = der_join(pool, parts.names, name("x", 1));
    assert_refused(build(parts));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_mit_on_real_tokens),
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_kvno),
        cmocka_unit_test(test_names_never_read_alike),
        cmocka_unit_test(test_refused),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
