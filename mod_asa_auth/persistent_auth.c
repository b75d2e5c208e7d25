/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps, recalls and drops the identity of a connection, and tells the client.
 */
#include "mod_asa_auth/persistent_auth.h"

#include <string.h>

#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>
#include <util_filter.h>

#include "core/persistence.h"
#include "mod_asa_auth/config.h"
#include "mod_asa_auth/connection.h"
#include "mod_asa_auth/exchange.h"
#include "mod_asa_auth/flood.h"
#include "mod_asa_auth/front_proxy.h"
#include "mod_asa_auth/tls.h"

typedef struct mod_asa_kept_t {
    apr_pool_t *pool; /* of its own, below the connection's */
    mod_asa_sign_in_t sign_in;
    const server_rec *server; /* whose rules and keys made it */
    apr_time_t until;
    bool forwarded; /* a ticket came along that the client forwarded; it is not kept */
} mod_asa_kept_t;

static ap_filter_rec_t *filter;
static bool wanted_anywhere;

/* NULL for a stream of HTTP/2. */
static mod_asa_connection_t *connection_of(const request_rec *r)
{
    return r->connection->master == NULL ? mod_asa_connection_of(r->connection) : NULL;
}

static void drop(mod_asa_connection_t *connection)
{
    if (connection != NULL && connection->kept != NULL) {
        apr_pool_destroy(connection->kept->pool);
        connection->kept = NULL;
    }
}

void mod_asa_persistent_auth_drop(request_rec *r)
{
    drop(connection_of(r));
}

/* Something between took the client's place: a module for the PROXY protocol or for a header that
 * names the client has put in another address than the connection's other end has. */
static bool has_own_address(const request_rec *r)
{
    apr_socket_t *socket = ap_get_conn_socket(r->connection);
    apr_sockaddr_t *peer = NULL;
    char address[64]; /* not from the connection's pool, which would grow with each request */

    return socket != NULL && apr_socket_addr_get(&peer, APR_REMOTE, socket) == APR_SUCCESS &&
           apr_sockaddr_ip_getbuf(address, sizeof address, peer) == APR_SUCCESS &&
           strcmp(r->useragent_ip, r->connection->client_ip) == 0 &&
           strcmp(r->useragent_ip, address) == 0;
}

/* AsaBackendAuth: does it go without what comes with a ticket and stays with the one request? */
static bool suffices(const request_rec *r, bool forwarded)
{
    mod_asa_back_end_auth_t way = mod_asa_config_place(r)->back_end_auth;

    return way == MOD_ASA_BACK_END_STRIP || (way == MOD_ASA_BACK_END_DELEGATE && !forwarded);
}

static asa_persistence_way_t way_of(const request_rec *r, bool wanted, bool forwarded)
{
    const mod_asa_connection_t *connection = connection_of(r);

    return (asa_persistence_way_t){
        .wanted = wanted,
        .suffices = suffices(r, forwarded),
        .no_proxy = connection == NULL || !connection->proxy_seen,
        .same_address = connection == NULL || has_own_address(r),
        .origin = r->proxyreq == PROXYREQ_NONE || r->proxyreq == PROXYREQ_REVERSE,
        .whole = connection != NULL,
        .tls = mod_asa_tls_is_on(r->connection),
    };
}

/* A proxy in front is a fault of the node's configuration, the rest is as it should be.  What shows
 * one in a request counts for all that follow on its connection. */
static void report(request_rec *r, asa_persistence_t verdict)
{
    mod_asa_connection_t *connection = connection_of(r);
    static const char sentence[] =
        "AsaPersistentAuth is on, but a proxy stands in front of this server and passed on a "
        "request: no identity is kept on its connections. Remove AsaPersistentAuth, as such "
        "connections can be shared by several clients";
    unsigned long repeated;

    if (connection != NULL && verdict == ASA_PERSISTENCE_OTHER_ADDRESS) {
        connection->proxy_seen = true;
    }
    if (verdict != ASA_PERSISTENCE_PROXY_SEEN && verdict != ASA_PERSISTENCE_OTHER_ADDRESS) {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r,
                      "asa: no identity stays with the connection, because %s",
                      asa_persistence_words(verdict));
    } else if (mod_asa_flood_let_through(sentence, APLOG_WARNING, apr_time_now(), &repeated)) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, "asa: %s (%s)", sentence,
                      asa_persistence_words(verdict));
    }
}

static bool holds_keys_of(const request_rec *r, const mod_asa_sign_in_t *sign_in)
{
    mod_asa_credential_t *credential = mod_asa_config_server(r->server)->credential;
    const mod_asa_held_t *held = credential != NULL ? mod_asa_credential_hold(credential) : NULL;
    bool same = held != NULL && held->generation == sign_in->generation;

    mod_asa_credential_release(held);
    return same;
}

bool mod_asa_persistent_auth_recall(request_rec *r)
{
    mod_asa_connection_t *connection = connection_of(r);
    const mod_asa_kept_t *kept = connection != NULL ? connection->kept : NULL;
    mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);
    asa_persistence_use_t facts;
    asa_persistence_t verdict;

    if (kept == NULL) {
        return false;
    }
    facts = (asa_persistence_use_t){
        .way = way_of(r, mod_asa_config_persistent(r), kept->forwarded),
        .kept = true,
        .same_server = kept->server == r->server,
        .same_keys = holds_keys_of(r, &kept->sign_in),
        .has_body = !exchange->empty_body,
        .now = apr_time_now(),
        .until = kept->until,
    };
    verdict = asa_persistence_judge_use(&facts);
    if (verdict != ASA_PERSISTENCE_YES) {
        report(r, verdict);
        drop(connection);
        return false;
    }
    /* A copy: it may be dropped while this request still needs it, for its log line for one. */
    mod_asa_sign_in_copy(exchange->pool, &kept->sign_in, &exchange->sign_in);
    exchange->attempted = "Negotiate";
    exchange->of_connection = true;
    exchange->decided = true;
    return true;
}

