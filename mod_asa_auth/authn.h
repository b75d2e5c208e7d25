/* SPDX-License-Identifier: Apache-2.0
 *
 * Authentication of a request: from its Authorization header to a published identity or a refusal.
 */
#ifndef MOD_ASA_AUTH_AUTHN_H
#define MOD_ASA_AUTH_AUTHN_H

#include "mod_asa_auth/private.h"

/* The check_authn hook: OK, DECLINED for another AuthType, or the status of a refusal. */
int mod_asa_authn_check(request_rec *r);

/* The note_auth_failure hook: somebody else answers 401 in a place of ours; the client is told the
 * scheme. */
int mod_asa_authn_note_failure(request_rec *r, const char *auth_type);

#endif
