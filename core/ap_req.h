/* SPDX-License-Identifier: Apache-2.0
 *
 * The clear part of a Kerberos AP-REQ (RFC 4120 section 5.5.1): whom its ticket is for and how it
 * is sealed.
 *
 * Pure: no I/O, no global state, any thread.  Names live in the pool given, *cipher and *ticket
 * in the caller's bytes.
 */
#ifndef CORE_AP_REQ_H
#define CORE_AP_REQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>

typedef struct asa_ap_req_t {
    const char *spn;   /* name components joined by '/', each escaped as token.h says */
    const char *realm; /* escaped likewise */
    int32_t etype;     /* of the ticket's sealed part */
    uint32_t kvno;
    bool kvno_known;
    const unsigned char *cipher; /* the ticket's sealed part */
    size_t cipher_len;
    const unsigned char *ticket; /* the whole ticket, as DER */
    size_t ticket_len;
} asa_ap_req_t;

/* Reads a whole AP-REQ.  False, with *out zeroed, unless the bytes are one in strict DER, with
 * nothing after it, a name of at least one component and version and message type as they must be.
 * What is read is what MIT's acceptor reads from the same bytes. */
bool asa_ap_req_read(apr_pool_t *pool, const unsigned char *bytes, size_t len, asa_ap_req_t *out);

#endif
