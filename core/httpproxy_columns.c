/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of the 74 HttpProxy columns: one row a column, with what it shows.
 */
#include "core/httpproxy_columns.h"

#include <stdio.h>
#include <string.h>

#include <apr_strings.h>

#include "core/httpproxy_latency.h"
#include "core/log_field.h"
#include "core/time_text.h"

#define LIMIT_TEXT       256
#define LIMIT_USER_AGENT 512
#define LIMIT_URL        1024
#define LIMIT_INFO       2048
#define LIMIT_ERRORS     1024
#define LIMIT_INFO_KEY   64
#define LIMIT_INFO_VALUE 512

/* A record with everything that is computed from it, once for the whole line. */
typedef struct view_t {
    const asa_httpproxy_record_t *record;
    asa_httpproxy_latency_t ms;
    apr_int64_t version[4];
    apr_int64_t http_status;
    apr_int64_t backend_status;
    apr_int64_t request_bytes;
    apr_int64_t response_bytes;
} view_t;

typedef struct column_t column_t;
typedef const char *getter_t(apr_pool_t *pool, const view_t *view, const column_t *column);

struct column_t {
    const char *name;
    getter_t *get;
    size_t offset; /* of the value: in the record for texts, in the view for numbers */
    asa_log_field_rule_t rule;
    size_t limit;
};

static const char *empty(apr_pool_t *pool, const view_t *view, const column_t *column)
{
    return "";
}

static const char *number(apr_pool_t *pool, const view_t *view, const column_t *column)
{
    apr_int64_t value;

    memcpy(&value, (const char *)view + column->offset, sizeof(value));
    return value < 0 ? "" : apr_psprintf(pool, "%" APR_INT64_T_FMT, value);
}

static const char *clean(apr_pool_t *pool, const char *value, const column_t *column)
{
    return value == NULL
               ? ""
               : asa_log_field_clean(pool, value, strlen(value), column->rule, column->limit);
}

static const char *text(apr_pool_t *pool, const view_t *view, const column_t *column)
{
    const char *value;

    memcpy(&value, (const char *)view->record + column->offset, sizeof(value));
    return clean(pool, value, column);
}

static const char *user_text(apr_pool_t *pool, const view_t *view, const column_t *column)
{
    return view->record->authenticated ? text(pool, view, column) : "";
}

static const char *proxy_text(apr_pool_t *pool, const view_t *view, const column_t *column)
{
    return view->record->proxied ? text(pool, view, column) : "";
}

static const char *is_authenticated(apr_pool_t *pool, const view_t *view, const column_t *column)
{
    return view->record->authenticated ? "true" : "false";
}

static const char *date_time(apr_pool_t *pool, const view_t *view, const column_t *column)
{
    return asa_time_text_iso_ms(pool, view->ms.end * 1000);
}

/* Host header without its port.  An IPv6 address keeps its brackets; one without them is no host
 * of HTTP (RFC 3986 section 3.2.2) and has no port to tell apart. */
static const char *url_host(apr_pool_t *pool, const view_t *view, const column_t *column)
{
    const char *host = view->record->url_host;
    const char *port;

    if (host == NULL) {
        return "";
    }
    if (host[0] == '[' && strchr(host, ']') != NULL) {
        port = strchr(strchr(host, ']'), ':');
    } else {
        port = strchr(host, ':');
        port = port == strrchr(host, ':') ? port : NULL;
    }
    return clean(pool, port != NULL ? apr_pstrmemdup(pool, host, (apr_size_t)(port - host)) : host,
                 column);
}

static const char *url_query(apr_pool_t *pool, const view_t *view, const column_t *column)
{
    const char *query = view->record->url_query;

    if (query == NULL || query[0] == '\0') {
        return "";
    }
    return clean(pool, apr_pstrcat(pool, "?", query, NULL), column);
}

/* "key=value;…" in room bytes of out (and the final NUL); gives the bytes used. */
static size_t write_pairs(apr_pool_t *pool, char *out, size_t room,
                          const asa_httpproxy_info_t *pairs, size_t count)
{
    size_t used = 0;

    for (size_t i = 0; pairs != NULL && i < count; i++) {
        const char *key = pairs[i].key != NULL ? pairs[i].key : "";
        const char *value = pairs[i].value != NULL ? pairs[i].value : "";

        key = asa_log_field_clean(pool, key, strlen(key), ASA_LOG_FIELD_INFO, LIMIT_INFO_KEY);
        value =
            asa_log_field_clean(pool, value, strlen(value), ASA_LOG_FIELD_INFO, LIMIT_INFO_VALUE);
        if (key[0] != '\0' && strlen(key) + strlen(value) + 2 <= room - used) {
            used += (size_t)snprintf(out + used, room - used + 1, "%s=%s;", key, value);
        }
    }
    out[used] = '\0';
    return used;
}

