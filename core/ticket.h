/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening a ticket with the keys that are held: which key it is sealed with, and why one is not
 * accepted.
 *
 * The GSS-API says neither; both are needed to record which key (Latest, Previous, own) is in use
 * and to name the reason of a refusal.  Nothing here authenticates anybody: only gss.h does.
 *
 * Threads: an opener may be used by any number of threads; it serialises them around a short
 * computation.  Lifetime: until its pool is cleared; the keyring and its keys must live as long.
 */
#ifndef CORE_TICKET_H
#define CORE_TICKET_H

#include <stdbool.h>

#include <apr_pools.h>

#include "core/keyring.h"
#include "core/reason.h"
#include "core/token.h"

typedef struct asa_opener_t asa_opener_t;

/* Returns NULL and *out, or a sentence. */
const char *asa_ticket_opener_make(apr_pool_t *pool, const asa_keyring_t *ring, asa_opener_t **out);

/* Index in the keyring of the key that opens the token's ticket; -1 when none does or there is no
 * ticket.  *forwardable is then the ticket's flag of that name (RFC 4120 section 2.6): the KDC
 * takes the ticket as evidence for constrained delegation (MS-SFU section 3.2.5.2.2). */
int asa_ticket_key(asa_opener_t *opener, const asa_token_t *token, bool *forwardable);

/* Why a Kerberos token that the acceptor refused was refused, found by reading it again without a
 * replay cache: TOKEN_MALFORMED, KEY_*, ENCRYPTION_TYPE_UNSUPPORTED, CLOCK_SKEW, TICKET_EXPIRED,
 * TICKET_NOT_YET_VALID; NONE when nothing is wrong with ticket and authenticator themselves (a
 * replay, foreign bindings); ACCEPT_FAILED for anything else, with the library's words in
 * *detail_out (else NULL). */
asa_reason_t asa_ticket_diagnose(asa_opener_t *opener, const asa_token_t *token, apr_pool_t *pool,
                                 const char **detail_out);

#endif
