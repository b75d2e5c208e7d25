/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps a half-finished handshake with its connection.
 */
#include "mod_asa_auth/handshake.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "mod_asa_auth/connection.h"

void mod_asa_handshake_destroy(mod_asa_handshake_t *handshake)
{
    if (handshake != NULL) {
        asa_gss_context_destroy(handshake->context);
        free(handshake->token);
        free(handshake);
    }
}

static apr_status_t clear(void *data)
{
    mod_asa_connection_t *connection = data;

    mod_asa_handshake_destroy(atomic_exchange(&connection->handshake, NULL));
    return APR_SUCCESS;
}

int mod_asa_handshake_prepare(conn_rec *c, void *socket)
{
    if (c->master == NULL) {
        apr_pool_cleanup_register(c->pool, mod_asa_connection_of(c), clear, apr_pool_cleanup_null);
    }
    return OK;
}

mod_asa_handshake_t *mod_asa_handshake_take(conn_rec *c)
{
    mod_asa_connection_t *connection = mod_asa_connection_of(c);

    return connection != NULL ? atomic_exchange(&connection->handshake, NULL) : NULL;
}

mod_asa_handshake_t *mod_asa_handshake_make(void)
{
    return calloc(1, sizeof(mod_asa_handshake_t));
}

void mod_asa_handshake_remember(mod_asa_handshake_t *handshake, const unsigned char *token,
                                size_t len)
{
    free(handshake->token);
    handshake->token_len = len;
    handshake->token = malloc(len + 1);
    if (handshake->token != NULL) {
        memcpy(handshake->token, token, len);
    }
}

void mod_asa_handshake_leave(conn_rec *c, mod_asa_handshake_t *handshake)
{
    mod_asa_connection_t *connection = mod_asa_connection_of(c);

    mod_asa_handshake_destroy(
        connection != NULL ? atomic_exchange(&connection->handshake, handshake) : handshake);
}