static const char *generic_info(apr_pool_t *pool, const view_t *view, const column_t *column)
{
    const asa_httpproxy_record_t *record = view->record;
    char *info = apr_palloc(pool, column->limit + 1);
    const char *first =
        apr_pstrcat(pool, "BeginRequest=", asa_time_text_iso_ms(pool, view->ms.begin * 1000),
                    ";CorrelationID=<empty>;", NULL);
    const char *last = apr_pstrcat(
        pool, "EndRequest=", asa_time_text_iso_ms(pool, view->ms.end * 1000), ";", NULL);
    size_t used = strlen(first);

    memcpy(info, first, used);
    used += write_pairs(pool, info + used, column->limit - used - strlen(last), record->info,
                        record->info_count);
    memcpy(info + used, last, strlen(last) + 1);
    return info;
}

static const char *generic_errors(apr_pool_t *pool, const view_t *view, const column_t *column)
{
    char *errors = apr_palloc(pool, column->limit + 1);

    write_pairs(pool, errors, column->limit, view->record->errors, view->record->error_count);
    return errors;
}

/* Rows of the table: text from the client, text of our own, and numbers. */
#define FIELD(get, member, rule, limit)                                                            \
    get, offsetof(asa_httpproxy_record_t, member), ASA_LOG_FIELD_##rule, limit
#define CLIENT(member, limit) FIELD(text, member, PLAIN, limit)
#define OWN(member)           FIELD(text, member, NO_QUOTE, LIMIT_TEXT)
#define USER(member)          FIELD(user_text, member, NO_QUOTE, LIMIT_TEXT)
#define PROXY(member)         FIELD(proxy_text, member, NO_QUOTE, LIMIT_TEXT)
#define NUMBER(member)        number, offsetof(view_t, member), ASA_LOG_FIELD_PLAIN, 0
#define SPECIAL(get, limit)   get, 0, ASA_LOG_FIELD_PLAIN, limit
#define EMPTY                 empty, 0, ASA_LOG_FIELD_PLAIN, 0

