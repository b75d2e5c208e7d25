/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes the Authorization header for back ends and checks their final tokens.
 */
#include "mod_asa_auth/back_end_auth.h"

#include <dlfcn.h>
#include <strings.h>

#include <apr_optional_hooks.h>
#include <apr_strings.h>
#include <mod_proxy.h>

#include "core/negotiate.h"
#include "mod_asa_auth/back_end_certificate.h"
#include "mod_asa_auth/back_end_tickets.h"
#include "mod_asa_auth/config.h"
#include "mod_asa_auth/exchange.h"
#include "mod_asa_auth/refusal.h"

/* What belongs to the attempt that is on its way, until the request is over. */
typedef struct attempt_t {
    mod_asa_lookup_entry_t *ticket; /* held, as the context needs it */
    const asa_peer_t *peer;         /* whose certificate the token is bound to; NULL: to none */
} attempt_t;

static apr_status_t end_attempt(void *data)
{
    mod_asa_exchange_t *exchange = data;
    attempt_t *attempt = exchange->relay.attempt;

    asa_gss_context_destroy(exchange->relay.context);
    exchange->relay.context = NULL;
    mod_asa_lookup_release(attempt->ticket);
    *attempt = (attempt_t){0};
    return APR_SUCCESS;
}

/* What an earlier attempt has left is of no use to this one, and may be meant for another back end:
 * of this request, or of another that belongs to the same exchange (an ErrorDocument, a part of a
 * page). */
static void leave_earlier_attempt(mod_asa_exchange_t *exchange)
{
    if (exchange->relay.attempt != NULL) {
        end_attempt(exchange);
    }
    exchange->relay.authorization = exchange->relay.service = exchange->relay.way = NULL;
}

static attempt_t *begin_attempt(mod_asa_exchange_t *exchange)
{
    if (exchange->relay.attempt == NULL) {
        exchange->relay.attempt = apr_pcalloc(exchange->pool, sizeof(attempt_t));
        apr_pool_cleanup_register(exchange->pool, exchange, end_attempt, apr_pool_cleanup_null);
    }
    return exchange->relay.attempt;
}

static int refuse(request_rec *r, asa_reason_t reason, const char *back_end, const char *detail)
{
    asa_facts_t facts = {.back_end = back_end, .detail = detail};

    mod_asa_exchange_of(r)->relay.stopped = r;
    return mod_asa_refusal_of_back_end(r, reason, &facts);
}

/* The host that the configuration names: of a worker for any host, the URL could come from the
 * client. */
static const char *host_of(const proxy_worker *worker, const apr_uri_t *uri)
{
    return uri->hostname != NULL && strncasecmp(uri->hostname, worker->s->hostname,
                                                sizeof worker->s->hostname - 1) == 0
               ? uri->hostname
               : NULL;
}

static const char *service_of(request_rec *r, const proxy_worker *worker, const apr_uri_t *uri)
{
    const char *configured = mod_asa_config_place(r)->back_end_service;
    const char *host = host_of(worker, uri);

    if (configured != NULL) {
        return configured;
    }
    return host != NULL ? apr_pstrcat(mod_asa_exchange_of(r)->pool, "HTTP/", host, NULL) : NULL;
}

/* The name that mod_proxy tells the back end's TLS: that of its worker, or with ProxyPreserveHost
 * the one that the client asked for. */
static const char *server_name(request_rec *r, const apr_uri_t *uri)
{
    module *proxy = ap_find_linked_module("mod_proxy.c");
    const proxy_dir_conf *place =
        proxy != NULL ? ap_get_module_config(r->per_dir_config, proxy) : NULL;

    return place != NULL && place->preserve_host && r->hostname != NULL ? r->hostname
                                                                        : uri->hostname;
}

static const asa_channel_bindings_t *bindings_of(request_rec *r, attempt_t *attempt,
                                                 const apr_uri_t *uri)
{
    const asa_channel_bindings_t *configured = mod_asa_config_place(r)->back_end_bindings;
    asa_peer_t *peer;

    if (strcasecmp(uri->scheme, "https") != 0) {
        return NULL;
    }
    if (configured != NULL) {
        return configured;
    }
    peer = apr_palloc(mod_asa_exchange_of(r)->pool, sizeof *peer);
    peer->host = uri->hostname;
    peer->port = uri->port_str != NULL ? uri->port_str : "443";
    peer->server_name = server_name(r, uri);
    attempt->peer = peer;
    return mod_asa_back_end_certificate_bindings(r->pool, peer);
}

