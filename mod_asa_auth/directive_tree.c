/* SPDX-License-Identifier: Apache-2.0
 *
 * Goes through the tree of the configuration.
 */
#include "mod_asa_auth/directive_tree.h"

#include <string.h>
#include <strings.h>

const ap_directive_t *mod_asa_directive_tree_section(const server_rec *server)
{
    if (!server->is_virtual || server->defn_name == NULL) {
        return NULL;
    }
    for (const ap_directive_t *node = ap_conftree; node != NULL; node = node->next) {
        if (node->line_num == (int)server->defn_line_number && node->filename != NULL &&
            strcasecmp(node->directive, "<VirtualHost") == 0 &&
            strcmp(node->filename, server->defn_name) == 0) {
            return node->first_child;
        }
    }
    return NULL;
}

/* The last one of a level; on stays what it was if there is none. */
static void take_level(const ap_directive_t *node, const char *name, bool *on)
{
    for (; node != NULL; node = node->next) {
        if (strcasecmp(node->directive, name) == 0) {
            *on = strcasecmp(node->args, "on") == 0;
        }
    }
}

bool mod_asa_directive_tree_is_on(const server_rec *server, const char *name)
{
    bool on = false;

    take_level(ap_conftree, name, &on);
    take_level(mod_asa_directive_tree_section(server), name, &on);
    return on;
}
