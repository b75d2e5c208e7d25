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

/* Finds mod_ssl's optional functions, once all modules are there. */
void mod_asa_tls_retrieve(void);

bool mod_asa_tls_is_on(conn_rec *c);

/* The bindings that a client of this request can have made: those of the configured certificates,
 * else of the certificate that mod_ssl used on this connection.  Returns how many there are; *out
 * points to them. */
size_t mod_asa_tls_bindings(request_rec *r, const asa_channel_bindings_t **out);

#endif
