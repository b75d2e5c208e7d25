/* SPDX-License-Identifier: Apache-2.0
 *
 * Guards what a proxied request carries to the back end, and what comes back.
 */
#include "mod_asa_auth/back_end.h"

#include <string.h>
#include <strings.h>

#include <apr_optional_hooks.h>
#include <http_core.h>
#include <http_protocol.h>
#include <mod_proxy.h>
#include <util_filter.h>

#include "mod_asa_auth/back_end_auth.h"
#include "mod_asa_auth/config.h"
#include "mod_asa_auth/exchange.h"
#include "mod_asa_auth/refusal.h"
#include "mod_asa_auth/relay.h"

static ap_filter_rec_t *filter;

/* Known in fixups for ProxyPass and a rewrite, and only now for a handler "proxy:URL". */
bool mod_asa_back_end_is_asked(const request_rec *r)
{
    return r->proxyreq == PROXYREQ_REVERSE || (r->proxyreq == PROXYREQ_NONE && r->handler != NULL &&
                                               strncmp(r->handler, "proxy:", 6) == 0);
}

/* Is the Authorization meant for us?  So it is in every place of ours, also where somebody was let
 * in for another reason than a ticket, and after an internal redirect out of such a place. */
static bool is_ours(request_rec *r)
{
    const mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);
    const char *type = ap_auth_type(r);

    return exchange->decided || exchange->reason != ASA_REASON_NONE ||
           (type != NULL && strcasecmp(type, "Negotiate") == 0);
}

/* The answer is not passed on; the status that the client gets instead. */
static int refuse(request_rec *r, asa_reason_t reason, const char *detail)
{
    const mod_asa_relay_t *relay = &mod_asa_exchange_of(r)->relay;
    const asa_facts_t facts = {.back_end = relay->service, .detail = detail};

    return mod_asa_refusal_of_back_end(r, reason, &facts);
}

/* The request was refused before it was sent, or mod_proxy makes the answer itself
 * (ProxyErrorOverride): then it has put the back end's challenge in the place of our token and
 * would answer with the back end's status.  An answer that the filter below has refused is on its
 * way already: a status here would have httpd write another one behind it. */
static int take_over_status(int *status, request_rec *r)
{
    const mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);

    if (exchange->relay.stopped == r) {
        *status = asa_reason_status(exchange->relay.reason);
        return OK;
    }
    if (*status != HTTP_UNAUTHORIZED || !is_ours(r)) {
        return DECLINED;
    }
    apr_table_unset(r->err_headers_out, "WWW-Authenticate");
    if (exchange->reply != NULL) {
        apr_table_setn(r->err_headers_out, "WWW-Authenticate", exchange->reply);
    }
    *status = refuse(r, ASA_REASON_BACK_END_REFUSED, mod_asa_back_end_auth_doubt(r));
    return OK;
}

/* What the back end does not see still tells mod_cache that an answer is one person's. */
typedef struct {
    const char *authorization;
    bool refused; /* nothing more of the answer is taken */
} guard_t;

/* An answer of 401 becomes an empty 502.  Not by httpd's error bucket: that would lose our token.
 * It is complete with this; mod_proxy is told to read no more of the back end's, which may have no
 * end (the OUT channel of RPC over HTTP), and to close that connection.  A part of a page has no
 * answer of its own: who includes it gets the status. */
static apr_status_t refuse_answer(ap_filter_t *f, apr_bucket_brigade *brigade, asa_reason_t reason,
                                  const char *detail)
{
    request_rec *r = f->r;

    r->status = refuse(r, reason, detail);
    apr_table_clear(r->headers_out);
    ap_set_content_length(r, 0);
    r->status_line = NULL;
    apr_brigade_cleanup(brigade);
    if (r->main != NULL) {
        mod_asa_exchange_of(r)->relay.stopped = r;
    } else {
        APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(f->c->bucket_alloc));
        ap_pass_brigade(f->next, brigade);
    }
    return APR_ECONNABORTED;
}

/* The answer's own headers give way to those that this server has set. */
static apr_status_t filter_answer(ap_filter_t *f, apr_bucket_brigade *brigade)
{
    request_rec *r = f->r;
    guard_t *guard = f->ctx;
    asa_reason_t reason;
    const char *detail;

    if (guard->refused) {
        apr_brigade_cleanup(brigade);
        return APR_ECONNABORTED;
    }
    if (guard->authorization != NULL) {
        apr_table_setn(r->headers_in, "Authorization", guard->authorization);
    }
    reason = mod_asa_back_end_auth_judge(r, &detail);
    if (reason != ASA_REASON_NONE) {
        guard->refused = true;
        return refuse_answer(f, brigade, reason, detail);
    }
    apr_table_unset(r->headers_out, "WWW-Authenticate");
    apr_table_unset(r->headers_out, "Persistent-Auth"); /* of its connection, not of this one */
    if (apr_table_get(r->err_headers_out, "request-id") != NULL) {
        apr_table_unset(r->headers_out, "request-id");
    }
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, brigade);
}

/* AsaBackendAuth pass: the ticket that has signed the user in here, and nothing else. */
static bool may_pass(request_rec *r)
{
    return mod_asa_config_place(r)->back_end_auth == MOD_ASA_BACK_END_PASS &&
           mod_asa_exchange_of(r)->sign_in.identity != NULL;
}

static int stand_guard(request_rec *r)
{
    guard_t *guard;

    if (!mod_asa_back_end_is_asked(r)) {
        return DECLINED;
    }
    mod_asa_relay_begin(r);
    if (is_ours(r)) {
        guard = apr_pcalloc(r->pool, sizeof *guard);
        if (!may_pass(r)) {
            guard->authorization = apr_table_get(r->headers_in, "Authorization");
            apr_table_unset(r->headers_in, "Authorization");
        }
        ap_add_output_filter_handle(filter, guard, r, r->connection);
    }
    return DECLINED;
}

void mod_asa_back_end_register(void)
{
    /* mod_cache decides whether it may look into the cache. */
    static const char *const cache[] = {"mod_cache.c", NULL};

    filter = ap_register_output_filter("asa-back-end", filter_answer, NULL, AP_FTYPE_CONTENT_SET);
    ap_hook_handler(stand_guard, cache, NULL, APR_HOOK_REALLY_FIRST);
    APR_OPTIONAL_HOOK(proxy, request_status, take_over_status, NULL, NULL, APR_HOOK_MIDDLE);
}
