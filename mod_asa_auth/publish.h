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

/* Sets WWW-Authenticate.  The table that it goes to reaches the client with any status, also of a
 * proxied response.  A sub-request leaves it to its main request if that has one already: httpd
 * adds up the headers of both where the one becomes the other (a folder and its index). */
void mod_asa_publish_challenge(request_rec *r, const char *value);

#endif
