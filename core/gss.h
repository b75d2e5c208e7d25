/* SPDX-License-Identifier: Apache-2.0
 *
 * The acceptor: a GSS-API credential that is held, and the acceptance of tokens with it.  The only
 * caller of gss_*.
 *
 * Mechanisms: SPNEGO with Kerberos 5 inside, and Kerberos 5 bare; nothing else is ever negotiated.
 *
 * Threads: an acceptor may be used by any number of threads at once.  A context belongs to one
 * request at a time. Lifetime: an acceptor lives until its pool is cleared; a context until it is
 * destroyed (its owner registers that with the pool that it outlives the request in).
 */
#ifndef CORE_GSS_H
#define CORE_GSS_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>

typedef struct asa_acceptor_t asa_acceptor_t;
typedef struct asa_context_t asa_context_t;

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

/* What initiates in this thread, such as SASL, finds its tickets in the credential cache of this
 * name.  False if that cannot be. */
bool asa_gss_use_tickets(const char *cache);

#endif