static int make_header(request_rec *r, attempt_t *attempt, const mod_asa_ticket_answer_t *ticket,
                       const char *service, const apr_uri_t *uri)
{
    mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);
    const asa_channel_bindings_t *bindings = bindings_of(r, attempt, uri);
    const unsigned char *token;
    size_t len;
    const char *error =
        asa_gss_initiate(ticket->initiator, bindings != NULL ? bindings->bytes : NULL,
                         bindings != NULL ? bindings->len : 0, exchange->pool,
                         &exchange->relay.context, &token, &len);

    if (error != NULL) {
        mod_asa_lookup_forget(attempt->ticket);
        return refuse(r, ASA_REASON_NO_BACK_END_TICKET, service, error);
    }
    exchange->relay.bound = bindings != NULL;
    exchange->relay.authorization = asa_negotiate_write(exchange->pool, token, len);
    return DECLINED;
}

static int sign_in(request_rec *r, const proxy_worker *worker, const apr_uri_t *uri)
{
    mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);
    attempt_t *attempt = begin_attempt(exchange);
    const char *service = service_of(r, worker, uri);
    const mod_asa_ticket_question_t question = {
        .credential = mod_asa_config_server(r->server)->credential,
        .sign_in = &exchange->sign_in,
        .forwarded = exchange->forwarded,
        .service = service,
    };
    const mod_asa_ticket_answer_t *ticket;

    if (service == NULL) {
        return refuse(r, ASA_REASON_BACK_END_UNKNOWN, uri->hostinfo,
                      "no worker of ProxyPass or BalancerMember names this host; name the service "
                      "behind AsaBackendAuth delegate");
    }
    ticket =
        mod_asa_back_end_tickets_get(&question, r->pool, &attempt->ticket, &exchange->relay.kept);
    if (ticket->reason != ASA_REASON_NONE) {
        return refuse(r, ticket->reason, service, ticket->words);
    }
    exchange->relay.service = service;
    exchange->relay.way = asa_delegation_way_name(ticket->way);
    return make_header(r, attempt, ticket, service, uri);
}

/* Why no ticket can go to a URL; NULL if one can.  A back end that answers 101 would have its
 * connection joined to the client's before its proof is looked at. */
static const char *unfit(const request_rec *r, const proxy_worker *worker, const apr_uri_t *uri)
{
    bool upgrades =
        worker->s->upgrade[0] != '\0' && apr_table_get(r->headers_in, "Upgrade") != NULL;

    if (strcasecmp(uri->scheme, "ws") == 0 || strcasecmp(uri->scheme, "wss") == 0 || upgrades) {
        return "a connection that changes its protocol, as WebSocket does, goes without a ticket";
    }
    return strcasecmp(uri->scheme, "http") == 0 || strcasecmp(uri->scheme, "https") == 0
               ? NULL
               : "tickets travel over http and https only";
}

/* mod_proxy has chosen a worker.  What is returned ends the attempt, and the worker stays usable as
 * long as it is not 503: that is made of it in the end. */
static int before_attempt(request_rec *r, proxy_worker *worker, proxy_server_conf *conf, char *url,
                          const char *proxyhost, apr_port_t proxyport)
{
    mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);
    apr_time_t begin = apr_time_now();
    const char *defect;
    apr_uri_t uri;
    int status;

    leave_earlier_attempt(exchange);
    if (mod_asa_config_place(r)->back_end_auth != MOD_ASA_BACK_END_DELEGATE ||
        exchange->sign_in.identity == NULL || r->proxyreq != PROXYREQ_REVERSE) {
        return DECLINED;
    }
    defect = apr_uri_parse(exchange->pool, url, &uri) != APR_SUCCESS || uri.hostname == NULL ||
                     uri.scheme == NULL
                 ? "its URL names no host"
                 : unfit(r, worker, &uri);
    if (defect != NULL) {
        return refuse(r, ASA_REASON_NO_BACK_END_TICKET, worker->s->hostname, defect);
    }
    status = sign_in(r, worker, &uri);
    exchange->relay.header_time += apr_time_now() - begin;
    return status == HTTP_SERVICE_UNAVAILABLE ? HTTP_BAD_GATEWAY : status;
}

