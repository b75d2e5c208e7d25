/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds the exchange of a request.
 */
#include "mod_asa_auth/exchange.h"

#include <apr_uuid.h>

/* The request that the client sent: redirects hang on prev, sub-requests on main. */
static request_rec *first_of(request_rec *r)
{
    while (r->prev != NULL || r->main != NULL) {
        r = r->prev != NULL ? r->prev : r->main;
    }
    return r;
}

/* RFC 9562 version 4, as Exchange writes it: lower case with dashes. */
static const char *make_request_id(apr_pool_t *pool)
{
    char *text = apr_palloc(pool, APR_UUID_FORMATTED_LENGTH + 1);
    apr_uuid_t uuid;

    ap_random_insecure_bytes(uuid.data, sizeof uuid.data);
    uuid.data[6] = (unsigned char)((uuid.data[6] & 0x0f) | 0x40);
    uuid.data[8] = (unsigned char)((uuid.data[8] & 0x3f) | 0x80);
    apr_uuid_format(text, &uuid);
    return text;
}

mod_asa_exchange_t *mod_asa_exchange_of(request_rec *r)
{
    request_rec *first = first_of(r);
    mod_asa_exchange_t *exchange = ap_get_module_config(first->request_config, &asa_auth_module);

    if (exchange == NULL) {
        exchange = apr_pcalloc(first->pool, sizeof *exchange);
        exchange->pool = first->pool;
        exchange->request_id = make_request_id(first->pool);
        ap_set_module_config(first->request_config, &asa_auth_module, exchange);
    }
    return exchange;
}
