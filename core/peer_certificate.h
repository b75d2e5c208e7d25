/* SPDX-License-Identifier: Apache-2.0
 *
 * Learns which certificate a TLS server shows, for channel bindings to it, and what a client would
 * think of it.
 *
 * For bindings alone, the certificate is not verified: those to a wrong one only make the server
 * refuse the ticket.  The connection that carries a request is verified by who makes it.
 *
 * Any thread; waits for the server at most as long as it is told, once for the connection and once
 * for the handshake.
 */
#ifndef CORE_PEER_CERTIFICATE_H
#define CORE_PEER_CERTIFICATE_H

#include <apr_pools.h>
#include <apr_time.h>

#include "core/channel_bindings.h"

typedef struct asa_peer_t {
    const char *host;
    const char *port;        /* decimal */
    const char *server_name; /* for the server's choice (RFC 6066 section 3); NULL: none is sent */
} asa_peer_t;

/* The bindings of its certificate, in the pool.  Returns NULL and *out, or a sentence. */
const char *asa_peer_certificate_learn(apr_pool_t *pool, const asa_peer_t *peer, int seconds,
                                       asa_channel_bindings_t *out);

typedef struct asa_peer_view_t {
    asa_channel_bindings_t bindings; /* none for a certificate that defines none */
    apr_time_t until;                /* when it ends to be valid; 0: cannot be said */
    /* Why a client that trusts the CAs and wants the server's name does not take it, a sentence
     * without its subject; NULL: it does.  That the certificate's own time is over is left to
     * until. */
    const char *defect;
} asa_peer_view_t;

/* ca: PEM file with the CAs that count.  Returns NULL and *out, or a sentence if the server cannot
 * be asked or shows no certificate. */
const char *asa_peer_certificate_examine(apr_pool_t *pool, const asa_peer_t *peer, const char *ca,
                                         int seconds, asa_peer_view_t *out);

#endif
