/* SPDX-License-Identifier: Apache-2.0
 *
 * The RequestReadTimeout that is in force for a server, from the tree of the configuration, as
 * mod_reqtimeout keeps its own to itself.
 */
#ifndef MOD_ASA_AUTH_READ_TIMEOUT_H
#define MOD_ASA_AUTH_READ_TIMEOUT_H

#include "mod_asa_auth/private.h"

/* "handshake=0 header=20-40,MinRate=500 body=20,MinRate=500": each part by the server's own
 * directives, else by the main server's, else the built-in default.  NULL: mod_reqtimeout is not
 * loaded.  Any thread, once the configuration is read. */
const char *mod_asa_read_timeout_of(apr_pool_t *pool, const server_rec *server);

#endif
