/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of an answer's head (RFC 9112 section 5), one at a time, as they come from a server.
 *
 * Hostile: what is no name and value without control characters is not taken.  Pure; copies live in
 * the pool given.
 */
#ifndef ASACTL_HTTP_HEADER_H
#define ASACTL_HTTP_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>

/* Name and value, without the white space around the value; false for anything else, such as the
 * status line and the line that ends a head.  The line may have its CR LF or not. */
bool asactl_http_header_read(apr_pool_t *pool, const char *line, size_t len, const char **name,
                             const char **value);

/* The status of a status line ("HTTP/1.1 200 OK"); 0: it is none. */
int asactl_http_header_status(const char *line, size_t len);

/* Is this the empty line that ends a head? */
bool asactl_http_header_ends(const char *line, size_t len);

#endif
