/* SPDX-License-Identifier: Apache-2.0
 *
 * Authorization text: schemes by table, and base64 that has exactly one spelling for each token.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/negotiate.h"

#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "core/token.h"
#include "t/unit/pool.h"

/* Reads a copy of exactly this size, so that a sanitizer sees what is read past its end. */
static asa_authorization_t read_header(const char *header)
{
    asa_authorization_t out;
    char *copy = header != NULL ? strdup(header) : NULL;

    asa_negotiate_read(pool, copy, &out);
    free(copy);
    return out;
}

static void schemes_are_told_apart(void **state)
{
    static const struct {
        const char *header;
        asa_scheme_t scheme;
        const char *name;
    } table[] = {
        {NULL, ASA_SCHEME_NONE, NULL},
        {"", ASA_SCHEME_NONE, NULL},
        {" \t ", ASA_SCHEME_NONE, NULL},
        {"Negotiate YWJj", ASA_SCHEME_NEGOTIATE, "Negotiate"},
        {"  nEGOTIATE\tYWJj", ASA_SCHEME_NEGOTIATE, "nEGOTIATE"},
        {"Negotiate", ASA_SCHEME_NEGOTIATE, "Negotiate"},
        {"NegotiateYWJj", ASA_SCHEME_OTHER, "NegotiateYWJj"},
        {"Negotiat YWJj", ASA_SCHEME_OTHER, "Negotiat"},
        {"NTLM TlRMTVNTUAAB", ASA_SCHEME_NTLM, "NTLM"},
        {"ntlm", ASA_SCHEME_NTLM, "ntlm"},
        {"Basic dXNlcjpwYXNz", ASA_SCHEME_BASIC, "Basic"},
        {"BASIC", ASA_SCHEME_BASIC, "BASIC"},
        {"Bearer abc", ASA_SCHEME_OTHER, "Bearer"},
        {"AWS4-HMAC-SHA256 x", ASA_SCHEME_OTHER, "AWS4-HMAC-SHA256"},
        {"Negotiate,Basic", ASA_SCHEME_OTHER, "(unreadable)"},
        {"Negotiate\nYWJj", ASA_SCHEME_OTHER, "(unreadable)"},
        {"\x01 x", ASA_SCHEME_OTHER, "(unreadable)"},
        {"N\xc3\xa9gotiate x", ASA_SCHEME_OTHER, "(unreadable)"},
        {"=", ASA_SCHEME_OTHER, "(unreadable)"},
        {"abcdefghijklmnopqrstuvwxyz012345 x", ASA_SCHEME_OTHER,
         "abcdefghijklmnopqrstuvwxyz012345"},
        {"abcdefghijklmnopqrstuvwxyz0123456 x", ASA_SCHEME_OTHER, "(unreadable)"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        asa_authorization_t out = read_header(table[i].header);
        assert_int_equal(out.scheme, table[i].scheme);
        if (table[i].name == NULL) {
            assert_null(out.scheme_name);
        } else {
            assert_string_equal(out.scheme_name, table[i].name);
        }
        if (out.scheme != ASA_SCHEME_NEGOTIATE) {
            assert_null(out.token);
            assert_null(out.defect);
        }
    }
}

static void canonical_base64_is_read(void **state)
{
    static const struct {
        const char *header, *token;
    } table[] = {
        {"Negotiate YQ==", "a"},
        {"Negotiate YWI=", "ab"},
        {"Negotiate YWJj", "abc"},
        {"Negotiate   YWJj \t ", "abc"},
        {"Negotiate \tYWJj", "abc"},
        {"Negotiate YWJjZA==", "abcd"},
        {"Negotiate +/+/", "\xfb\xff\xbf"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        asa_authorization_t out = read_header(table[i].header);
        assert_null(out.defect);
        assert_int_equal(out.token_len, strlen(table[i].token));
        assert_memory_equal(out.token, table[i].token, out.token_len);
    }
}

static void anything_else_is_a_defect(void **state)
{
    static const char *const table[] = {
        "Negotiate",            /* no token */
        "Negotiate  ",          /* none either */
        "Negotiate Y",          /* cut */
        "Negotiate YQ",         /* without its padding */
        "Negotiate YQ=",        /* half of it */
        "Negotiate YQ===",      /* more of it */
        "Negotiate A===",       /* and around no byte at all */
        "Negotiate YWJj====",   /* padding that pads nothing */
        "Negotiate ====",       /* nothing but padding */
        "Negotiate =YWJ",       /* padding in front */
        "Negotiate YQ==YQ==",   /* two texts */
        "Negotiate YQ==YWJj",   /* text behind padding */
        "Negotiate YR==",       /* bits that the padding cuts off must be 0 */
        "Negotiate YWJ=",       /* here too */
        "Negotiate YWJj, YWJj", /* a list */
        "Negotiate YWJj YWJj",  /* white space inside */
        "Negotiate YW\nJj",     /* folded */
        "Negotiate YWJj\r\n",   /* a line end behind it */
        "Negotiate -_-_",       /* the URL alphabet */
        "Negotiate YWJ\xff",    /* not ASCII */
        "Negotiate \"YWJj\"",   /* quoted */
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        asa_authorization_t out = read_header(table[i]);
        assert_int_equal(out.scheme, ASA_SCHEME_NEGOTIATE);
        assert_null(out.token);
        assert_int_equal(out.token_len, 0);
        assert_non_null(out.defect);
    }
}

/* Every byte in every place of a group: read exactly when it belongs to the alphabet. */
static void only_the_alphabet_is_read(void **state)
{
    (void)state;
    for (int byte = 1; byte < 256; byte++) {
        bool foreign = strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
                              byte) == NULL;
        for (int place = 1; place < 3; place++) { /* white space at the ends is no part of it */
            char header[] = "Negotiate YWJj";
            header[10 + place] = (char)byte;
            assert_int_equal(read_header(header).token == NULL, foreign);
        }
    }
}

/* Exactly one text in four characters of padding's neighbourhood decodes to each byte. */
static void one_spelling_for_each_token(void **state)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned count[256] = {0};

    (void)state;
    for (int a = 0; a < 64; a++) {
        for (int b = 0; b < 64; b++) {
            asa_authorization_t out =
                read_header(apr_psprintf(pool, "Negotiate %c%c==", alphabet[a], alphabet[b]));
            if (out.token != NULL) {
                assert_int_equal(out.token_len, 1);
                count[out.token[0]]++;
            }
        }
    }
    for (int byte = 0; byte < 256; byte++) {
        assert_int_equal(count[byte], 1);
    }
}

