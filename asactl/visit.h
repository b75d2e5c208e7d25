/* SPDX-License-Identifier: Apache-2.0
 *
 * One sign-in for real: a request that brings a token, and what came of it.
 *
 * Who asks a node gives one of three things: a host to look for (which URL leads to it there, and
 * which certificate is shown), a URL with a token to sign in with, or only a request-id, whose line
 * in the HttpProxy log is wanted.  Strings live in the pool of whoever fills them.
 */
#ifndef ASACTL_VISIT_H
#define ASACTL_VISIT_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>

#include "core/channel_bindings.h"

typedef enum {
    ASACTL_VISIT_NOT_MADE,   /* the error says why, if there is one */
    ASACTL_VISIT_FOUND,      /* the host is served: url and bindings are filled */
    ASACTL_VISIT_NOT_SERVED, /* no virtual host there has this name */
    ASACTL_VISIT_ANSWERED,
    ASACTL_VISIT_NOBODY, /* nothing listens */
    ASACTL_VISIT_NO_ADDRESS,
    ASACTL_VISIT_LATE,
    ASACTL_VISIT_UNTRUSTED,
    ASACTL_VISIT_FAILED,
    ASACTL_VISIT_STATES
} asactl_visit_state_t;

/* What the HttpProxy line says; NULL: the line says nothing of it. */
typedef struct asactl_visit_line_t {
    bool seen;
    const char *why; /* it is not seen; NULL: nothing is known, or it was not looked for */
    const char *node, *user, *reason, *package, *spn, *kvno, *etype, *key, *bound;
} asactl_visit_line_t;

typedef struct asactl_visit_t {
    const char *host, *path; /* what to look for; path NULL: a place that asks for Negotiate */
    const char *url;
    const char *authorization;       /* "Negotiate TOKEN" */
    asa_channel_bindings_t bindings; /* for the token; empty: none */
    asactl_visit_state_t state;
    const char *error; /* a sentence without its subject, which is the URL; where nobody listens,
                          the addresses that were tried, or NULL */
    long status;
    const char *reply; /* "Negotiate TOKEN", of WWW-Authenticate; NULL: none came */
    const char *id;    /* request-id; NULL: none came */
    asactl_visit_line_t line;
} asactl_visit_t;

/* Signs in at the URL with the authorization.  address: of this machine, as in http.h; NULL: where
 * DNS says.  Fills state, error, status, reply and id. */
void asactl_visit_make(apr_pool_t *pool, const char *address, const char *ca,
                       asactl_visit_t *visit);

/* The same where DNS says, with an authorization for the very certificate that is shown there:
 * without one first, then with what authorize() gives, a text in the pool; NULL: no more is asked.
 */
typedef const char *asactl_visit_authorize_t(void *baton, apr_pool_t *pool,
                                             const asa_channel_bindings_t *shown);
void asactl_visit_make_bound(apr_pool_t *pool, const char *ca, asactl_visit_authorize_t *authorize,
                             void *baton, asactl_visit_t *visit);

/* The bindings of the certificate that the URL's server shows at that address of this machine;
 * empty if the URL is http, or none is to be had: the visit itself will tell why. */
void asactl_visit_bind(apr_pool_t *pool, const char *address, asactl_visit_t *visit);

/* A text that can be a request-id: hexadecimal digits and '-', at most 64. */
bool asactl_visit_is_id(const char *text);

/* The parts of an http or https URL with a path; false if it is none. */
typedef struct asactl_visit_url_t {
    bool tls;
    const char *host, *port, *path; /* port: decimal, also where the URL has none */
} asactl_visit_url_t;
bool asactl_visit_url(apr_pool_t *pool, const char *url, asactl_visit_url_t *out);

#endif
