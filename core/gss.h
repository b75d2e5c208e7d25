/* SPDX-License-Identifier: Apache-2.0
 *
 * The acceptor: a GSS-API credential that is held, and the acceptance of tokens with it; and the
 * initiator, which makes tokens for a back end with a ticket that is there already.  The only
 * caller of gss_*.
 *
 * Mechanisms: SPNEGO with Kerberos 5 inside, and Kerberos 5 bare; nothing else is ever negotiated.
 *
 * Threads: an acceptor or initiator may be used by any number of threads at once.  A context
 * belongs to one request at a time. Lifetime: an acceptor or initiator lives until its pool is
 * cleared; a context until it is destroyed (its owner registers that with the pool that it outlives
 * the request in).
 */
#ifndef CORE_GSS_H
#define CORE_GSS_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>

typedef struct asa_acceptor_t asa_acceptor_t;
typedef struct asa_context_t asa_context_t;
typedef struct asa_forwarded_t asa_forwarded_t;
typedef struct asa_initiator_t asa_initiator_t;

typedef enum { ASA_ACCEPT_DONE, ASA_ACCEPT_CONTINUE, ASA_ACCEPT_FAILED } asa_accept_outcome_t;

typedef struct asa_accept_t {
    asa_accept_outcome_t outcome;
    const unsigned char *reply; /* the token to send back; NULL when there is none */
    size_t reply_len;
    /* DONE only: */
    const char *client; /* client principal, escaped by MIT's rules */
    bool bound;         /* the client bound its ticket to the channel that was given */
    unsigned lifetime;  /* seconds for which the ticket can still be used; 0: unknown */
    const unsigned char
        *logon_info; /* PAC buffers whose signature the library verified; NULL = none */
    size_t logon_info_len;
    const unsigned char *upn_dns_info;
    size_t upn_dns_info_len;
    asa_forwarded_t *forwarded; /* the ticket-granting ticket that the client forwarded, or NULL */
    /* FAILED only: */
    bool bad_bindings;
    bool replayed;
    const char *detail; /* the library's words, for the log */
} asa_accept_t;

/* Acquires an acceptor credential for the key table of that name (see keytab.h), with the replay
 * cache of that name (NULL: the library's own; "none:": none).  Returns NULL and *out, or a
 * sentence. */
const char *asa_gss_acceptor_make(apr_pool_t *pool, const char *keytab, const char *replay_cache,
                                  asa_acceptor_t **out);

/* One leg.  *context is NULL for a first leg and is left NULL except after CONTINUE, when it
 * belongs to the caller; a failed or finished leg destroys it. bindings is the application data of
 * RFC 5929 channel bindings, or NULL for none.  Results live in the pool. */
void asa_gss_accept(asa_acceptor_t *acceptor, asa_context_t **context, const unsigned char *token,
                    size_t token_len, const unsigned char *bindings, size_t bindings_len,
                    apr_pool_t *pool, asa_accept_t *out);

void asa_gss_context_destroy(asa_context_t *context);

/* Puts a forwarded ticket into the credential cache of this name.  Returns NULL, or a sentence. */
const char *asa_gss_forwarded_store(apr_pool_t *pool, const asa_forwarded_t *forwarded,
                                    const char *cache);

/* S4U2Self (MS-SFU section 3.1.5.1.1): a ticket of this client for the account itself, got from the
 * KDC with the account's ticket-granting ticket in the cache `account`, put into the cache `into`.
 * client is a principal, escaped by MIT's rules.  Waits for the KDC.  Returns NULL, or a sentence.
 */
const char *asa_gss_impersonate(apr_pool_t *pool, const char *account, const char *client,
                                const char *into);

/* An initiator for the ticket for this service principal ("HTTP/exch1.example@REALM") that lies in
 * the credential cache of this name.  Returns NULL and *out, or a sentence. */
const char *asa_gss_initiator_make(apr_pool_t *pool, const char *cache, const char *service,
                                   asa_initiator_t **out);

/* A fresh token that asks for mutual authentication, bound to the channel if bindings are given (as
 * above).  Asks no KDC.  The token lives in the pool; *context belongs to the caller, and the
 * initiator must live as long.  Returns NULL, or a sentence. */
const char *asa_gss_initiate(asa_initiator_t *initiator, const unsigned char *bindings,
                             size_t bindings_len, apr_pool_t *pool, asa_context_t **context,
                             const unsigned char **token, size_t *token_len);

/* Does the reply prove that the service has the key of the ticket?  Destroys the context.  Returns
 * NULL when it does, or a sentence. */
const char *asa_gss_initiate_finish(asa_context_t *context, const unsigned char *reply,
                                    size_t reply_len, apr_pool_t *pool);

/* What initiates in this thread, such as SASL, finds its tickets in the credential cache of this
 * name.  False if that cannot be. */
bool asa_gss_use_tickets(const char *cache);

#endif
