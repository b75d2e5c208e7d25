/* SPDX-License-Identifier: Apache-2.0
 *
 * What a Negotiate token says about itself, read without any key.
 *
 * A token is SPNEGO (RFC 4178), a bare Kerberos AP-REQ in GSS framing (RFC 4121 section 4.1, RFC
 * 2743 section 3.1) or NTLMSSP (MS-NLMP section 2.2.1).  The reader finds the mechanisms that are
 * offered and, where a Kerberos AP-REQ (RFC 4120 section 5.5.1) is inside, the clear part of its
 * ticket. Nothing here is proven: facts become trustworthy only when the acceptor has accepted the
 * same bytes (see gss.h), and are needed before that only to explain a refusal.
 *
 * Pure: no I/O, no global state, safe in any thread.  Strings live in the pool given; byte pointers
 * point into the caller's token and live as long as it does.
 */
#ifndef CORE_TOKEN_H
#define CORE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>

/* The largest token that is looked at: 48,000 bytes is the largest MaxTokenSize that Windows
 * advises, 64 KiB leaves room for the SPNEGO wrapping. */
#define ASA_TOKEN_MAX 65536

typedef enum {
    ASA_TOKEN_MALFORMED,       /* not one of the forms below, or broken inside */
    ASA_TOKEN_SPNEGO_INIT,     /* NegTokenInit: the first leg */
    ASA_TOKEN_SPNEGO_RESPONSE, /* NegTokenResp: a later leg */
    ASA_TOKEN_KERBEROS,        /* bare Kerberos in GSS framing */
    ASA_TOKEN_NTLM             /* bare NTLMSSP */
} asa_token_kind_t;

typedef struct asa_token_t {
    asa_token_kind_t kind;

    /* Message type (1, 2, 3) of a bare or wrapped NTLMSSP message, 0 if there is none */
    unsigned ntlm_type;
    /* SPNEGO_INIT: what the mechanism list offers (Kerberos includes the MS-KRB5 OID) */
    bool offers_kerberos;
    bool offers_ntlm;
    /* SPNEGO_INIT: the first mechanism, which the optimistic token is for, is Kerberos */
    bool kerberos_first;

    /* The Kerberos token, with its GSS framing, that SPNEGO carries; NULL and 0 without an AP-REQ
     */
    const unsigned char *kerberos;
    size_t kerberos_len;
    /* The Kerberos AP-REQ, if one is inside (also of a NegTokenResp); NULL and 0 otherwise */
    const unsigned char *ap_req;
    size_t ap_req_len;
    /* Clear part of its ticket; spn is NULL when there is no AP-REQ */
    const char *spn; /* name components joined by '/', no realm; escaped: see below */
    const char *realm;
    int32_t etype; /* encryption type of the ticket's sealed part */
    uint32_t kvno;
    bool kvno_known;             /* the field is optional */
    const unsigned char *cipher; /* the sealed part itself */
    size_t cipher_len;
    const unsigned char *ticket; /* the whole ticket (RFC 4120 section 5.3), as DER */
    size_t ticket_len;
} asa_token_t;

/* Reads a token.  Always fills *out (zeroed first) and returns its kind.  ASA_TOKEN_MALFORMED, with
 * nothing else filled, for anything truncated, oversized, not in DER, with trailing bytes, or
 * nested in a way that RFC 4178 does not define.
 *
 * An AP-REQ is given out only where an acceptor uses it: in a first leg the token belongs to the
 * first mechanism, and when that is not Kerberos the token is not looked into (but NTLM is named).
 *
 * In a name component or realm, '/', '@', '\', control characters and bytes that are not UTF-8 are
 * written with a backslash as krb5_unparse_name does it, or as \xHH where that has no letter, so
 * that two different names never read alike. */
asa_token_kind_t asa_token_read(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                                asa_token_t *out);

/* "aes256-cts-hmac-sha1-96" etc., the names of RFC 3961's registry as MIT writes them; "enctype N"
 * from the pool for a number without a name. */
const char *asa_token_etype_name(apr_pool_t *pool, int32_t etype);

#endif
