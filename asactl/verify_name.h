/* SPDX-License-Identifier: Apache-2.0
 *
 * Which service principal names of an account can be signed in to over HTTP, and under which host.
 *
 * Pure; results live in the pool given.
 */
#ifndef ASACTL_VERIFY_NAME_H
#define ASACTL_VERIFY_NAME_H

#include <apr_pools.h>
#include <apr_tables.h>

typedef struct asactl_verify_name_t {
    const char *spn;
    const char *host; /* NULL: it is not tried */
    const char *why;  /* why it is not */
} asactl_verify_name_t;

/* Clients of HTTP ask for http/HOST without a port, and compare the class without case. */
void asactl_verify_name_read(apr_pool_t *pool, const char *spn, asactl_verify_name_t *out);

/* The URL under which clients come to the name.  found: the one that a node has for it, or NULL;
 * path: where no node has one.  Nodes are not trusted to send the caller to another host than the
 * name's own.  A name without a dot needs the host of its virtual host: that of one of the names
 * (asactl_verify_name_t, those with a host), or its own in the domain.  NULL: no URL is known. */
const char *asactl_verify_name_url(apr_pool_t *pool, const asactl_verify_name_t *name,
                                   const apr_array_header_t *names, const char *domain,
                                   const char *found, const char *path);

#endif
