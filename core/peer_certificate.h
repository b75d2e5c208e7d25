/* SPDX-License-Identifier: Apache-2.0
 *
 * Learns which certificate a TLS server shows, for channel bindings to it.
 *
 * The certificate is not verified: bindings to a wrong one only make the server refuse the ticket.
 * The connection that carries a request is verified by who makes it.
 *
 * Any thread; waits for the server at most as long as it is told, once for the connection and once
 * for the handshake.
 */
#ifndef CORE_PEER_CERTIFICATE_H
#define CORE_PEER_CERTIFICATE_H

#include <apr_pools.h>

#include "core/channel_bindings.h"

typedef struct asa_peer_t {
    const char *host;
    const char *port;        /* decimal */
    const char *server_name; /* for the server's choice (RFC 6066 section 3); NULL: none is sent */
} asa_peer_t;

/* The bindings of its certificate, in the pool.  Returns NULL and *out, or a sentence. */
const char *asa_peer_certificate_learn(apr_pool_t *pool, const asa_peer_t *peer, int seconds,
                                       asa_channel_bindings_t *out);

#endif
