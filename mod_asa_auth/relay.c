/* SPDX-License-Identifier: Apache-2.0
 *
 * Notes times and status of what mod_proxy relays.
 */
#include "mod_asa_auth/relay.h"

#include <string.h>

#include <apr_optional_hooks.h>
#include <apr_uri.h>
#include <http_protocol.h>
#include <mod_proxy.h>
#include <util_filter.h>

#include "mod_asa_auth/exchange.h"

static ap_filter_rec_t *filter;

/* mod_proxy's mark of an answer that the back end broke off. */
static bool is_broken(apr_bucket_brigade *brigade)
{
    for (apr_bucket *bucket = APR_BRIGADE_FIRST(brigade); bucket != APR_BRIGADE_SENTINEL(brigade);
         bucket = APR_BUCKET_NEXT(bucket)) {
        if (AP_BUCKET_IS_ERROR(bucket)) {
            return true;
        }
    }
    return false;
}

static apr_status_t measure(ap_filter_t *f, apr_bucket_brigade *brigade)
{
    mod_asa_relay_t *relay = &mod_asa_exchange_of(f->r)->relay;
    bool last = !APR_BRIGADE_EMPTY(brigade) && APR_BUCKET_IS_EOS(APR_BRIGADE_LAST(brigade));
    apr_time_t begin = apr_time_now();
    apr_status_t status;

    if (relay->asked != 0 && relay->answered == 0) {
        relay->answered = begin;
        relay->status = f->r->status;
    }
    relay->broken = relay->broken || is_broken(brigade);
    if (last) {
        ap_remove_output_filter(f);
    }
    status = ap_pass_brigade(f->next, brigade);
    relay->done = apr_time_now();
    relay->client_writes += relay->done - begin;
    return status;
}

const char *mod_asa_relay_target(const request_rec *r)
{
    apr_uri_t uri;

    return r->filename != NULL && strncmp(r->filename, "proxy:", 6) == 0 &&
                   apr_uri_parse(r->pool, r->filename + 6, &uri) == APR_SUCCESS
               ? uri.hostname
               : NULL;
}

/* Once for each attempt, on the head that goes to the back end and nowhere else. */
static int note_attempt(request_rec *r)
{
    mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);

    const char *target = mod_asa_relay_target(r);

    exchange->relay.asked = apr_time_now();
    if (target != NULL) {
        apr_table_setn(r->subprocess_env, "ASA_TARGET", target);
    }
    if (apr_table_get(r->err_headers_out, "request-id") != NULL) {
        apr_table_setn(r->headers_in, "request-id", exchange->request_id);
    }
    return OK;
}

/* Looked at, not read: what is there may be the rest of the body, or the next request. */
static bool has_left(request_rec *r)
{
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    apr_status_t status = ap_get_brigade(r->connection->input_filters, brigade, AP_MODE_SPECULATIVE,
                                         APR_NONBLOCK_READ, 1);

    apr_brigade_destroy(brigade);
    return status != APR_SUCCESS && !APR_STATUS_IS_EAGAIN(status);
}

/* Where there was no answer.  Where the client leaves in the middle of the body, as every IN
 * channel of RPC over HTTP ends, mod_proxy makes 400 of it, as of a body that breaks the rules.  A
 * back end that ends in the middle of its TLS handshake is a bad gateway, which mod_proxy takes for
 * an error of its own. */
static int note_end(int *status, request_rec *r)
{
    mod_asa_relay_t *relay = &mod_asa_exchange_of(r)->relay;

    if (relay->asked != 0 && relay->answered == 0) {
        if (*status == HTTP_INTERNAL_SERVER_ERROR) {
            *status = HTTP_BAD_GATEWAY;
        }
        relay->failed = *status;
        relay->client_left = *status == HTTP_BAD_REQUEST && has_left(r);
    }
    return DECLINED;
}

void mod_asa_relay_begin(request_rec *r)
{
    ap_add_output_filter_handle(filter, NULL, r, r->connection);
}

void mod_asa_relay_register(void)
{
    /* In front of whatever changes the answer, as the back end gave it. */
    filter = ap_register_output_filter("asa-relay", measure, NULL, AP_FTYPE_CONTENT_SET - 1);
    APR_OPTIONAL_HOOK(proxy, fixups, note_attempt, NULL, NULL, APR_HOOK_MIDDLE);
    APR_OPTIONAL_HOOK(proxy, request_status, note_end, NULL, NULL, APR_HOOK_FIRST);
}
