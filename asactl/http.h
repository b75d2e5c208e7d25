/* SPDX-License-Identifier: Apache-2.0
 *
 * Gets one page from an address of this machine, whatever host its URL names; the only file that
 * calls libcurl.
 *
 * The connection begins and ends at that address, so that httpd takes it for what it is: local. The
 * URL's host is what TLS and httpd see; no name is looked up, no proxy asked, no redirect
 * followed, nothing sent but the request.  An answer is bounded in size and time.
 */
#ifndef ASACTL_HTTP_H
#define ASACTL_HTTP_H

#include <stddef.h>

#include <apr_pools.h>

#define ASACTL_HTTP_SIZE_MAX (1024 * 1024)

typedef enum {
    ASACTL_HTTP_ANSWERED,
    ASACTL_HTTP_NOBODY, /* the connection was refused: nothing listens there */
    ASACTL_HTTP_FAILED
} asactl_http_result_t;

typedef struct asactl_http_page_t {
    long status;      /* 200 */
    const char *type; /* Content-Type; "" without one */
    const unsigned char *bytes;
    size_t len;
    const char *error; /* why it failed, a sentence without its subject; NULL: it did not */
} asactl_http_page_t;

/* url: http or https.  address: one of this machine, IPv4 or IPv6; the port is the URL's.  ca: file
 * with the certificates that TLS trusts, no others.  Strings live in the pool. */
asactl_http_result_t asactl_http_get(apr_pool_t *pool, const char *url, const char *address,
                                     const char *ca, asactl_http_page_t *out);

#endif
