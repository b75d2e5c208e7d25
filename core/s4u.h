/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks the KDC: for the account's own ticket, and with it for tickets of a service in a user's name
 * (MS-SFU section 3.1.5).
 *
 * Every function that asks waits for the KDC as long as the library does (krb5.conf; half a minute
 * is possible): none is called on the way of a request.
 *
 * Threads: an account may be used by any number of threads; a conversation belongs to one.  Tickets
 * live in credential caches in memory, which are destroyed with the pool that they were made in.
 */
#ifndef CORE_S4U_H
#define CORE_S4U_H

#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>
#include <apr_time.h>

#include "core/delegation.h"
#include "core/keyring.h"

typedef struct asa_s4u_account_t asa_s4u_account_t;
typedef struct asa_s4u_t asa_s4u_t;

/* A ticket of a client for a service. */
typedef struct asa_s4u_ticket_t {
    const char *cache;   /* name of the credential cache that holds it, and nothing else */
    const char *service; /* its service principal with the realm that the KDC found */
    apr_time_t ends;
} asa_s4u_ticket_t;

/* Where the account's own ticket is kept, empty at first; NULL without memory. */
asa_s4u_account_t *asa_s4u_account_make(apr_pool_t *pool);

/* Begins a conversation, which ends with the pool.  NULL if the library does not start. */
asa_s4u_t *asa_s4u_open(apr_pool_t *pool);

/* The library's words about the last answer; "" when there are none. */
const char *asa_s4u_words(const asa_s4u_t *s4u);

/* Sees to it that the account has a ticket of its own: GRANTED, UNREACHABLE or NO_ACCOUNT.  The
 * account is the one that owns the key at this index of the ring.  A key that the KDC does not take
 * (a roll is on its way) gives way to the account's others; the one at the index, which has just
 * opened a ticket of the KDC's, comes first, so that no wrong password is ever counted in vain. */
asa_kdc_answer_t asa_s4u_sign_in(asa_s4u_t *s4u, asa_s4u_account_t *account,
                                 const asa_keyring_t *ring, size_t index);

/* S4U2Proxy.  evidence: a ticket of the client for the account, as DER.  service: a name without a
 * realm ("HTTP/exch1.example"); the KDC finds the realm.  A ticket for anybody but client (a
 * principal, escaped by MIT's rules) is not taken.  *out lives in the conversation's pool. */
asa_kdc_answer_t asa_s4u_by_evidence(asa_s4u_t *s4u, asa_s4u_account_t *account,
                                     const unsigned char *evidence, size_t len, const char *client,
                                     const char *service, asa_s4u_ticket_t *out);

/* S4U2Self, then S4U2Proxy. */
asa_kdc_answer_t asa_s4u_by_impersonation(asa_s4u_t *s4u, asa_s4u_account_t *account,
                                          const char *client, const char *service,
                                          asa_s4u_ticket_t *out);

/* With the ticket-granting ticket that the client forwarded, from the cache of that name. */
asa_kdc_answer_t asa_s4u_by_forwarded(asa_s4u_t *s4u, const char *forwarded, const char *client,
                                      const char *service, asa_s4u_ticket_t *out);

/* The account's own ticket is forgotten; the next sign_in gets a new one. */
void asa_s4u_forget(asa_s4u_account_t *account);

#endif