static void tokens_come_back_as_they_went(void **state)
{
    unsigned char token[300];

    (void)state;
    for (size_t len = 1; len <= sizeof token; len++) {
        const char *header;
        asa_authorization_t out;
        for (size_t i = 0; i < len; i++) {
            token[i] = (unsigned char)(i * 37 + len * 11);
        }
        header = asa_negotiate_write(pool, token, len);
        assert_memory_equal(header, "Negotiate ", 10);
        out = read_header(header);
        assert_null(out.defect);
        assert_int_equal(out.token_len, len);
        assert_memory_equal(out.token, token, len);
    }
    assert_string_equal(asa_negotiate_write(pool, NULL, 0), "Negotiate");
    assert_string_equal(asa_negotiate_write(pool, token, 0), "Negotiate");
    assert_string_equal(asa_negotiate_write(pool, (const unsigned char *)"a", 1), "Negotiate YQ==");
}

static void largest_token_is_read_and_none_larger(void **state)
{
    unsigned char *token = apr_pcalloc(pool, ASA_TOKEN_MAX + 10);

    (void)state;
    for (size_t len = ASA_TOKEN_MAX - 3; len <= ASA_TOKEN_MAX + 3; len++) {
        asa_authorization_t out = read_header(asa_negotiate_write(pool, token, len));
        if (len <= ASA_TOKEN_MAX) {
            assert_int_equal(out.token_len, len);
        } else {
            assert_null(out.token);
            assert_string_equal(out.defect, "the token is too large");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schemes_are_told_apart),
        cmocka_unit_test(canonical_base64_is_read),
        cmocka_unit_test(anything_else_is_a_defect),
        cmocka_unit_test(only_the_alphabet_is_read),
        cmocka_unit_test(one_spelling_for_each_token),
        cmocka_unit_test(tokens_come_back_as_they_went),
        cmocka_unit_test(largest_token_is_read_and_none_larger),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
