/* SPDX-License-Identifier: Apache-2.0
 *
 * What the token reader's tests share: a pool, real and built tokens, and what refused means.
 *
 * Include it after cmocka.h and what that needs.
 */
#ifndef T_UNIT_TOKEN_CASE_H
#define T_UNIT_TOKEN_CASE_H

#include <stdlib.h>
#include <string.h>

#include <apr_general.h>

#include "core/token.h"
#include "t/unit/corpus.h"
#include "t/unit/der_build.h"
#include "t/unit/pool.h"

#define NOTHING der_bytes("", 0)

static inline asa_token_t read_token(der_t token)
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
static inline void assert_refused(der_t token)
{
    static const asa_token_t zero;
    asa_token_t out = read_token(token);

    assert_int_equal(out.kind, ASA_TOKEN_MALFORMED);
    assert_memory_equal(&out, &zero, sizeof(out));
}

static inline der_t corpus(const char *name)
{
    der_t token;

    token.bytes = corpus_read(pool, name, &token.len);
    return token;
}

static inline der_t real_kerberos(void)
{
    return corpus("token/kerberos-kvno2");
}

static inline der_t mechanism(der_t oid)
{
    return der_wrap(pool, 0x06, oid);
}

/* MechTypeList of Windows clients. */
static inline der_t windows_list(void)
{
    return der_all(pool, 4, mechanism(DER_OID_MS_KERBEROS), mechanism(DER_OID_KERBEROS),
                   mechanism(DER_OID_NEGOEX), mechanism(DER_OID_NTLM));
}

#endif
