/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes and finds what belongs to a connection.
 */
#include "mod_asa_auth/connection.h"

int mod_asa_connection_prepare(conn_rec *c, void *socket)
{
    if (c->master == NULL) {
        ap_set_module_config(c->conn_config, &asa_auth_module,
                             apr_pcalloc(c->pool, sizeof(mod_asa_connection_t)));
    }
    return OK;
}

mod_asa_connection_t *mod_asa_connection_of(conn_rec *c)
{
    return ap_get_module_config((c->master != NULL ? c->master : c)->conn_config, &asa_auth_module);
}
