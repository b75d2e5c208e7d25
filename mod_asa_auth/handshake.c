/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps a half-finished handshake with its connection.
 */
#include "mod_asa_auth/handshake.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    _Atomic(mod_asa_handshake_t *) handshake;
} place_t;

void mod_asa_handshake_destroy(mod_asa_handshake_t *handshake)
{
    if (handshake != NULL) {
        asa_gss_context_destroy(handshake->context);
        free(handshake->token);
        free(handshake);
    }
}

static apr_status_t clear_place(void *data)
{
    place_t *place = data;

    mod_asa_handshake_destroy(atomic_exchange(&place->handshake, NULL));
    return APR_SUCCESS;
}

/* Made here, on the connection's own thread, because its pool is not for the threads of HTTP/2
 * streams. */
int mod_asa_handshake_prepare(conn_rec *c, void *socket)
{
    if (c->master == NULL) {
        place_t *place = apr_pcalloc(c->pool, sizeof *place);
        ap_set_module_config(c->conn_config, &asa_auth_module, place);
        apr_pool_cleanup_register(c->pool, place, clear_place, apr_pool_cleanup_null);
    }
    return OK;
}

static place_t *place_of(conn_rec *c)
{
    return ap_get_module_config((c->master != NULL ? c->master : c)->conn_config, &asa_auth_module);
}

mod_asa_handshake_t *mod_asa_handshake_take(conn_rec *c)
{
    place_t *place = place_of(c);

    return place != NULL ? atomic_exchange(&place->handshake, NULL) : NULL;
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
    place_t *place = place_of(c);

    mod_asa_handshake_destroy(place != NULL ? atomic_exchange(&place->handshake, handshake)
                                            : handshake);
}
