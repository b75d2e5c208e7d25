/* SPDX-License-Identifier: Apache-2.0
 *
 * Directives of other modules, which keep what they read to themselves: from the tree of the
 * configuration as it was written.
 */
#ifndef MOD_ASA_AUTH_DIRECTIVE_TREE_H
#define MOD_ASA_AUTH_DIRECTIVE_TREE_H

#include <stdbool.h>

#include <util_cfgtree.h>

#include "mod_asa_auth/private.h"

/* The first directive in the <VirtualHost> of a server; NULL for the main server, whose begin with
 * ap_conftree.  Any thread, once the configuration is read. */
const ap_directive_t *mod_asa_directive_tree_section(const server_rec *server);

/* Is a directive that is "On" or "Off" on for the server: by its own last one, else by the main
 * server's? */
bool mod_asa_directive_tree_is_on(const server_rec *server, const char *name);

#endif
