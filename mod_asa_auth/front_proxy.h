/* SPDX-License-Identifier: Apache-2.0
 *
 * What the configuration says about a proxy in front of this server, where AsaPersistentAuth is on:
 * on a connection that such a proxy shares among its clients, one would be served as another.
 *
 * Other modules' configuration is private to them, so their directives are looked for in httpd's
 * tree of directives.
 */
#ifndef MOD_ASA_AUTH_FRONT_PROXY_H
#define MOD_ASA_AUTH_FRONT_PROXY_H

#include <stdbool.h>

#include "mod_asa_auth/private.h"

/* At the end of configuration.  NULL if no server has both, else a sentence from the pool that
 * names the lines and the remedy.  *wanted_out: is AsaPersistentAuth on anywhere? */
const char *mod_asa_front_proxy_conflict(apr_pool_t *pool, const server_rec *main_server,
                                         bool *wanted_out);

#endif
