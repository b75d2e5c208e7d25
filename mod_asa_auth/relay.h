/* SPDX-License-Identifier: Apache-2.0
 *
 * Measures a proxied request on its way to the back end and back, for the HttpProxy log, and gives
 * the back end the request's id.
 *
 * Nothing is read from the request's body, and no input filter is installed: mod_proxy would spool
 * the body then.  What can be known without one is known: when the head for the back end was made,
 * when the answer began and ended, and how long writing it to the client took.
 */
#ifndef MOD_ASA_AUTH_RELAY_H
#define MOD_ASA_AUTH_RELAY_H

#include <apr_time.h>

#include "mod_asa_auth/private.h"

/* Part of an exchange.  0 = did not happen. */
typedef struct mod_asa_relay_t {
    apr_time_t asked;                  /* the last attempt's head was made */
    apr_time_t answered;               /* the answer's first bytes were there */
    apr_time_t done;                   /* its last bytes were passed on */
    apr_interval_time_t client_writes; /* of the time between: spent in writing to the client */
    int status;                        /* the back end's own, whatever the client gets */
} mod_asa_relay_t;

/* At configuration time: the filter and the hook of mod_proxy. */
void mod_asa_relay_register(void);

/* Before the handler of a request that goes to a back end. */
void mod_asa_relay_begin(request_rec *r);

#endif
