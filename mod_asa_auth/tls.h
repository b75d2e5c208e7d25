/* SPDX-License-Identifier: Apache-2.0
 *
 * TLS as the client sees it: whether the connection has it, and the channel bindings of the
 * certificate that it was shown.
 *
 * Threads: any.
 */
#ifndef MOD_ASA_AUTH_TLS_H
#define MOD_ASA_AUTH_TLS_H

#include <stdbool.h>

#include "core/channel_bindings.h"
#include "mod_asa_auth/private.h"

typedef struct mod_asa_tls_shown_t mod_asa_tls_shown_t;

/* Registers the hook of mod_ssl that shows its certificates. */
void mod_asa_tls_register(void);

/* Finds mod_ssl's optional functions, once all modules are there. */
void mod_asa_tls_retrieve(void);

bool mod_asa_tls_is_on(conn_rec *c);

/* The bindings that a client of this request can have made: those of the configured certificates,
 * else of the one that mod_ssl used on this connection.  Of several that a host has (RSA and ECDSA)
 * every one counts on a resumed TLS session, which does not tell which one the client saw.  Returns
 * how many there are; *out points to them. */
size_t mod_asa_tls_bindings(request_rec *r, const asa_channel_bindings_t **out);

/* Does mod_ssl serve this server?  Once the configuration is read. */
bool mod_asa_tls_serves(const server_rec *s);

/* The bindings that clients of this server are expected to have made: those of the configured
 * certificates, else of every one of mod_ssl's.  *from_out names where they come from,
 * "AsaChannelBindingCertificate" or "mod_ssl"; NULL: there are none. */
size_t mod_asa_tls_server_bindings(const server_rec *s, const asa_channel_bindings_t **out,
                                   const char **from_out);

#endif
