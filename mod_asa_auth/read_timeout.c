/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds RequestReadTimeout in the tree of the configuration.
 */
#include "mod_asa_auth/read_timeout.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>
#include <http_config.h>

#include "mod_asa_auth/directive_tree.h"

#define PARTS 3

static const char *const keys[PARTS] = {"handshake", "header", "body"};

static void take_part(apr_pool_t *pool, const char *word, const char *parts[PARTS])
{
    for (int i = 0; i < PARTS; i++) {
        size_t len = strlen(keys[i]);
        if (strncasecmp(word, keys[i], len) == 0 && word[len] == '=') {
            parts[i] = apr_pstrcat(pool, keys[i], word + len, NULL);
        }
    }
}

/* The directives of one section; the last counts for each part. */
static void take_level(apr_pool_t *pool, const ap_directive_t *node, const char *parts[PARTS])
{
    for (; node != NULL; node = node->next) {
        const char *args = node->args;
        if (strcasecmp(node->directive, "RequestReadTimeout") != 0) {
            continue;
        }
        while (args != NULL && *args != '\0') {
            take_part(pool, ap_getword_conf(pool, &args), parts);
        }
    }
}

const char *mod_asa_read_timeout_of(apr_pool_t *pool, const server_rec *server)
{
    /* The defaults of httpd 2.4.39 and later. */
    const char *parts[PARTS] = {"handshake=0", "header=20-40,MinRate=500", "body=20,MinRate=500"};

    if (ap_find_linked_module("mod_reqtimeout.c") == NULL) {
        return NULL;
    }
    take_level(pool, ap_conftree, parts);
    take_level(pool, mod_asa_directive_tree_section(server), parts);
    return apr_pstrcat(pool, parts[0], " ", parts[1], " ", parts[2], NULL);
}
