/* SPDX-License-Identifier: Apache-2.0
 *
 * The record of one request, and the table that makes the 74 HttpProxy columns from it.
 *
 * Which column is empty when, and what holds between columns, stands in core/httpproxy_record.h,
 * which gives lines and files; nothing else uses the functions below.
 *
 * Pure, any thread; results live in the pool given.  Times are apr_time_t (microseconds, UTC),
 * latencies milliseconds, -1 = did not happen (an empty column).
 */
#ifndef CORE_HTTPPROXY_COLUMNS_H
#define CORE_HTTPPROXY_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>
#include <apr_time.h>

#define ASA_HTTPPROXY_COLUMNS 74

/* One key=value of GenericInfo or GenericErrors, in order of events; the key is ours, the value
 * may be any text, NULL is empty.  A value is cut at 512 bytes; a pair that does not fit into its
 * column any more is left out whole. */
typedef struct asa_httpproxy_info_t {
    const char *key;
    const char *value;
} asa_httpproxy_info_t;

/* Texts are borrowed, NUL-terminated, and may be NULL (an empty column). */
typedef struct asa_httpproxy_record_t {
    apr_time_t begin;         /* start of the request */
    apr_time_t end;           /* time of logging */
    apr_time_t handler_begin; /* access is granted, content begins; 0 = never */
    const char *request_id;   /* GUID, lower case with dashes */
    const char *client_request_id;
    const char *protocol;
    const char *url_host;  /* Host header; a port is removed by the record */
    const char *url_stem;  /* path as the client sent it */
    const char *url_query; /* without '?', logged as it is; NULL or "" = none */
    const char *protocol_action;
    const char *authentication_type; /* "Negotiate", "NTLM", "Basic" or NULL */
    bool authenticated;
    const char *authenticated_user; /* written only when authenticated */
    const char *organization;       /* written only when authenticated */
    const char *user_agent;
    const char *client_address;
    const char *server_host; /* first label of the node's name, upper case */
    int http_status;
    int backend_status;     /* 0 = none */
    const char *error_code; /* NULL on success */
    const char *method;
    bool proxied; /* a back end was asked; else no proxy column is written */
    const char *proxy_action;
    const char *target_server;
    const char *target_server_version;
    const char *routing_type;
    const char *routing_hint;
    long long request_bytes;  /* body bytes; -1 = unknown (empty) */
    long long response_bytes; /* as above; written only when proxied */
    /* Latencies of a proxied request; -1 = not known. */
    long client_req_stream, backend_req_init, backend_req_stream, backend_processing,
        backend_resp_init, backend_resp_stream, client_resp_stream, kerberos_auth_header,
        proxy_time;
    /* GenericInfo between "BeginRequest=…;CorrelationID=<empty>;" and "EndRequest=…;". */
    const asa_httpproxy_info_t *info;
    size_t info_count;
    const asa_httpproxy_info_t *errors; /* GenericErrors */
    size_t error_count;
    int version_major, version_minor, version_build, version_revision;
} asa_httpproxy_record_t;

/* The name of column index (0 to 73); NULL past the end. */
const char *asa_httpproxy_columns_name(size_t index);

/* The values of count columns from index on, safe for the line; the caller keeps index + count
 * within the table. */
void asa_httpproxy_columns_values(apr_pool_t *pool, const asa_httpproxy_record_t *record,
                                  size_t index, size_t count, const char **values);

#endif
