/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks the KDC for tickets of a service in a user's name, with an account's own ticket (MS-SFU
 * section 3.1.5).
 *
 * Every function that asks waits for the KDC as long as the library does (krb5.conf; half a minute
 * is possible): none is called on the way of a request.
 *
 * Threads: a conversation belongs to one, and to one account.  Tickets live in credential caches in
 * memory, which are destroyed with the pool that they were made in.
 */
#ifndef CORE_S4U_H
#define CORE_S4U_H

#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>
#include <apr_time.h>

#include "core/delegation.h"
#include "core/own_ticket.h"

typedef struct asa_s4u_t asa_s4u_t;

/* A ticket of a client for a service. */
typedef struct asa_s4u_ticket_t {
    const char *cache;   /* name of the credential cache that holds it, and nothing else */
    const char *service; /* its service principal with the realm that the KDC found */
    apr_time_t ends;
} asa_s4u_ticket_t;

/* Begins a conversation, which ends with the pool; what it finds out lives in the other one.  NULL
 * if the library does not start. */
asa_s4u_t *asa_s4u_open(apr_pool_t *pool, apr_pool_t *results);

/* The library's words about the last answer, a result; "" when there are none. */
const char *asa_s4u_words(const asa_s4u_t *s4u);

/* The account signs in, if need be; the conversation uses its ticket from now on.  GRANTED,
 * UNREACHABLE or NO_ACCOUNT. */
asa_kdc_answer_t asa_s4u_sign_in(asa_s4u_t *s4u, asa_own_ticket_t *account,
                                 const asa_own_ticket_keys_t *keys);

/* S4U2Proxy.  evidence: a ticket of the client for the account, as DER.  service: a name without a
 * realm ("HTTP/exch1.example"); the KDC finds the realm.  A ticket for anybody but client (a
 * principal, escaped by MIT's rules) is not taken.  *out is a result.  After sign_in only. */
asa_kdc_answer_t asa_s4u_by_evidence(asa_s4u_t *s4u, const unsigned char *evidence, size_t len,
                                     const char *client, const char *service,
                                     asa_s4u_ticket_t *out);

/* S4U2Self, then S4U2Proxy.  After sign_in only. */
asa_kdc_answer_t asa_s4u_by_impersonation(asa_s4u_t *s4u, const char *client, const char *service,
                                          asa_s4u_ticket_t *out);

/* With the ticket-granting ticket that the client forwarded, from the cache of that name. */
asa_kdc_answer_t asa_s4u_by_forwarded(asa_s4u_t *s4u, const char *forwarded, const char *client,
                                      const char *service, asa_s4u_ticket_t *out);

#endif
