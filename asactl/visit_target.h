/* SPDX-License-Identifier: Apache-2.0
 *
 * Which URL of a node's own httpd a visit may go to: a virtual host that it serves, at the port
 * where that is, and nothing else.
 *
 * Pure; results live in the pool given.
 */
#ifndef ASACTL_VISIT_TARGET_H
#define ASACTL_VISIT_TARGET_H

#include <stdbool.h>

#include "asactl/node_served.h"
#include "core/channel_bindings.h"

typedef struct asactl_visit_target_t {
    const asactl_node_served_t *served; /* NULL: nobody knows what httpd serves */
    const char *status;                 /* URL of its page, whose port is preferred; NULL: none */
} asactl_visit_target_t;

/* The URL for this host, at the path, or (NULL) at a place that asks for Negotiate, first one of a
 * protocol.  A host without a dot is visited under the ServerName of its virtual host.  *server is
 * that virtual host; NULL: it is not known.  Returns NULL if none has the host. */
const char *asactl_visit_target_find(apr_pool_t *pool, const asactl_visit_target_t *target,
                                     const char *host, const char *path,
                                     const asactl_node_server_t **server);

/* Does this URL lead to what find() would lead to for its host? */
bool asactl_visit_target_allows(apr_pool_t *pool, const asactl_visit_target_t *target,
                                const char *url, const asactl_node_server_t **server);

/* What a token should be bound to: the certificate that is shown there, unless the virtual host
 * says that its clients see another one. */
asa_channel_bindings_t asactl_visit_target_bindings(apr_pool_t *pool,
                                                    const asactl_node_server_t *server,
                                                    const asa_channel_bindings_t *shown);

/* May a request for this path of the virtual host (NULL: not known) leave a line in the HttpProxy
 * log?  NULL, or why it does not. */
const char *asactl_visit_target_unlogged(apr_pool_t *pool, const asactl_node_server_t *server,
                                         const char *path);

/* A path of the place; NULL if it has wildcards or is a folder. */
const char *asactl_visit_target_path(apr_pool_t *pool, const asactl_node_place_t *place);

#endif
