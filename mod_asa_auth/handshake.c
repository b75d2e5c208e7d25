/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps a half-finished handshake with its connection.
 */
#include "mod_asa_auth/handshake.h"

#include <stdatomic.h>
#include <stddef.h>

typedef struct {
    _Atomic(asa_context_t *) context;
} handshake_t;

static apr_status_t destroy(void *data)
{
    handshake_t *handshake = data;

    asa_gss_context_destroy(atomic_exchange(&handshake->context, NULL));
    return APR_SUCCESS;
}

/* Made here, on the connection's own thread, because its pool is not for the threads of HTTP/2
 * streams. */
int mod_asa_handshake_prepare(conn_rec *c, void *socket)
{
    if (c->master == NULL) {
        handshake_t *handshake = apr_pcalloc(c->pool, sizeof *handshake);
        ap_set_module_config(c->conn_config, &asa_auth_module, handshake);
        apr_pool_cleanup_register(c->pool, handshake, destroy, apr_pool_cleanup_null);
    }
    return OK;
}

static handshake_t *handshake_of(conn_rec *c)
{
    return ap_get_module_config((c->master != NULL ? c->master : c)->conn_config, &asa_auth_module);
}

asa_context_t *mod_asa_handshake_take(conn_rec *c)
{
    handshake_t *handshake = handshake_of(c);

    return handshake != NULL ? atomic_exchange(&handshake->context, NULL) : NULL;
}

void mod_asa_handshake_leave(conn_rec *c, asa_context_t *context)
{
    handshake_t *handshake = handshake_of(c);

    asa_gss_context_destroy(handshake != NULL ? atomic_exchange(&handshake->context, context)
                                              : context);
}
