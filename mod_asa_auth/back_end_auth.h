/* SPDX-License-Identifier: Apache-2.0
 *
 * AsaBackendAuth delegate: signs each attempt to reach a back end in as the user, and checks that
 * the back end is who it should be.
 *
 * mod_proxy asks twice: when it has chosen a worker and may still be told to stop, and when it
 * makes the head of the request for it.  The ticket is got the first time, its token goes into the
 * head the second time: one token for each attempt.
 */
#ifndef MOD_ASA_AUTH_BACK_END_AUTH_H
#define MOD_ASA_AUTH_BACK_END_AUTH_H

#include "core/reason.h"
#include "mod_asa_auth/private.h"

/* When all modules are loaded and hooks are not sorted yet (pre_config). */
void mod_asa_back_end_auth_meet_proxy(void);

/* At configuration time: the hook for the head. */
void mod_asa_back_end_auth_register(void);

/* In each child. */
void mod_asa_back_end_auth_start(apr_pool_t *pchild, server_rec *main_server);

/* When the head of the answer is there: NONE, BACK_END_REFUSED or BACK_END_NOT_PROVEN with *detail.
 * NONE too where no token was sent and the answer is not 401. */
asa_reason_t mod_asa_back_end_auth_judge(request_rec *r, const char **detail);

/* The back end answered 401: what the request carried is not used again.  Returns what that was,
 * for the log: "with a ticket for HTTP/exch1.example", "with the client's own ticket", "without a
 * ticket". */
const char *mod_asa_back_end_auth_doubt(request_rec *r);

#endif
