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

#include "mod_asa_auth/exchange.h"
#include "mod_asa_auth/flood.h"
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

static void report_challenge(request_rec *r)
{
    static const char sentence[] =
        "the back end answered 401 to a request that was proxied to it without a ticket, and the "
        "client gets 502: let the back end trust the name that it is given";
    unsigned long repeated;

    if (mod_asa_flood_let_through(sentence, APLOG_ERR, apr_time_now(), &repeated)) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "asa: %s", sentence);
    }
}

/* ProxyErrorOverride: mod_proxy has put the back end's challenge in the place of our token and
 * would answer with the back end's status. */
static int take_over_status(int *status, request_rec *r)
{
    const mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);

    if (*status != HTTP_UNAUTHORIZED || !is_ours(r)) {
        return DECLINED;
    }
    apr_table_unset(r->err_headers_out, "WWW-Authenticate");
    if (exchange->reply != NULL) {
        apr_table_setn(r->err_headers_out, "WWW-Authenticate", exchange->reply);
    }
    report_challenge(r);
    *status = HTTP_BAD_GATEWAY;
    return OK;
}

/* What the back end does not see still tells mod_cache that an answer is one person's. */
typedef struct {
    const char *authorization;
    bool refused; /* the answer's body is dropped to the end */
} guard_t;

static void drop_data(apr_bucket_brigade *brigade)
{
    apr_bucket *bucket = APR_BRIGADE_FIRST(brigade);

    while (bucket != APR_BRIGADE_SENTINEL(brigade)) {
        apr_bucket *next = APR_BUCKET_NEXT(bucket);
        if (!APR_BUCKET_IS_METADATA(bucket)) {
            apr_bucket_delete(bucket);
        }
        bucket = next;
    }
}

/* An answer of 401 becomes an empty 502.  Not by httpd's error bucket: that would lose our token.
 */
static void refuse_answer(request_rec *r)
{
    report_challenge(r);
    apr_table_clear(r->headers_out);
    ap_set_content_length(r, 0);
    r->status = HTTP_BAD_GATEWAY;
    r->status_line = NULL;
}

/* The answer's own headers give way to those that this server has set. */
static apr_status_t filter_answer(ap_filter_t *f, apr_bucket_brigade *brigade)
{
    request_rec *r = f->r;
    guard_t *guard = f->ctx;

    if (guard->authorization != NULL) {
        apr_table_setn(r->headers_in, "Authorization", guard->authorization);
    }
    if (!guard->refused && r->status == HTTP_UNAUTHORIZED) {
        refuse_answer(r);
        guard->refused = true;
    }
    if (guard->refused) {
        drop_data(brigade);
    } else {
        apr_table_unset(r->headers_out, "WWW-Authenticate");
        apr_table_unset(r->headers_out, "Persistent-Auth"); /* of its connection, not of this one */
        if (apr_table_get(r->err_headers_out, "request-id") != NULL) {
            apr_table_unset(r->headers_out, "request-id");
        }
        ap_remove_output_filter(f);
    }
    return ap_pass_brigade(f->next, brigade);
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
        guard->authorization = apr_table_get(r->headers_in, "Authorization");
        apr_table_unset(r->headers_in, "Authorization");
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
