/* SPDX-License-Identifier: Apache-2.0
 *
 * Refuses a request: one log line with reason and remedy, the count, the environment, the
 * challenge, and a connection that does not wait for a body.
 *
 * Equal lines of a flood are counted, not repeated.  Threads: any.
 */
#ifndef MOD_ASA_AUTH_REFUSAL_H
#define MOD_ASA_AUTH_REFUSAL_H

#include "core/reason.h"
#include "mod_asa_auth/private.h"

/* Notes reason and facts in the exchange, logs, counts; returns the HTTP status to answer with.
 * facts' client is filled in here. */
int mod_asa_refusal_make(request_rec *r, asa_reason_t reason, const asa_facts_t *facts);

/* The same refusal once more, for an internal redirect (an error document): nothing is logged or
 * counted again. */
int mod_asa_refusal_repeat(request_rec *r);

/* The user is signed in, but the back end cannot be asked in the user's name, or what it answers is
 * not passed on: logs, counts and notes that, and returns the status (403, 502 or 503). */
int mod_asa_refusal_of_back_end(request_rec *r, asa_reason_t reason, const asa_facts_t *facts);

/* Marks the connection so that httpd does not wait for the rest of a request body that a 401 makes
 * useless. */
void mod_asa_refusal_spare_body(request_rec *r);

/* The same for a request that is let in, if it announces more than any upload has (the IN channel
 * of RPC over HTTP, MS-RPCH section 2.1.2.1.1): an early error of a later stage or of a back end
 * then reaches the client at once. */
void mod_asa_refusal_spare_endless_body(request_rec *r);

/* Logs how often lines were repeated, when their time is over; call now and then. */
void mod_asa_refusal_flush(server_rec *main_server);

#endif
