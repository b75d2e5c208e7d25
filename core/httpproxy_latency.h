/* SPDX-License-Identifier: Apache-2.0
 *
 * The times of one request, settled so that the sums of an HttpProxy line always hold.
 *
 * Everything comes from one snapshot in whole milliseconds.  What was measured may contradict
 * itself (the clock stepped, two measurements overlap, one is longer than the request); settling
 * gives way in a fixed order, so that no latency is ever negative and no sum is ever off:
 * - end stands.  A begin after end moves to end.  A request longer than 2^31-1 ms, the most that
 *   readers parse, moves its begin too.  Times outside the years 1970 to 9999 move to the edge.
 * - the start of the handler is moved between begin and end.
 * - the hops of a proxied request share the time after that point: each, in the order of the
 *   request, gets at most what the hops before it have left.
 *
 * Pure, any thread.  Latencies are milliseconds; -1 = did not happen (an empty column, counts 0).
 */
#ifndef CORE_HTTPPROXY_LATENCY_H
#define CORE_HTTPPROXY_LATENCY_H

#include <stdbool.h>

#include <apr.h>
#include <apr_time.h>

typedef struct asa_httpproxy_latency_t {
    /* Measured by the caller, any value; settled in place, all empty unless proxied. */
    apr_int64_t client_req_stream;
    apr_int64_t backend_req_init;
    apr_int64_t backend_req_stream;
    apr_int64_t backend_processing;
    apr_int64_t backend_resp_init;
    apr_int64_t backend_resp_stream;
    apr_int64_t client_resp_stream;
    apr_int64_t kerberos_auth_header;
    apr_int64_t proxy_time;
    /* Derived.  begin and end are milliseconds since 1970, end - begin = total. */
    apr_int64_t begin;
    apr_int64_t end;
    apr_int64_t total;
    apr_int64_t pipeline;  /* before the handler; empty if 0 and not proxied */
    apr_int64_t handler;   /* the rest of total; empty if 0 and not proxied */
    apr_int64_t switching; /* each way between module and handler: 0 when proxied, else empty */
    apr_int64_t overhead;  /* total without the five stream and processing hops */
    apr_int64_t routing;   /* overhead - pipeline, only when proxied */
    apr_int64_t core;      /* overhead - pipeline - backend_req_init */
} asa_httpproxy_latency_t;

/* Settles *latency, whose measured part is filled.  handler_begin 0 = the handler was never
 * reached: then all the time belongs to the pipeline, or, when proxied, to the handler. */
void asa_httpproxy_latency_settle(asa_httpproxy_latency_t *latency, apr_time_t begin,
                                  apr_time_t end, apr_time_t handler_begin, bool proxied);

#endif
