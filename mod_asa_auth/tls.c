/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks mod_ssl about a connection.
 */
#include "mod_asa_auth/tls.h"

#include <string.h>

#include <apr_optional.h>
#include <mod_ssl.h>

#include "mod_asa_auth/config.h"

static APR_OPTIONAL_FN_TYPE(ssl_is_https) * is_https;
static APR_OPTIONAL_FN_TYPE(ssl_var_lookup) * look_up;

void mod_asa_tls_retrieve(void)
{
    is_https = APR_RETRIEVE_OPTIONAL_FN(ssl_is_https);
    look_up = APR_RETRIEVE_OPTIONAL_FN(ssl_var_lookup);
}

/* A stream of HTTP/2 has a connection of its own; TLS belongs to its master. */
bool mod_asa_tls_is_on(conn_rec *c)
{
    return is_https != NULL && is_https(c->master != NULL ? c->master : c);
}

size_t mod_asa_tls_bindings(request_rec *r, const asa_channel_bindings_t **out)
{
    const mod_asa_server_t *server = mod_asa_config_server(r->server);
    asa_channel_bindings_t *bindings;
    const char *pem;

    if (server->certificates_set) {
        *out = (const asa_channel_bindings_t *)server->certificates->elts;
        return (size_t)server->certificates->nelts;
    }
    if (look_up == NULL || !mod_asa_tls_is_on(r->connection)) {
        return 0;
    }
    /* mod_ssl answers with the certificate that was negotiated on this connection (RSA or ECDSA).
     */
    pem = look_up(r->pool, r->server, r->connection, r, (char *)"SSL_SERVER_CERT");
    bindings = apr_palloc(r->pool, sizeof *bindings);
    if (pem == NULL || *pem == '\0' ||
        asa_channel_bindings_from_pem(r->pool, pem, strlen(pem), bindings) != NULL) {
        return 0; /* no certificate, or a signature for which no bindings are defined */
    }
    *out = bindings;
    return 1;
}