/* clang-format off */
static const column_t columns[] = {
    {"DateTime", SPECIAL(date_time, 0)},
    {"RequestId", OWN(request_id)},
    {"MajorVersion", NUMBER(version[0])},
    {"MinorVersion", NUMBER(version[1])},
    {"BuildVersion", NUMBER(version[2])},
    {"RevisionVersion", NUMBER(version[3])},
    {"ClientRequestId", CLIENT(client_request_id, LIMIT_TEXT)},
    {"Protocol", OWN(protocol)},
    {"UrlHost", SPECIAL(url_host, LIMIT_TEXT)},
    {"UrlStem", CLIENT(url_stem, LIMIT_URL)},
    {"ProtocolAction", OWN(protocol_action)},
    {"AuthenticationType", OWN(authentication_type)},
    {"IsAuthenticated", SPECIAL(is_authenticated, 0)},
    {"AuthenticatedUser", USER(authenticated_user)},
    {"Organization", USER(organization)},
    {"AnchorMailbox", EMPTY},
    {"UserAgent", CLIENT(user_agent, LIMIT_USER_AGENT)},
    {"ClientIpAddress", OWN(client_address)},
    {"ServerHostName", OWN(server_host)},
    {"HttpStatus", NUMBER(http_status)},
    {"BackEndStatus", NUMBER(backend_status)},
    {"ErrorCode", OWN(error_code)},
    {"Method", CLIENT(method, LIMIT_TEXT)},
    {"ProxyAction", PROXY(proxy_action)},
    {"TargetServer", PROXY(target_server)},
    {"TargetServerVersion", PROXY(target_server_version)},
    {"RoutingType", PROXY(routing_type)},
    {"RoutingHint", PROXY(routing_hint)},
    {"BackEndCookie", EMPTY},
    {"ServerLocatorHost", EMPTY},
    {"ServerLocatorLatency", EMPTY},
    {"RequestBytes", NUMBER(request_bytes)},
    {"ResponseBytes", NUMBER(response_bytes)},
    {"TargetOutstandingRequests", EMPTY},
    {"AuthModulePerfContext", EMPTY},
    {"HttpPipelineLatency", NUMBER(ms.pipeline)},
    {"CalculateTargetBackEndLatency", EMPTY},
    {"GlsLatencyBreakup", EMPTY},
    {"TotalGlsLatency", EMPTY},
    {"AccountForestLatencyBreakup", EMPTY},
    {"TotalAccountForestLatency", EMPTY},
    {"ResourceForestLatencyBreakup", EMPTY},
    {"TotalResourceForestLatency", EMPTY},
    {"ADLatency", EMPTY},
    {"SharedCacheLatencyBreakup", EMPTY},
    {"TotalSharedCacheLatency", EMPTY},
    {"ActivityContextLifeTime", NUMBER(ms.total)},
    {"ModuleToHandlerSwitchingLatency", NUMBER(ms.switching)},
    {"ClientReqStreamLatency", NUMBER(ms.client_req_stream)},
    {"BackendReqInitLatency", NUMBER(ms.backend_req_init)},
    {"BackendReqStreamLatency", NUMBER(ms.backend_req_stream)},
    {"BackendProcessingLatency", NUMBER(ms.backend_processing)},
    {"BackendRespInitLatency", NUMBER(ms.backend_resp_init)},
    {"BackendRespStreamLatency", NUMBER(ms.backend_resp_stream)},
    {"ClientRespStreamLatency", NUMBER(ms.client_resp_stream)},
    {"KerberosAuthHeaderLatency", NUMBER(ms.kerberos_auth_header)},
    {"HandlerCompletionLatency", EMPTY},
    {"RequestHandlerLatency", NUMBER(ms.handler)},
    {"HandlerToModuleSwitchingLatency", NUMBER(ms.switching)},
    {"ProxyTime", NUMBER(ms.proxy_time)},
    {"CoreLatency", NUMBER(ms.core)},
    {"RoutingLatency", NUMBER(ms.routing)},
    {"HttpProxyOverhead", NUMBER(ms.overhead)},
    {"TotalRequestTime", NUMBER(ms.total)},
    {"RouteRefresherLatency", EMPTY},
    {"UrlQuery", SPECIAL(url_query, LIMIT_URL)},
    {"BackEndGenericInfo", EMPTY},
    {"GenericInfo", SPECIAL(generic_info, LIMIT_INFO)},
    {"GenericErrors", SPECIAL(generic_errors, LIMIT_ERRORS)},
    {"EdgeTraceId", EMPTY},
    {"DatabaseGuid", EMPTY},
    {"UserADObjectGuid", EMPTY},
    {"PartitionEndpointLookupLatency", EMPTY},
    {"RoutingStatus", EMPTY},
};
/* clang-format on */

_Static_assert(sizeof(columns) / sizeof(columns[0]) == ASA_HTTPPROXY_COLUMNS,
               "readers count on 74 columns");

const char *asa_httpproxy_columns_name(size_t index)
{
    return index < ASA_HTTPPROXY_COLUMNS ? columns[index].name : NULL;
}

static void look(const asa_httpproxy_record_t *record, view_t *view)
{
    *view = (view_t){
        .record = record,
        .ms =
            {
                .client_req_stream = record->client_req_stream,
                .backend_req_init = record->backend_req_init,
                .backend_req_stream = record->backend_req_stream,
                .backend_processing = record->backend_processing,
                .backend_resp_init = record->backend_resp_init,
                .backend_resp_stream = record->backend_resp_stream,
                .client_resp_stream = record->client_resp_stream,
                .kerberos_auth_header = record->kerberos_auth_header,
                .proxy_time = record->proxy_time,
            },
        .version = {record->version_major, record->version_minor, record->version_build,
                    record->version_revision},
        .http_status = record->http_status > 0 ? record->http_status : -1,
        .backend_status =
            record->proxied && record->backend_status > 0 ? record->backend_status : -1,
        .request_bytes = record->request_bytes,
        .response_bytes = record->proxied ? record->response_bytes : -1,
    };
    asa_httpproxy_latency_settle(&view->ms, record->begin, record->end, record->handler_begin,
                                 record->proxied);
}

void asa_httpproxy_columns_values(apr_pool_t *pool, const asa_httpproxy_record_t *record,
                                  size_t index, size_t count, const char **values)
{
    view_t view;

    look(record, &view);
    for (size_t i = 0; i < count; i++) {
        values[i] = columns[index + i].get(pool, &view, &columns[index + i]);
    }
}
