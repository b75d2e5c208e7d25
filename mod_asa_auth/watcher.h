/* SPDX-License-Identifier: Apache-2.0
 *
 * The module's own thread in each child: calls one function four times a second, until the child
 * ends.
 */
#ifndef MOD_ASA_AUTH_WATCHER_H
#define MOD_ASA_AUTH_WATCHER_H

#include "mod_asa_auth/private.h"

typedef void mod_asa_watcher_tick_t(server_rec *main_server);

/* Starts the thread; it is ended and joined before pchild is cleared.  Returns 0 or an error
 * number. */
int mod_asa_watcher_start(apr_pool_t *pchild, server_rec *main_server,
                          mod_asa_watcher_tick_t *tick);

#endif
