/* SPDX-License-Identifier: Apache-2.0
 *
 * The half-finished handshake of a client connection: kept from one leg to the next, and for
 * nothing else.
 *
 * Belongs to the client's TCP connection (for HTTP/2 the master of its streams) and is destroyed
 * with it.  A request takes it out to use it; nobody else sees it meanwhile.  Threads: any, also
 * several streams of one connection at once, which is why the memory is not a pool's.
 */
#ifndef MOD_ASA_AUTH_HANDSHAKE_H
#define MOD_ASA_AUTH_HANDSHAKE_H

#include "core/gss.h"
#include "mod_asa_auth/private.h"

typedef struct mod_asa_handshake_t {
    asa_context_t *context;
    unsigned char *token; /* the last one that carried a ticket; NULL if none did yet */
    size_t token_len;
} mod_asa_handshake_t;

/* The pre_connection hook, behind that of connection.h. */
int mod_asa_handshake_prepare(conn_rec *c, void *socket);

/* Takes the handshake of the connection out; NULL if there is none.  The caller destroys it or
 * leaves it. */
mod_asa_handshake_t *mod_asa_handshake_take(conn_rec *c);

/* An empty one; NULL without memory. */
mod_asa_handshake_t *mod_asa_handshake_make(void);

/* Remembers a token that carried a ticket (a copy); without memory there is none to remember, and
 * the sign-in is refused later. */
void mod_asa_handshake_remember(mod_asa_handshake_t *handshake, const unsigned char *token,
                                size_t len);

/* Leaves it for the next leg; one that is there already is destroyed. */
void mod_asa_handshake_leave(conn_rec *c, mod_asa_handshake_t *handshake);

/* NULL is allowed. */
void mod_asa_handshake_destroy(mod_asa_handshake_t *handshake);

#endif
