/* SPDX-License-Identifier: Apache-2.0
 *
 * Gets one page, from an address of this machine or from wherever DNS says; the only file that
 * calls libcurl.
 *
 * To an address of this machine the connection begins there, too, so that httpd takes it for what
 * it is: local.  The URL's host is what TLS and httpd see; then no name is looked up.  No proxy is
 * asked, no redirect followed, nothing sent but the request.  An answer is bounded in size and
 * time.
 */
#ifndef ASACTL_HTTP_H
#define ASACTL_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>
#include <apr_tables.h>

#include "core/channel_bindings.h"

#define ASACTL_HTTP_SIZE_MAX (1024 * 1024)

typedef enum {
    ASACTL_HTTP_ANSWERED,
    ASACTL_HTTP_NOBODY,     /* the connection was refused: nothing listens there */
    ASACTL_HTTP_NO_ADDRESS, /* DNS knows no address of the host */
    ASACTL_HTTP_LATE,       /* no answer within the time */
    ASACTL_HTTP_UNTRUSTED,  /* its certificate is not vouched for, or names another host */
    ASACTL_HTTP_FAILED
} asactl_http_result_t;

/* An Authorization for the certificate that the server has shown, in the pool; NULL: no more is
 * asked.  certificate: its bindings; empty where there are none.  May be called again. */
typedef const char *asactl_http_authorize_t(void *baton, apr_pool_t *pool,
                                            const asa_channel_bindings_t *certificate);

typedef struct asactl_http_request_t {
    const char *url;     /* http or https */
    const char *address; /* of this machine, IPv4 or IPv6; the port is the URL's.  NULL: DNS */
    const char *ca;      /* file with the certificates that TLS trusts, no others */
    const char *accept;  /* media type; NULL: any */
    const char *authorization; /* "Negotiate ..."; NULL: none.  Sent only to a server that proved
                                  its name, where the URL is https */
    asactl_http_authorize_t
        *authorize; /* NULL: the header above.  Else the page is asked for without
                       one first, and then again on that very connection: behind
                       a balancer, another one may lead to another certificate */
    void *baton;
    bool only_head; /* a body that is longer than it may be, or does not end, does no
                       harm */
    int seconds;    /* for all of it */
} asactl_http_request_t;

typedef struct asactl_http_page_t {
    long status;                /* 200 */
    const char *type;           /* Content-Type; "" without one */
    const apr_table_t *headers; /* of the final answer; repeated ones repeat */
    const unsigned char *bytes; /* of the body; none of it with only_head */
    size_t len;
    const char *error; /* why it failed, a sentence without its subject; NULL: it did not */
} asactl_http_page_t;

/* Strings live in the pool. */
asactl_http_result_t asactl_http_get(apr_pool_t *pool, const asactl_http_request_t *request,
                                     asactl_http_page_t *out);

#endif
