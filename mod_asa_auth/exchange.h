/* SPDX-License-Identifier: Apache-2.0
 *
 * What is known of one client request, from its first byte to its log line: shared by all
 * request_recs that serve it (internal redirects, sub-requests, error documents).
 *
 * Lives in the pool of the request that the client sent; used by one thread at a time.
 */
#ifndef MOD_ASA_AUTH_EXCHANGE_H
#define MOD_ASA_AUTH_EXCHANGE_H

#include <stdbool.h>

#include "core/reason.h"
#include "mod_asa_auth/private.h"
#include "mod_asa_auth/sign_in.h"

/* The way to a back end and back, as mod_asa_auth/relay.h measures it.  0 = did not happen. */
typedef struct mod_asa_relay_t {
    apr_time_t asked;                  /* the last attempt's head was made */
    apr_time_t answered;               /* the answer's first bytes were there */
    apr_time_t done;                   /* its last bytes were passed on */
    apr_interval_time_t client_writes; /* of the time between: spent in writing to the client */
    int status;                        /* the back end's own, whatever the client gets */
    bool client_left;                  /* in the middle of the request's body */
    int failed;  /* mod_proxy gave up with this status before there was an answer; 0: it did not */
    bool broken; /* the answer began and did not come to its end */

    asa_reason_t
        reason; /* why the back end was not asked in the user's name, or its answer refused */
    const request_rec *stopped; /* the request that mod_proxy was told not to send, for reason */
    apr_interval_time_t header_time; /* to make the Authorization header for the back end */
    const char *authorization;       /* for the next attempt's head; NULL: none */
    const char *service;           /* whom it speaks to; NULL: nobody was spoken to with a ticket */
    const char *way;               /* how the ticket came, see core/delegation.h */
    bool kept;                     /* the ticket was there already */
    bool bound;                    /* to the back end's TLS channel */
    struct asa_context_t *context; /* waits for the back end's proof; NULL: none is due */
    void *attempt;                 /* mod_asa_auth/back_end_auth.c's own */
} mod_asa_relay_t;

typedef struct mod_asa_exchange_t {
    apr_pool_t *pool;         /* of the request that the client sent; for everything here */
    const char *request_id;   /* GUID */
    apr_time_t handler_begin; /* 0: never reached */
    mod_asa_relay_t relay;

    const char *attempted; /* what the client tried: "Negotiate", "NTLM", "Basic" or NULL */
    bool decided;          /* the client's token has been judged; it is not looked at again */
    bool continued;        /* another leg was asked for */
    bool empty_body;       /* the client announced a body of no bytes */

    /* Refused: */
    asa_reason_t reason;
    asa_facts_t facts;

    mod_asa_sign_in_t sign_in; /* without identity: nobody is signed in */
    bool persistent;           /* AsaPersistentAuth is on where the ticket was accepted */
    bool of_connection;        /* no ticket came: sign_in is what the connection had kept */
    const char *reply;         /* value of WWW-Authenticate with the final token; NULL: none */
    apr_interval_time_t accept_time;
    const struct asa_forwarded_t *forwarded; /* the ticket that the client forwarded; NULL: none */
} mod_asa_exchange_t;

/* The exchange that a request_rec belongs to; made at its first use. */
mod_asa_exchange_t *mod_asa_exchange_of(request_rec *r);

#endif
