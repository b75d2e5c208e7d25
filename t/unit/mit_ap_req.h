/* SPDX-License-Identifier: Apache-2.0
 *
 * Compares what we read in an AP-REQ with what MIT's own decoder, the one its acceptor runs, reads.
 */
#ifndef T_UNIT_MIT_AP_REQ_H
#define T_UNIT_MIT_AP_REQ_H

#include <string.h>

#include <krb5.h>

#include "core/ap_req.h"

/* Exported by libkrb5 for krb5_rd_req's relatives, but in none of its installed headers. */
extern krb5_error_code decode_krb5_ap_req(const krb5_data *code, krb5_ap_req **request);
extern void krb5_free_ap_req(krb5_context context, krb5_ap_req *request);

/* Undoes the escapes of one component or realm; stops at an unescaped '/'. */
static inline const char *mit_same_bytes(const char *text, const krb5_data *data)
{
    static const char letters[] = "tnb0", bytes[] = "\t\n\b";
    unsigned i = 0;

    for (; *text != '\0' && *text != '/'; i++) {
        unsigned char byte = (unsigned char)*text++;
        if (byte == '\\') {
            byte = (unsigned char)*text++;
            if (byte == 'x') {
                unsigned value = 0;
                for (int digit = 0; digit < 2; digit++, text++) {
                    value = value * 16 + (unsigned)(*text <= '9' ? *text - '0' : *text - 'a' + 10);
                }
                byte = (unsigned char)value;
            } else if (byte != '\\' && strchr(letters, byte) != NULL) {
                byte = (unsigned char)bytes[strchr(letters, byte) - letters];
            }
        }
        if (i >= data->length || (unsigned char)data->data[i] != byte) {
            return NULL;
        }
    }
    return i == data->length ? text : NULL;
}

/* "" when both decoders read the same, else what differs. */
static inline const char *mit_compare(const krb5_ticket *ticket, const asa_ap_req_t *ours)
{
    const char *text = ours->spn;
    const char *rest;

    for (int i = 0; i < ticket->server->length; i++) {
        if (i > 0 && *text++ != '/') {
            return "number of components";
        }
        if ((text = mit_same_bytes(text, &ticket->server->data[i])) == NULL) {
            return "component";
        }
    }
    if (*text != '\0') {
        return "number of components";
    }
    rest = mit_same_bytes(ours->realm, &ticket->server->realm);
    if (rest == NULL || *rest != '\0') {
        return "realm";
    }
    if (ticket->enc_part.enctype != ours->etype) {
        return "etype";
    }
    if (ticket->enc_part.kvno != ours->kvno) {
        return "kvno";
    }
    if (ticket->enc_part.ciphertext.length != ours->cipher_len ||
        memcmp(ticket->enc_part.ciphertext.data, ours->cipher, ours->cipher_len) != 0) {
        return "sealed part";
    }
    return "";
}

static inline const char *mit_ap_req_differs(const unsigned char *bytes, size_t len,
                                             const asa_ap_req_t *ours)
{
    krb5_data code = {.length = (unsigned)len, .data = (char *)bytes};
    krb5_ap_req *theirs = NULL;

    if (decode_krb5_ap_req(&code, &theirs) != 0) {
        /* MIT takes the high half of a UInt32 only as a negative number; RFC 4120 means this one */
        return ours->kvno > INT32_MAX ? "" : "MIT refuses what we read";
    }
    const char *difference = mit_compare(theirs->ticket, ours);
    krb5_free_ap_req(NULL, theirs);
    return difference;
}

#endif
