/* SPDX-License-Identifier: Apache-2.0
 *
 * Builds DER messages for tests: elements from the inside out, all in one pool.
 */
#ifndef T_UNIT_DER_BUILD_H
#define T_UNIT_DER_BUILD_H

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <apr_pools.h>

typedef struct der_t {
    const unsigned char *bytes;
    size_t len;
} der_t;

static inline der_t der_bytes(const void *bytes, size_t len)
{
    return (der_t){bytes, len};
}

static inline der_t der_join(apr_pool_t *pool, der_t a, der_t b)
{
    unsigned char *all = apr_palloc(pool, a.len + b.len + 1);

    if (a.len > 0) {
        memcpy(all, a.bytes, a.len);
    }
    if (b.len > 0) {
        memcpy(all + a.len, b.bytes, b.len);
    }
    return (der_t){all, a.len + b.len};
}

/* One element around the contents, with the shortest length that holds it. */
static inline der_t der_wrap(apr_pool_t *pool, unsigned tag, der_t contents)
{
    unsigned char head[5] = {(unsigned char)tag};
    size_t len = 2;

    if (contents.len < 0x80) {
        head[1] = (unsigned char)contents.len;
    } else {
        size_t count = contents.len > 0xffff ? 3 : contents.len > 0xff ? 2 : 1;
        head[1] = (unsigned char)(0x80 | count);
        for (size_t i = 0; i < count; i++) {
            head[2 + i] = (unsigned char)(contents.len >> (8 * (count - 1 - i)));
        }
        len = 2 + count;
    }
    return der_join(pool, der_bytes(head, len), contents);
}

/* An EXPLICIT field [number] around one element. */
static inline der_t der_field(apr_pool_t *pool, unsigned number, unsigned tag, der_t contents)
{
    return der_wrap(pool, 0xa0 | number, der_wrap(pool, tag, contents));
}

/* Joins count elements. */
static inline der_t der_all(apr_pool_t *pool, size_t count, ...)
{
    der_t all = {NULL, 0};
    va_list parts;

    va_start(parts, count);
    for (size_t i = 0; i < count; i++) {
        all = der_join(pool, all, va_arg(parts, der_t));
    }
    va_end(parts);
    return all;
}

#define DER_TEXT(text)      der_bytes(text, sizeof(text) - 1)
#define DER_OID_SPNEGO      DER_TEXT("\x2b\x06\x01\x05\x05\x02")
#define DER_OID_KERBEROS    DER_TEXT("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02")
#define DER_OID_MS_KERBEROS DER_TEXT("\x2a\x86\x48\x82\xf7\x12\x01\x02\x02")
#define DER_OID_NTLM        DER_TEXT("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a")
#define DER_OID_NEGOEX      DER_TEXT("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e")

/* GSS framing. */
static inline der_t der_frame(apr_pool_t *pool, der_t oid, der_t inner)
{
    return der_wrap(pool, 0x60, der_join(pool, der_wrap(pool, 0x06, oid), inner));
}

/* NegTokenInit in its framing; list holds the mechanisms' elements, an empty token is left out. */
static inline der_t der_spnego_init(apr_pool_t *pool, der_t list, der_t token, der_t more)
{
    der_t body = der_field(pool, 0, 0x30, list);

    if (token.len > 0) {
        body = der_join(pool, body, der_field(pool, 2, 0x04, token));
    }
    body = der_join(pool, body, more);
    return der_frame(pool, DER_OID_SPNEGO, der_field(pool, 0, 0x30, body));
}

/* NegTokenResp: negState accept-incomplete and a token. */
static inline der_t der_spnego_response(apr_pool_t *pool, der_t token)
{
    der_t state = der_field(pool, 0, 0x0a, DER_TEXT("\x01"));

    return der_field(pool, 1, 0x30, der_join(pool, state, der_field(pool, 2, 0x04, token)));
}

#endif