static void keep(mod_asa_connection_t *connection, request_rec *r,
                 const asa_persistence_keep_t *facts)
{
    apr_pool_t *pool;
    mod_asa_kept_t *kept;

    if (apr_pool_create(&pool, r->connection->pool) != APR_SUCCESS) {
        return;
    }
    kept = apr_pcalloc(pool, sizeof *kept);
    kept->pool = pool;
    mod_asa_sign_in_copy(pool, &mod_asa_exchange_of(r)->sign_in, &kept->sign_in);
    kept->server = r->server;
    kept->forwarded = mod_asa_exchange_of(r)->forwarded != NULL;
    kept->until = asa_persistence_until(facts->now, facts->expires);
    connection->kept = kept;
}

/* As far as it is known before httpd writes the answer's head. */
static bool stays_open(request_rec *r)
{
    return r->connection->keepalive != AP_CONN_CLOSE && r->server->keep_alive &&
           !ap_find_token(r->pool, apr_table_get(r->headers_in, "Connection"), "close");
}

/* The final answer to a request that brought a ticket: is its identity kept? */
static bool settle_sign_in(request_rec *r, mod_asa_connection_t *connection)
{
    const mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);
    asa_persistence_keep_t facts = {
        .way = way_of(r, true, exchange->forwarded != NULL),
        .signed_in = exchange->sign_in.identity != NULL && exchange->reason == ASA_REASON_NONE,
        .status = r->status,
        .stays = stays_open(r),
        .now = apr_time_now(),
        .expires = exchange->sign_in.expires,
    };
    asa_persistence_t verdict = asa_persistence_judge_keep(&facts);

    drop(connection);
    if (verdict != ASA_PERSISTENCE_YES) {
        report(r, verdict);
        return false;
    }
    keep(connection, r, &facts);
    return connection->kept != NULL;
}

static void settle(request_rec *r)
{
    mod_asa_connection_t *connection = connection_of(r);

    apr_table_unset(r->err_headers_out, "Persistent-Auth");
    apr_table_unset(r->headers_out, "Persistent-Auth");
    if (r->status == HTTP_UNAUTHORIZED) {
        drop(connection);
    } else if (mod_asa_exchange_of(r)->persistent) {
        apr_table_setn(r->err_headers_out, "Persistent-Auth",
                       settle_sign_in(r, connection) ? "true" : "false");
    }
}

/* Sees the head of the answer last, when its status is final. */
static apr_status_t see_answer(ap_filter_t *f, apr_bucket_brigade *brigade)
{
    ap_remove_output_filter(f);
    settle(f->r);
    return ap_pass_brigade(f->next, brigade);
}

static void wait_for_answer(request_rec *r)
{
    const mod_asa_connection_t *connection = connection_of(r);

    if (wanted_anywhere && r->main == NULL &&
        ((connection != NULL && connection->kept != NULL) || mod_asa_exchange_of(r)->persistent)) {
        ap_add_output_filter_handle(filter, NULL, r, r->connection);
    }
}

static int note_header(void *proxy_seen, const char *name, const char *value)
{
    *(bool *)proxy_seen = *(bool *)proxy_seen || asa_persistence_is_of_proxy(name);
    return !*(bool *)proxy_seen;
}

/* The request's header as it came: other modules take away what a proxy has added. */
static int see_request(request_rec *r)
{
    mod_asa_connection_t *connection = connection_of(r);
    const char *length;

    if (!wanted_anywhere || connection == NULL) {
        return DECLINED;
    }
    apr_table_do(note_header, &connection->proxy_seen, r->headers_in, NULL);
    if (connection->proxy_seen || apr_table_get(r->headers_in, "Authorization") != NULL ||
        apr_table_get(r->headers_in, "Proxy-Authorization") != NULL) {
        drop(connection);
    }
    length = apr_table_get(r->headers_in, "Content-Length");
    mod_asa_exchange_of(r)->empty_body = length != NULL && apr_atoi64(length) <= 0;
    return DECLINED;
}

const char *mod_asa_persistent_auth_configure(apr_pool_t *pool, const server_rec *main_server)
{
    return mod_asa_front_proxy_conflict(pool, main_server, &wanted_anywhere);
}

void mod_asa_persistent_auth_register(void)
{
    static const char *const changers[] = {"mod_headers.c", "mod_remoteip.c", NULL};

    /* Behind all that makes the answer, in front of what writes its head. */
    filter = ap_register_output_filter("asa-persistent-auth", see_answer, NULL,
                                       (ap_filter_type)(AP_FTYPE_PROTOCOL - 1));
    ap_hook_post_read_request(see_request, NULL, changers, APR_HOOK_REALLY_FIRST);
    ap_hook_insert_filter(wait_for_answer, NULL, NULL, APR_HOOK_LAST);
    ap_hook_insert_error_filter(wait_for_answer, NULL, NULL, APR_HOOK_LAST);
}
