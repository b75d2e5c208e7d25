/* SPDX-License-Identifier: Apache-2.0
 *
 * Takes a Negotiate token apart: GSS framing, SPNEGO, and the Kerberos or NTLM message inside.
 *
 * The nesting is fixed by the formats (framing, choice, sequence, field), so there is no recursion
 * for a hostile token to drive.  Forms that MIT's acceptor takes beyond those of token.h (an AP-REQ
 * without framing, IAKERB, the pre-standard Kerberos OID) are malformed here: no HTTP client sends
 * them.
 */
#include "core/token.h"

#include <inttypes.h>
#include <string.h>

#include <apr_strings.h>

#include "core/ap_req.h"
#include "core/der.h"

/* Windows offers four mechanisms at most, others fewer. */
#define MECHANISMS_MAX  32
#define NTLM_HEADER_LEN 12

static const unsigned char spnego_oid[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x02};
static const unsigned char kerberos_oid[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02};
/* 1.2.840.48018.1.2.2: Kerberos as Windows 2000 misspelt it, still offered first by Windows clients
 */
static const unsigned char ms_kerberos_oid[] = {0x2a, 0x86, 0x48, 0x82, 0xf7,
                                                0x12, 0x01, 0x02, 0x02};
/* 1.3.6.1.4.1.311.2.2.10 */
static const unsigned char ntlm_oid[] = {0x2b, 0x06, 0x01, 0x04, 0x01,
                                         0x82, 0x37, 0x02, 0x02, 0x0a};
/* RFC 4121 section 4.1: the token id of an AP-REQ */
static const unsigned char ap_req_id[] = {0x01, 0x00};
static const unsigned char ntlm_signature[] = {'N', 'T', 'L', 'M', 'S', 'S', 'P', '\0'};

static bool begins(asa_der_t in, const unsigned char *bytes, size_t len)
{
    return in.left >= len && memcmp(in.at, bytes, len) == 0;
}

static bool equals(asa_der_t in, const unsigned char *bytes, size_t len)
{
    return in.left == len && begins(in, bytes, len);
}

static bool is_kerberos(asa_der_t oid)
{
    return equals(oid, kerberos_oid, sizeof(kerberos_oid)) ||
           equals(oid, ms_kerberos_oid, sizeof(ms_kerberos_oid));
}

static bool is_ntlm(asa_der_t message)
{
    return begins(message, ntlm_signature, sizeof(ntlm_signature));
}

/* The message type of an NTLMSSP message, which is little-endian. */
static bool read_ntlm(asa_der_t message, asa_token_t *out)
{
    if (message.left < NTLM_HEADER_LEN || message.at[8] < 1 || message.at[8] > 3 ||
        message.at[9] != 0 || message.at[10] != 0 || message.at[11] != 0) {
        return false;
    }
    out->ntlm_type = message.at[8];
    return true;
}

/* Opens GSS framing: what follows the mechanism's OID is left in *inner. */
static bool open_frame(asa_der_t in, asa_der_t *oid, asa_der_t *inner)
{
    return asa_der_take(&in, ASA_DER_APPLICATION(0), inner) && in.left == 0 &&
           asa_der_take(inner, ASA_DER_OID, oid);
}

/* Token id and AP-REQ, as they stand inside Kerberos framing. */
static bool read_kerberos(apr_pool_t *pool, asa_der_t in, asa_token_t *out)
{
    asa_ap_req_t request;

    if (!begins(in, ap_req_id, sizeof(ap_req_id))) {
        return false;
    }
    in.at += sizeof(ap_req_id);
    in.left -= sizeof(ap_req_id);
    if (!asa_ap_req_read(pool, in.at, in.left, &request)) {
        return false;
    }
    out->ap_req = in.at;
    out->ap_req_len = in.left;
    out->spn = request.spn;
    out->realm = request.realm;
    out->etype = request.etype;
    out->kvno = request.kvno;
    out->kvno_known = request.kvno_known;
    out->cipher = request.cipher;
    out->cipher_len = request.cipher_len;
    out->ticket = request.ticket;
    out->ticket_len = request.ticket_len;
    return true;
}

/* A mechanism's own token inside SPNEGO.  One that is neither NTLM nor framed Kerberos belongs to a
 * mechanism that is not read here, which is in order unless it has to be Kerberos. */
static bool read_mechanism_token(apr_pool_t *pool, asa_der_t in, bool must_be_kerberos,
                                 asa_token_t *out)
{
    asa_der_t oid;
    asa_der_t inner;

    if (is_ntlm(in)) {
        return read_ntlm(in, out);
    }
    if (open_frame(in, &oid, &inner) && is_kerberos(oid)) {
        out->kerberos = in.at;
        out->kerberos_len = in.left;
        return read_kerberos(pool, inner, out);
    }
    return !must_be_kerberos;
}

/* MechTypeList: the client's mechanisms, best first. */
static bool read_mechanisms(asa_der_t list, asa_token_t *out)
{
    asa_der_t oid;
    size_t count;

    for (count = 0; list.left > 0; count++) {
        if (count == MECHANISMS_MAX || !asa_der_take(&list, ASA_DER_OID, &oid) || oid.left == 0) {
            return false;
        }
        bool kerberos = is_kerberos(oid);
        out->offers_kerberos = out->offers_kerberos || kerberos;
        out->offers_ntlm = out->offers_ntlm || equals(oid, ntlm_oid, sizeof(ntlm_oid));
        if (count == 0) {
            out->kerberos_first = kerberos;
        }
    }
    return count > 0;
}

