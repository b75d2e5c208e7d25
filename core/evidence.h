/* SPDX-License-Identifier: Apache-2.0
 *
 * A client's ticket, kept after it has been accepted: the evidence with which the account asks the
 * KDC for a ticket in the client's name (MS-SFU section 3.1.5.2.1).
 *
 * Without the key it is of no use to anybody; it is not a secret.  Pure, any thread; it lives where
 * its bytes do.
 */
#ifndef CORE_EVIDENCE_H
#define CORE_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>

#include "core/token.h"

typedef struct asa_evidence_t {
    const unsigned char *ticket; /* as DER; NULL: there is none */
    size_t len;
    bool forwardable;
    /* How it is sealed, to find the key that opens it: */
    size_t cipher_at; /* offset in ticket */
    size_t cipher_len;
    int32_t etype;
    uint32_t kvno;
    bool kvno_known;
} asa_evidence_t;

/* The ticket of a token that was accepted; points into the token's bytes. */
asa_evidence_t asa_evidence_of(const asa_token_t *token, bool forwardable);

/* The same with bytes of its own. */
asa_evidence_t asa_evidence_copy(apr_pool_t *pool, const asa_evidence_t *evidence);

/* What asa_ticket_key needs to find the key once more. */
asa_token_t asa_evidence_token(const asa_evidence_t *evidence);

#endif
