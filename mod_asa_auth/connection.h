/* SPDX-License-Identifier: Apache-2.0
 *
 * What is known of a client's TCP connection beyond one request.
 *
 * Lives in the connection's pool.  Threads: of HTTP/1, the one that serves the connection's present
 * request; HTTP/2 has several at once, and they may use what is atomic only.
 */
#ifndef MOD_ASA_AUTH_CONNECTION_H
#define MOD_ASA_AUTH_CONNECTION_H

#include <stdatomic.h>
#include <stdbool.h>

#include "mod_asa_auth/private.h"

typedef struct mod_asa_connection_t {
    _Atomic(struct mod_asa_handshake_t *) handshake; /* see handshake.h */
    struct mod_asa_kept_t *kept;                     /* see persistent_auth.h; not for HTTP/2 */
    bool proxy_seen;                                 /* likewise; once true, for good */
} mod_asa_connection_t;

/* The pre_connection hook.  Makes it, on the connection's own thread, because the connection's pool
 * is not for the threads of HTTP/2 streams. */
int mod_asa_connection_prepare(conn_rec *c, void *socket);

/* Of this connection, or of the one that the HTTP/2 stream c belongs to; NULL if there is none. */
mod_asa_connection_t *mod_asa_connection_of(conn_rec *c);

#endif
