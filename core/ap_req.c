/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the clear part of a Kerberos AP-REQ, field by field in the order of RFC 4120.
 */
#include "core/ap_req.h"

#include <string.h>

#include "core/der.h"
#include "core/utf8.h"

#define PROTOCOL_VERSION 5
#define AP_REQ_TYPE      14
#define TICKET_TYPE      1
/* Service principal names have two or three components; nobody needs more than a few. */
#define COMPONENTS_MAX 16
/* "\xHH" */
#define ESCAPE_MAX 4

typedef struct sealed_t {
    int32_t etype;
    uint32_t kvno;
    bool kvno_known;
    asa_der_t cipher;
} sealed_t;

/* Appends one byte as an escape: krb5_unparse_name's letter where it has one, else two hex digits.
 */
static char *escape_byte(char *to, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    static const char special[] = "/@\\\t\n\b";
    static const char letters[] = "/@\\tnb";

    *to++ = '\\';
    if (byte == '\0') {
        *to++ = '0';
        return to;
    }
    const char *found = strchr(special, byte);
    if (found != NULL) {
        *to++ = letters[found - special];
        return to;
    }
    *to++ = 'x';
    *to++ = hex[byte >> 4];
    *to++ = hex[byte & 0xf];
    return to;
}

/* Appends a name in escaped form; to has room for ESCAPE_MAX bytes per byte of the name. */
static char *escape_name(char *to, asa_der_t name)
{
    while (name.left > 0) {
        uint32_t code = 0;
        size_t length = asa_utf8_next(name.at, name.left, &code);
        bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);

        if (length == 0 || control || code == '/' || code == '@' || code == '\\') {
            to = escape_byte(to, name.at[0]);
            length = 1;
        } else {
            memcpy(to, name.at, length);
            to += length;
        }
        name.at += length;
        name.left -= length;
    }
    return to;
}

static const char *make_realm(apr_pool_t *pool, asa_der_t realm)
{
    char *text = apr_palloc(pool, realm.left * ESCAPE_MAX + 1);

    *escape_name(text, realm) = '\0';
    return text;
}

/* PrincipalName ::= SEQUENCE { name-type [0] Int32, name-string [1] SEQUENCE OF KerberosString } */
static const char *read_principal(apr_pool_t *pool, asa_der_t in)
{
    asa_der_t names;
    asa_der_t component;
    int64_t type;

    if (!asa_der_take_integer(&in, ASA_DER_CONTEXT(0), INT32_MIN, INT32_MAX, &type) ||
        !asa_der_take_explicit(&in, ASA_DER_CONTEXT(1), ASA_DER_SEQUENCE, &names) || in.left != 0 ||
        names.left == 0) {
        return NULL;
    }
    /* a component's header is longer than the '/' that stands for it */
    char *text = apr_palloc(pool, names.left * ESCAPE_MAX + 1);
    char *to = text;
    for (size_t count = 0; names.left > 0; count++) {
        if (count == COMPONENTS_MAX || !asa_der_take(&names, ASA_DER_GENERAL_STRING, &component)) {
            return NULL;
        }
        if (count > 0) {
            *to++ = '/';
        }
        to = escape_name(to, component);
    }
    *to = '\0';
    return text;
}

/* EncryptedData ::= SEQUENCE { etype [0] Int32, kvno [1] UInt32 OPTIONAL, cipher [2] OCTET STRING }
 */
static bool read_sealed(asa_der_t in, sealed_t *out)
{
    int64_t etype;
    int64_t kvno = 0;

    if (!asa_der_take_integer(&in, ASA_DER_CONTEXT(0), INT32_MIN, INT32_MAX, &etype)) {
        return false;
    }
    out->kvno_known = asa_der_is(&in, ASA_DER_CONTEXT(1));
    /* Read-only domain controllers number keys from the high bit on and write them as negative
     * numbers; MIT's decoder takes those as well. */
    if (out->kvno_known &&
        !asa_der_take_integer(&in, ASA_DER_CONTEXT(1), INT32_MIN, UINT32_MAX, &kvno)) {
        return false;
    }
    out->etype = (int32_t)etype;
    out->kvno = (uint32_t)kvno;
    return asa_der_take_explicit(&in, ASA_DER_CONTEXT(2), ASA_DER_OCTET_STRING, &out->cipher) &&
           in.left == 0;
}

