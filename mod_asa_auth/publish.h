/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes a signed-in user known: REMOTE_USER, environment and the final token.  The only place that
 * sets r->user.
 */
#ifndef MOD_ASA_AUTH_PUBLISH_H
#define MOD_ASA_AUTH_PUBLISH_H

#include "mod_asa_auth/private.h"

/* Publishes the exchange's identity to this request_rec. */
void mod_asa_publish_identity(request_rec *r);

/* Takes the client's Authorization away from a request that goes to a back end: the ticket in it is
 * for this server alone. */
int mod_asa_publish_strip(request_rec *r);

#endif
