/* SPDX-License-Identifier: Apache-2.0
 *
 * The arithmetic of an HttpProxy line.
 */
#include "core/httpproxy_latency.h"

#include <stddef.h>

#define LAST_MS    APR_INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */
#define LONGEST_MS APR_INT64_C(2147483647)

static apr_int64_t between(apr_int64_t value, apr_int64_t least, apr_int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

static apr_int64_t milliseconds(apr_time_t when)
{
    return between(when / 1000, 0, LAST_MS);
}

static apr_int64_t count(apr_int64_t latency)
{
    return latency > 0 ? latency : 0;
}

/* Gives a hop its share of what is left of the handler's time. */
static void share(apr_int64_t *hop, apr_int64_t *left)
{
    *hop = between(*hop, -1, *left);
    *left -= count(*hop);
}

static void settle_proxied(asa_httpproxy_latency_t *latency)
{
    apr_int64_t left = latency->handler;

    share(&latency->client_req_stream, &left);
    share(&latency->backend_req_init, &left);
    share(&latency->backend_req_stream, &left);
    share(&latency->backend_processing, &left);
    share(&latency->backend_resp_stream, &left);
    share(&latency->client_resp_stream, &left);
    /* These overlap others and stand in no sum. */
    latency->backend_resp_init = between(latency->backend_resp_init, -1, latency->handler);
    latency->kerberos_auth_header = between(latency->kerberos_auth_header, -1, latency->handler);
    latency->proxy_time = between(latency->proxy_time, -1, latency->handler);

    latency->switching = 0;
    latency->overhead = latency->total - count(latency->client_req_stream) -
                        count(latency->backend_req_stream) - count(latency->backend_processing) -
                        count(latency->backend_resp_stream) - count(latency->client_resp_stream);
    latency->routing = latency->overhead - latency->pipeline;
    latency->core = latency->routing - count(latency->backend_req_init);
}

/* A request that was refused or answered here has no hops, and no column for a phase of 0 ms:
 * that leaves exactly the columns that Exchange fills for a 401. */
static void settle_local(asa_httpproxy_latency_t *latency)
{
    latency->client_req_stream = latency->client_resp_stream = -1;
    latency->backend_req_init = latency->backend_req_stream = -1;
    latency->backend_processing = -1;
    latency->backend_resp_init = latency->backend_resp_stream = -1;
    latency->kerberos_auth_header = latency->proxy_time = -1;

    latency->switching = -1;
    latency->overhead = latency->total;
    latency->routing = -1;
    latency->core = latency->overhead - latency->pipeline;
    if (latency->pipeline == 0) {
        latency->pipeline = -1;
    }
    if (latency->handler == 0) {
        latency->handler = -1;
    }
}

void asa_httpproxy_latency_settle(asa_httpproxy_latency_t *latency, apr_time_t begin,
                                  apr_time_t end, apr_time_t handler_begin, bool proxied)
{
    apr_int64_t least;
    apr_int64_t handler_ms;

    latency->end = milliseconds(end);
    least = latency->end > LONGEST_MS ? latency->end - LONGEST_MS : 0;
    latency->begin = between(milliseconds(begin), least, latency->end);
    latency->total = latency->end - latency->begin;

    if (handler_begin == 0) {
        handler_ms = proxied ? latency->begin : latency->end;
    } else {
        handler_ms = between(milliseconds(handler_begin), latency->begin, latency->end);
    }
    latency->pipeline = handler_ms - latency->begin;
    latency->handler = latency->total - latency->pipeline;

    if (proxied) {
        settle_proxied(latency);
    } else {
        settle_local(latency);
    }
}
