/* SPDX-License-Identifier: Apache-2.0
 *
 * AsaPersistentAuth: the identity that a ticket has proven stays with the client's TCP connection,
 * and following requests that bring no credentials live on it (Persistent-Auth, MS-N2HT).
 *
 * What is kept belongs to the connection's pool and is dropped by any 401, by any request that
 * brings credentials (a good ticket's identity takes its place), by a sign of a proxy, and when its
 * time is over.  Nothing is kept of or used by HTTP/2, whose streams share a connection.
 *
 * Threads: of HTTP/1, the one that serves the connection's present request.
 */
#ifndef MOD_ASA_AUTH_PERSISTENT_AUTH_H
#define MOD_ASA_AUTH_PERSISTENT_AUTH_H

#include <stdbool.h>

#include "mod_asa_auth/private.h"

/* At the end of configuration.  NULL, or a sentence if the configuration cannot be safe. */
const char *mod_asa_persistent_auth_configure(apr_pool_t *pool, const server_rec *main_server);

void mod_asa_persistent_auth_register(void);

/* For a request without credentials: puts what its connection has kept into its exchange, where it
 * is still to be judged by the rules of the place.  False, and nothing is kept any more: there is
 * nothing that may be used here. */
bool mod_asa_persistent_auth_recall(request_rec *r);

/* Drops what the connection of this request has kept. */
void mod_asa_persistent_auth_drop(request_rec *r);

#endif
