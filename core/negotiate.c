/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the Authorization header and writes the WWW-Authenticate header of the Negotiate scheme.
 */
#include "core/negotiate.h"

#include <string.h>
#include <strings.h>

#include <apr_base64.h>
#include <apr_lib.h>
#include <apr_strings.h>

#include "core/token.h"

#define SCHEME_MAX 32

static const char *const alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static asa_scheme_t scheme_of(const char *name, size_t len)
{
    if (len == 9 && strncasecmp(name, "Negotiate", len) == 0) {
        return ASA_SCHEME_NEGOTIATE;
    }
    if (len == 4 && strncasecmp(name, "NTLM", len) == 0) {
        return ASA_SCHEME_NTLM;
    }
    if (len == 5 && strncasecmp(name, "Basic", len) == 0) {
        return ASA_SCHEME_BASIC;
    }
    return ASA_SCHEME_OTHER;
}

/* APR's decoder accepts anything up to the first foreign character, so the text is judged here
 * first: exactly one spelling is accepted for each token, including zero bits in front of the
 * padding. */
static const char *base64_defect(const char *text, size_t len)
{
    size_t padding = 0;

    if (len == 0) {
        return "there is no token";
    }
    while (padding < 2 && padding < len && text[len - 1 - padding] == '=') {
        padding++;
    }
    if (len % 4 != 0 || strspn(text, alphabet) != len - padding) {
        return "the token is not base64";
    }
    if (len / 4 * 3 - padding > ASA_TOKEN_MAX) {
        return "the token is too large";
    }
    if (padding > 0) {
        size_t last = (size_t)(strchr(alphabet, text[len - 1 - padding]) - alphabet);
        if ((last & (padding == 1 ? 0x3u : 0xfu)) != 0) {
            return "the token is not base64";
        }
    }
    return NULL;
}

static void read_token(apr_pool_t *pool, const char *text, asa_authorization_t *out)
{
    size_t len = strlen(text);

    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t')) {
        len--;
    }
    out->defect = base64_defect(text, len);
    if (out->defect == NULL) {
        const char *copy = apr_pstrmemdup(pool, text, len);
        unsigned char *token = apr_palloc(pool, (apr_size_t)apr_base64_decode_len(copy) + 1);
        out->token_len = (size_t)apr_base64_decode_binary(token, copy);
        out->token = token;
    }
}

void asa_negotiate_read(apr_pool_t *pool, const char *header, asa_authorization_t *out)
{
    size_t len = 0;

    memset(out, 0, sizeof *out);
    if (header == NULL) {
        return;
    }
    header += strspn(header, " \t");
    if (*header == '\0') {
        return;
    }
    while (len < SCHEME_MAX && (apr_isalnum(header[len]) || header[len] == '-')) {
        len++;
    }
    if (len == 0 || (header[len] != '\0' && header[len] != ' ' && header[len] != '\t')) {
        out->scheme = ASA_SCHEME_OTHER;
        out->scheme_name = "(unreadable)";
        return;
    }
    out->scheme = scheme_of(header, len);
    out->scheme_name = apr_pstrmemdup(pool, header, len);
    if (out->scheme == ASA_SCHEME_NEGOTIATE) {
        header += len;
        header += strspn(header, " \t");
        read_token(pool, header, out);
    }
}

const char *asa_negotiate_write(apr_pool_t *pool, const unsigned char *token, size_t len)
{
    char *text;

    if (token == NULL || len == 0) {
        return "Negotiate";
    }
    text = apr_palloc(pool, (apr_size_t)apr_base64_encode_len((int)len) + 1);
    apr_base64_encode_binary(text, token, (int)len);
    return apr_pstrcat(pool, "Negotiate ", text, NULL);
}
