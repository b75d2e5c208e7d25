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

#include "mod_asa_auth/private.h"

/* At configuration time: the filter and the hook of mod_proxy. */
void mod_asa_relay_register(void);

/* The host that a request goes to: mod_proxy leaves its URL in filename, with the balancer's
 * choice. In r->pool; NULL: it goes to none. */
const char *mod_asa_relay_target(const request_rec *r);

/* Before the handler of a request that goes to a back end. */
void mod_asa_relay_begin(request_rec *r);

#endif
