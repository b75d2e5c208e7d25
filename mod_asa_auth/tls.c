/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks mod_ssl about its certificates and connections.
 */
#include "mod_asa_auth/tls.h"

#include <string.h>
#include <strings.h>

#include <apr_optional.h>
#include <apr_optional_hooks.h>
#include <mod_ssl.h>
#include <openssl/ssl.h>

#include "mod_asa_auth/config.h"

/* mod_ssl's hook for each server with TLS, at the end of its configuration.  Distributions leave
 * out the header that declares it, mod_ssl_openssl.h. */
APR_DECLARE_EXTERNAL_HOOK(ssl, SSL, int, init_server,
                          (server_rec * s, apr_pool_t *p, int is_proxy, SSL_CTX *ctx))

static APR_OPTIONAL_FN_TYPE(ssl_is_https) * is_https;
static APR_OPTIONAL_FN_TYPE(ssl_var_lookup) * look_up;

/* The certificates of a server, of which OpenSSL holds one for each type of key. */
struct mod_asa_tls_shown_t {
    apr_array_header_t *bindings;  /* asa_channel_bindings_t; without those that define none */
    apr_array_header_t *key_types; /* const char *, the name of each one's type of key */
    int total;                     /* with those that define none */
};

static void keep_certificate(apr_pool_t *pool, X509 *certificate, mod_asa_tls_shown_t *shown)
{
    asa_channel_bindings_t bindings;

    shown->total++;
    if (asa_channel_bindings_from_certificate(pool, certificate, &bindings) == NULL) {
        *(asa_channel_bindings_t *)apr_array_push(shown->bindings) = bindings;
        *(const char **)apr_array_push(shown->key_types) =
            asa_channel_bindings_key_type(certificate);
    }
}

/* Hashes every certificate that the server may show, once, and leaves OpenSSL's present one as it
 * was. */
static int keep_certificates(server_rec *server, apr_pool_t *pool, int is_proxy, SSL_CTX *ctx)
{
    X509 *present = SSL_CTX_get0_certificate(ctx);
    mod_asa_tls_shown_t *shown;

    if (is_proxy || present == NULL) {
        return OK;
    }
    shown = apr_pcalloc(pool, sizeof *shown);
    shown->bindings = apr_array_make(pool, 2, sizeof(asa_channel_bindings_t));
    shown->key_types = apr_array_make(pool, 2, sizeof(const char *));
    for (long next = SSL_CERT_SET_FIRST; SSL_CTX_set_current_cert(ctx, next) == 1;
         next = SSL_CERT_SET_NEXT) {
        keep_certificate(pool, SSL_CTX_get0_certificate(ctx), shown);
    }
    SSL_CTX_select_current_cert(ctx, present);
    mod_asa_config_server(server)->shown = shown;
    return OK;
}

void mod_asa_tls_register(void)
{
    APR_OPTIONAL_HOOK(ssl, init_server, keep_certificates, NULL, NULL, APR_HOOK_MIDDLE);
}

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

static const char *tell(request_rec *r, const char *variable)
{
    const char *value = look_up(r->pool, r->server, r->connection, r, (char *)variable);

    return value != NULL ? value : "";
}

/* Was the handshake made with the certificates of the server that serves the request?  A client may
 * ask for another host of the same server on a connection that it has. */
static bool is_server_of_handshake(request_rec *r)
{
    const char *name = tell(r, "SSL_TLS_SNI");

    return *name != '\0' ? r->hostname != NULL && strcasecmp(name, r->hostname) == 0
                         : r->server == r->connection->base_server;
}

/* Of the server's own certificates: the one that this connection began with, or, as a resumed TLS
 * session does not tell it, every one. */
static size_t choose(request_rec *r, const mod_asa_tls_shown_t *shown,
                     const asa_channel_bindings_t **out)
{
    const asa_channel_bindings_t *bindings = (const void *)shown->bindings->elts;
    const char *type;

    *out = bindings;
    if (shown->total == 1 || strcmp(tell(r, "SSL_SESSION_RESUMED"), "Resumed") == 0) {
        return (size_t)shown->bindings->nelts;
    }
    type = tell(r, "SSL_SERVER_A_KEY");
    for (int i = 0; i < shown->bindings->nelts; i++) {
        if (strcmp(((const char *const *)shown->key_types->elts)[i], type) == 0) {
            *out = &bindings[i];
            return 1;
        }
    }
    return 0;
}

/* Of another server's certificate, as mod_ssl shows it. */
static size_t read_shown(request_rec *r, const asa_channel_bindings_t **out)
{
    const char *pem = tell(r, "SSL_SERVER_CERT");
    asa_channel_bindings_t *bindings = apr_palloc(r->pool, sizeof *bindings);

    if (asa_channel_bindings_from_pem(r->pool, pem, strlen(pem), bindings) != NULL) {
        return 0; /* no certificate, or a signature for which no bindings are defined */
    }
    *out = bindings;
    return 1;
}

size_t mod_asa_tls_bindings(request_rec *r, const asa_channel_bindings_t **out)
{
    const mod_asa_server_t *server = mod_asa_config_server(r->server);

    if (server->certificates_set) {
        *out = (const asa_channel_bindings_t *)server->certificates->elts;
        return (size_t)server->certificates->nelts;
    }
    if (look_up == NULL || !mod_asa_tls_is_on(r->connection)) {
        return 0;
    }
    return server->shown != NULL && is_server_of_handshake(r) ? choose(r, server->shown, out)
                                                              : read_shown(r, out);
}

bool mod_asa_tls_serves(const server_rec *s)
{
    return mod_asa_config_server(s)->shown != NULL;
}

size_t mod_asa_tls_server_bindings(const server_rec *s, const asa_channel_bindings_t **out,
                                   const char **from_out)
{
    const mod_asa_server_t *server = mod_asa_config_server(s);
    const apr_array_header_t *found = NULL;

    if (server->certificates_set) {
        found = server->certificates;
        *from_out = "AsaChannelBindingCertificate";
    } else if (server->shown != NULL) {
        found = server->shown->bindings;
        *from_out = "mod_ssl";
    }
    if (found == NULL || found->nelts == 0) {
        *from_out = NULL;
        return 0;
    }
    *out = (const asa_channel_bindings_t *)found->elts;
    return (size_t)found->nelts;
}