/* Ticket ::= [APPLICATION 1] SEQUENCE { tkt-vno [0], realm [1], sname [2], enc-part [3] } */
static bool read_ticket(apr_pool_t *pool, asa_der_t in, asa_ap_req_t *out)
{
    asa_der_t realm;
    asa_der_t sname;
    asa_der_t enc_part;
    sealed_t sealed;
    int64_t version;

    if (!asa_der_take_integer(&in, ASA_DER_CONTEXT(0), PROTOCOL_VERSION, PROTOCOL_VERSION,
                              &version) ||
        !asa_der_take_explicit(&in, ASA_DER_CONTEXT(1), ASA_DER_GENERAL_STRING, &realm) ||
        !asa_der_take_explicit(&in, ASA_DER_CONTEXT(2), ASA_DER_SEQUENCE, &sname) ||
        !asa_der_take_explicit(&in, ASA_DER_CONTEXT(3), ASA_DER_SEQUENCE, &enc_part) ||
        in.left != 0 || !read_sealed(enc_part, &sealed)) {
        return false;
    }
    out->spn = read_principal(pool, sname);
    out->realm = make_realm(pool, realm);
    out->etype = sealed.etype;
    out->kvno = sealed.kvno;
    out->kvno_known = sealed.kvno_known;
    out->cipher = sealed.cipher.at;
    out->cipher_len = sealed.cipher.left;
    return out->spn != NULL;
}

/* AP-REQ ::= [APPLICATION 14] SEQUENCE { pvno [0], msg-type [1], ap-options [2] BIT STRING,
 * ticket [3] Ticket, authenticator [4] EncryptedData } */
static bool read_request(apr_pool_t *pool, asa_der_t in, asa_ap_req_t *out)
{
    asa_der_t outer;
    asa_der_t body;
    asa_der_t options;
    asa_der_t whole;
    asa_der_t tickets;
    asa_der_t ticket;
    asa_der_t authenticator;
    sealed_t sealed;
    int64_t number;

    if (!asa_der_take(&in, ASA_DER_APPLICATION(AP_REQ_TYPE), &outer) || in.left != 0 ||
        !asa_der_take(&outer, ASA_DER_SEQUENCE, &body) || outer.left != 0) {
        return false;
    }
    if (!asa_der_take_integer(&body, ASA_DER_CONTEXT(0), PROTOCOL_VERSION, PROTOCOL_VERSION,
                              &number) ||
        !asa_der_take_integer(&body, ASA_DER_CONTEXT(1), AP_REQ_TYPE, AP_REQ_TYPE, &number) ||
        !asa_der_take_explicit(&body, ASA_DER_CONTEXT(2), ASA_DER_BIT_STRING, &options) ||
        options.left < 1 + sizeof(uint32_t) || options.at[0] > 7) {
        return false;
    }
    if (!asa_der_take(&body, ASA_DER_CONTEXT(3), &whole)) {
        return false;
    }
    out->ticket = whole.at;
    out->ticket_len = whole.left;
    if (!asa_der_take(&whole, ASA_DER_APPLICATION(TICKET_TYPE), &tickets) || whole.left != 0 ||
        !asa_der_take(&tickets, ASA_DER_SEQUENCE, &ticket) || tickets.left != 0 ||
        !asa_der_take_explicit(&body, ASA_DER_CONTEXT(4), ASA_DER_SEQUENCE, &authenticator) ||
        body.left != 0) {
        return false;
    }
    return read_sealed(authenticator, &sealed) && read_ticket(pool, ticket, out);
}

bool asa_ap_req_read(apr_pool_t *pool, const unsigned char *bytes, size_t len, asa_ap_req_t *out)
{
    asa_der_t in = {bytes, len};

    memset(out, 0, sizeof(*out));
    if (!read_request(pool, in, out)) {
        memset(out, 0, sizeof(*out));
        return false;
    }
    return true;
}