/* An OPTIONAL field: absent is in order and leaves *value empty. */
static bool take_optional(asa_der_t *in, unsigned number, unsigned char tag, asa_der_t *value)
{
    value->at = NULL;
    value->left = 0;
    if (!asa_der_is(in, (unsigned char)ASA_DER_CONTEXT(number))) {
        return true;
    }
    return asa_der_take_explicit(in, (unsigned char)ASA_DER_CONTEXT(number), tag, value);
}

/* NegTokenInit ::= SEQUENCE { mechTypes [0], reqFlags [1] OPTIONAL, mechToken [2] OPTIONAL,
 * mechListMIC [3] OPTIONAL } */
static bool read_init(apr_pool_t *pool, asa_der_t in, asa_token_t *out)
{
    asa_der_t body;
    asa_der_t mechanisms;
    asa_der_t flags;
    asa_der_t token;
    asa_der_t mic;

    if (!asa_der_take_explicit(&in, ASA_DER_CONTEXT(0), ASA_DER_SEQUENCE, &body) || in.left != 0 ||
        !asa_der_take_explicit(&body, ASA_DER_CONTEXT(0), ASA_DER_SEQUENCE, &mechanisms) ||
        !take_optional(&body, 1, ASA_DER_BIT_STRING, &flags) ||
        !take_optional(&body, 2, ASA_DER_OCTET_STRING, &token) ||
        !take_optional(&body, 3, ASA_DER_OCTET_STRING, &mic) || body.left != 0 ||
        !read_mechanisms(mechanisms, out)) {
        return false;
    }
    out->kind = ASA_TOKEN_SPNEGO_INIT;
    if (token.left == 0) {
        return true;
    }
    /* The token is for the first mechanism.  An acceptor that picks another one drops it unread, so
     * Kerberos is only looked for where it will be used. */
    if (!out->kerberos_first) {
        return !is_ntlm(token) || read_ntlm(token, out);
    }
    return read_mechanism_token(pool, token, true, out);
}

/* NegTokenResp ::= SEQUENCE { negState [0] ENUMERATED OPTIONAL, supportedMech [1] OPTIONAL,
 * responseToken [2] OPTIONAL, mechListMIC [3] OPTIONAL } */
static bool read_response(apr_pool_t *pool, asa_der_t in, asa_token_t *out)
{
    asa_der_t body;
    asa_der_t state;
    asa_der_t mechanism;
    asa_der_t token;
    asa_der_t mic;

    if (!asa_der_take_explicit(&in, ASA_DER_CONTEXT(1), ASA_DER_SEQUENCE, &body) || in.left != 0 ||
        !take_optional(&body, 0, ASA_DER_ENUMERATED, &state) ||
        !take_optional(&body, 1, ASA_DER_OID, &mechanism) ||
        !take_optional(&body, 2, ASA_DER_OCTET_STRING, &token) ||
        !take_optional(&body, 3, ASA_DER_OCTET_STRING, &mic) || body.left != 0) {
        return false;
    }
    if (state.at != NULL && (state.left != 1 || state.at[0] > 3)) {
        return false;
    }
    out->kind = ASA_TOKEN_SPNEGO_RESPONSE;
    return token.left == 0 || read_mechanism_token(pool, token, is_kerberos(mechanism), out);
}

static bool read_any(apr_pool_t *pool, asa_der_t in, asa_token_t *out)
{
    asa_der_t oid;
    asa_der_t inner;

    if (is_ntlm(in)) {
        out->kind = ASA_TOKEN_NTLM;
        return read_ntlm(in, out);
    }
    if (asa_der_is(&in, ASA_DER_CONTEXT(1))) {
        return read_response(pool, in, out);
    }
    if (!open_frame(in, &oid, &inner)) {
        return false;
    }
    if (equals(oid, spnego_oid, sizeof(spnego_oid))) {
        return read_init(pool, inner, out);
    }
    out->kind = ASA_TOKEN_KERBEROS;
    return is_kerberos(oid) && read_kerberos(pool, inner, out);
}

asa_token_kind_t asa_token_read(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                                asa_token_t *out)
{
    asa_der_t in = {bytes, len};

    memset(out, 0, sizeof(*out));
    if (len > ASA_TOKEN_MAX || !read_any(pool, in, out)) {
        memset(out, 0, sizeof(*out));
        out->kind = ASA_TOKEN_MALFORMED;
    }
    return out->kind;
}

const char *asa_token_etype_name(apr_pool_t *pool, int32_t etype)
{
    static const struct {
        int32_t number;
        const char *name;
    } names[] = {
        {1, "des-cbc-crc"},
        {2, "des-cbc-md4"},
        {3, "des-cbc-md5"},
        {4, "des-cbc-raw"},
        {6, "des3-cbc-raw"},
        {8, "des-hmac-sha1"},
        {16, "des3-cbc-sha1"},
        {17, "aes128-cts-hmac-sha1-96"},
        {18, "aes256-cts-hmac-sha1-96"},
        {19, "aes128-cts-hmac-sha256-128"},
        {20, "aes256-cts-hmac-sha384-192"},
        {23, "arcfour-hmac"},
        {24, "arcfour-hmac-exp"},
        {25, "camellia128-cts-cmac"},
        {26, "camellia256-cts-cmac"},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].number == etype) {
            return names[i].name;
        }
    }
    return apr_psprintf(pool, "enctype %" PRId32, etype);
}
