/* SPDX-License-Identifier: Apache-2.0
 *
 * Tickets for back ends in the names of users, of one child: got from the KDC when they are first
 * needed, kept in memory until they end, one for each account, user and service.
 *
 * Threads: any.
 */
#ifndef MOD_ASA_AUTH_BACK_END_TICKETS_H
#define MOD_ASA_AUTH_BACK_END_TICKETS_H

#include <stdbool.h>

#include <apr_thread_pool.h>

#include "core/delegation.h"
#include "core/gss.h"
#include "mod_asa_auth/credential.h"
#include "mod_asa_auth/lookup.h"
#include "mod_asa_auth/sign_in.h"

typedef struct mod_asa_ticket_question_t {
    mod_asa_credential_t *credential; /* whose account asks */
    const mod_asa_sign_in_t *sign_in; /* for whom */
    const asa_forwarded_t *forwarded; /* NULL: the client forwarded nothing */
    const char *service;              /* "HTTP/exch1.example", no realm */
} mod_asa_ticket_question_t;

typedef struct mod_asa_ticket_answer_t {
    asa_reason_t reason; /* NONE: there is a ticket */
    const char *words;   /* without one: the library's, or ours */
    asa_initiator_t *initiator;
    asa_delegation_way_t way;
} mod_asa_ticket_answer_t;

/* In each child. */
void mod_asa_back_end_tickets_start(apr_pool_t *pchild, server_rec *main_server,
                                    apr_thread_pool_t *threads);

/* The answer; *entry is held as long as it is used (release: lookup.h), NULL when the answer is of
 * no entry.  *kept: no KDC was asked.  Waits a few seconds at most; a KDC that did not answer is
 * not waited for again for some more seconds. */
const mod_asa_ticket_answer_t *
mod_asa_back_end_tickets_get(const mod_asa_ticket_question_t *question, apr_pool_t *pool,
                             mod_asa_lookup_entry_t **entry, bool *kept);

#endif
