/* SPDX-License-Identifier: Apache-2.0
 *
 * The half-finished handshake of a client connection: kept from one leg to the next, and for
 * nothing else.
 *
 * Belongs to the client's TCP connection (for HTTP/2 the master of its streams) and is destroyed
 * with it.  A request takes it out to use it; nobody else sees it meanwhile.  Threads: any, also
 * several streams of one connection at once.
 */
#ifndef MOD_ASA_AUTH_HANDSHAKE_H
#define MOD_ASA_AUTH_HANDSHAKE_H

#include "core/gss.h"
#include "mod_asa_auth/private.h"

/* Called for each new connection. */
int mod_asa_handshake_prepare(conn_rec *c, void *socket);

/* Takes the context of the connection out; NULL if there is none.  The caller owns it. */
asa_context_t *mod_asa_handshake_take(conn_rec *c);

/* Leaves a context for the next leg; one that is there already is destroyed.  Without a place for
 * it (no connection state) it is destroyed. */
void mod_asa_handshake_leave(conn_rec *c, asa_context_t *context);

#endif
