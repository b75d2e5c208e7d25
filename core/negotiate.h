/* SPDX-License-Identifier: Apache-2.0
 *
 * Text of the Authorization and WWW-Authenticate headers <-> scheme and token (RFC 9110 section 11,
 * RFC 4559 section 4).
 *
 * Pure, any thread; results live in the pool given.
 */
#ifndef CORE_NEGOTIATE_H
#define CORE_NEGOTIATE_H

#include <stddef.h>

#include <apr_pools.h>

typedef enum {
    ASA_SCHEME_NONE, /* no header, or an empty one */
    ASA_SCHEME_NEGOTIATE,
    ASA_SCHEME_NTLM,
    ASA_SCHEME_BASIC,
    ASA_SCHEME_OTHER /* a well-formed scheme of another name */
} asa_scheme_t;

typedef struct asa_authorization_t {
    asa_scheme_t scheme;
    const char *scheme_name;    /* as the client wrote it, letters, digits and "-" only, else
                                   "(unreadable)";    NULL for NONE */
    const unsigned char *token; /* Negotiate: decoded token; NULL when it cannot be decoded */
    size_t token_len;
    const char *defect; /* Negotiate with token NULL: what is wrong, in plain words */
} asa_authorization_t;

/* Reads an Authorization header (NULL: none).  Only canonical base64 of up to ASA_TOKEN_MAX bytes
 * is a token: no white space inside, right padding, nothing behind it. */
void asa_negotiate_read(apr_pool_t *pool, const char *header, asa_authorization_t *out);

/* "Negotiate" or, with a token, "Negotiate <base64>". */
const char *asa_negotiate_write(apr_pool_t *pool, const unsigned char *token, size_t len);

#endif
