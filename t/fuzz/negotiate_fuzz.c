/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of the Authorization reader: a token that is read has exactly the spelling that it is
 * written with, and every token that is written is read.
 */
#include <string.h>

#include "core/negotiate.h"
#include "core/token.h"
#include "t/fuzz/target.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The header without scheme and blanks around is what we write for the token. */
static void check_spelling(apr_pool_t *pool, const char *header, const asa_authorization_t *out)
{
    const char *written = asa_negotiate_write(pool, out->token, out->token_len);
    const char *text = header + strspn(header, " \t") + strlen("Negotiate");
    size_t len;

    check(is_blank(*text));
    text += strspn(text, " \t");
    len = strlen(text);
    while (len > 0 && is_blank(text[len - 1])) {
        len--;
    }
    check(strncmp(written, "Negotiate ", 10) == 0 && strlen(written + 10) == len);
    check(memcmp(written + 10, text, len) == 0);
}

static void check_scheme(const asa_authorization_t *out)
{
    check((out->scheme == ASA_SCHEME_NONE) == (out->scheme_name == NULL));
    if (out->scheme != ASA_SCHEME_NEGOTIATE) {
        check(out->token == NULL && out->token_len == 0 && out->defect == NULL);
    } else {
        check((out->token == NULL) == (out->defect != NULL));
        check((out->token == NULL) == (out->token_len == 0));
        check(out->token_len <= ASA_TOKEN_MAX);
    }
    for (const char *c = out->scheme_name; c != NULL && *c != '\0'; c++) {
        check((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
              strchr("-()", *c) != NULL);
    }
}

static void check_round_trip(apr_pool_t *pool, const uint8_t *bytes, size_t len)
{
    asa_authorization_t out;

    asa_negotiate_read(pool, asa_negotiate_write(pool, bytes, len), &out);
    check(out.scheme == ASA_SCHEME_NEGOTIATE);
    check((out.token != NULL) == (len > 0 && len <= ASA_TOKEN_MAX));
    check(out.token == NULL || (out.token_len == len && memcmp(out.token, bytes, len) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    apr_pool_t *pool = make_pool();
    asa_authorization_t out;
    char *header = malloc(len + 1); /* of exactly this size */

    check(header != NULL);
    memcpy(header, bytes, len);
    header[len] = '\0';
    asa_negotiate_read(pool, header, &out);
    check_scheme(&out);
    if (out.token != NULL) {
        check_spelling(pool, header, &out);
    }
    check_round_trip(pool, bytes, len);
    apr_pool_destroy(pool);
    free(header);
    return 0;
}
