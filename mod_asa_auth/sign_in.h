/* SPDX-License-Identifier: Apache-2.0
 *
 * What a signed-in client has proven, apart from the request that it proved it with.
 *
 * Everything that it points to lives in one pool (the exchange's, or that of a copy) or is static.
 * Read-only once it is complete, and then safe in any thread.
 */
#ifndef MOD_ASA_AUTH_SIGN_IN_H
#define MOD_ASA_AUTH_SIGN_IN_H

#include <apr_pools.h>
#include <apr_time.h>

#include "core/evidence.h"
#include "core/identity.h"
#include "core/keyring.h"
#include "core/policy.h"

typedef struct mod_asa_sign_in_t {
    const asa_identity_t *identity; /* NULL: nobody is signed in, and nothing else counts */
    asa_proof_t proof;
    const char *etype;   /* of the ticket; NULL: unknown */
    const char *kvno;    /* of the ticket; NULL: it carries none */
    const char *account; /* whose key opened the ticket, "EXCH2016ASA$@REALM"; NULL: unknown */
    const char *key;     /* "latest", "previous", "older", "own" or "unknown" */
    asa_key_slot_t slot;
    const char *mechanism; /* "SPNEGO" or "Kerberos" */
    unsigned generation;   /* of the keys that opened the ticket, see held.h */
    apr_time_t expires;    /* when the ticket can no longer be used; 0: unknown */
    asa_evidence_t evidence;
} mod_asa_sign_in_t;

/* Copies all of it into the pool, so that it outlives the request that it was made in. */
void mod_asa_sign_in_copy(apr_pool_t *pool, const mod_asa_sign_in_t *from, mod_asa_sign_in_t *to);

#endif