/* The head is the attempt's own; what stands in it goes to the back end and nowhere else. */
static int add_header(request_rec *r)
{
    mod_asa_relay_t *relay = &mod_asa_exchange_of(r)->relay;

    if (relay->authorization != NULL) {
        apr_table_setn(r->headers_in, "Authorization", relay->authorization);
        relay->authorization = NULL;
    }
    return OK;
}

typedef struct proof_t {
    apr_pool_t *pool;
    asa_authorization_t negotiate; /* with a token, once it is found */
} proof_t;

/* One of the answer's WWW-Authenticate headers, each of whose challenges reads like an
 * Authorization header; no token holds a comma, and a text in quotes that is taken for one proves
 * nothing. */
static int find_token(void *data, const char *name, const char *value)
{
    proof_t *proof = data;
    asa_authorization_t challenge;
    char *state, *list = apr_pstrdup(proof->pool, value);

    for (char *one = apr_strtok(list, ",", &state); one != NULL;
         one = apr_strtok(NULL, ",", &state)) {
        asa_negotiate_read(proof->pool, one, &challenge);
        if (challenge.scheme == ASA_SCHEME_NEGOTIATE && challenge.token != NULL) {
            proof->negotiate = challenge;
        }
    }
    return 1;
}

const char *mod_asa_back_end_auth_doubt(request_rec *r)
{
    const mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);
    const attempt_t *attempt = exchange->relay.attempt;

    if (attempt != NULL && attempt->ticket != NULL) {
        mod_asa_lookup_forget(attempt->ticket);
    }
    if (attempt != NULL && attempt->peer != NULL) {
        mod_asa_back_end_certificate_doubt(r->pool, attempt->peer);
    }
    if (exchange->relay.service != NULL) {
        return apr_pstrcat(r->pool, "with a ticket for ", exchange->relay.service, NULL);
    }
    return exchange->sign_in.identity != NULL &&
                   mod_asa_config_place(r)->back_end_auth == MOD_ASA_BACK_END_PASS
               ? "with the client's own ticket"
               : "without a ticket";
}

asa_reason_t mod_asa_back_end_auth_judge(request_rec *r, const char **detail)
{
    mod_asa_relay_t *relay = &mod_asa_exchange_of(r)->relay;
    asa_context_t *context = relay->context;
    proof_t proof = {.pool = r->pool};

    *detail = NULL;
    if (r->status == HTTP_UNAUTHORIZED) {
        *detail = mod_asa_back_end_auth_doubt(r);
        return ASA_REASON_BACK_END_REFUSED;
    }
    if (context == NULL) {
        return ASA_REASON_NONE;
    }
    apr_table_do(find_token, &proof, r->headers_out, "WWW-Authenticate", NULL);
    if (proof.negotiate.token == NULL) {
        /* Errors come from where no ticket was looked at yet. */
        *detail = "it sent no final token";
        return ap_is_HTTP_ERROR(r->status) ? ASA_REASON_NONE : ASA_REASON_BACK_END_NOT_PROVEN;
    }
    relay->context = NULL;
    *detail =
        asa_gss_initiate_finish(context, proof.negotiate.token, proof.negotiate.token_len, r->pool);
    return *detail == NULL ? ASA_REASON_NONE : ASA_REASON_BACK_END_NOT_PROVEN;
}

void mod_asa_back_end_auth_meet_proxy(void)
{
    /* Linked by name, as mod_proxy may be loaded after this module, or not at all. */
    void (*hook)(proxy_HOOK_scheme_handler_t *, const char *const *, const char *const *, int);

    *(void **)&hook = dlsym(RTLD_DEFAULT, "proxy_hook_scheme_handler");
    if (hook != NULL) {
        hook(before_attempt, NULL, NULL, APR_HOOK_REALLY_FIRST);
    }
}

void mod_asa_back_end_auth_register(void)
{
    APR_OPTIONAL_HOOK(proxy, fixups, add_header, NULL, NULL, APR_HOOK_MIDDLE);
}

void mod_asa_back_end_auth_start(apr_pool_t *pchild, server_rec *main_server)
{
    apr_thread_pool_t *threads = mod_asa_lookup_threads(pchild);

    mod_asa_back_end_tickets_start(pchild, main_server, threads);
    mod_asa_back_end_certificate_start(pchild, threads);
}
