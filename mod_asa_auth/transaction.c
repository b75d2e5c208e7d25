/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes HttpProxy log records of finished requests.
 */
#include "mod_asa_auth/transaction.h"

#include <string.h>
#include <strings.h>

#include <apr_lib.h>
#include <apr_optional.h>
#include <apr_strings.h>
#include <apr_uri.h>
#include <http_core.h>
#include <mod_log_config.h>

#include "core/httpproxy_record.h"
#include "mod_asa_auth/config.h"
#include "mod_asa_auth/exchange.h"
#include "mod_asa_auth/relay.h"
#include "mod_asa_auth/request_error.h"

#define INFO_MAX 16

typedef struct {
    asa_httpproxy_info_t pairs[INFO_MAX];
    size_t count;
} info_t;

static void add(info_t *info, const char *key, const char *value)
{
    if (value != NULL && info->count < INFO_MAX) {
        info->pairs[info->count++] = (asa_httpproxy_info_t){key, value};
    }
}

/* First label of the node's own name, upper case as a NetBIOS name is; set once in each child. */
static char node_name[APRMAXHOSTLEN + 1];

/* The main server's ServerName, unless httpd had to make one up: then it is an address or
 * "localhost". */
static void set_node_name(apr_pool_t *pool, const server_rec *main_server)
{
    const char *host = main_server->server_hostname;
    size_t len;

    if (host != NULL && !apr_isdigit(host[0]) && strchr(host, ':') == NULL &&
        strcasecmp(host, "localhost") != 0) {
        apr_cpystrn(node_name, host, sizeof node_name);
    } else if (apr_gethostname(node_name, sizeof node_name, pool) != APR_SUCCESS) {
        node_name[0] = '\0';
    }
    len = strcspn(node_name, ".");
    node_name[len] = '\0';
    for (size_t i = 0; i < len; i++) {
        node_name[i] = (char)apr_toupper(node_name[i]);
    }
}

/* The proof of a sign-in, or the reason of a refusal. */
static void describe(apr_pool_t *pool, const mod_asa_exchange_t *exchange, bool signed_in,
                     info_t *info)
{
    if (signed_in) {
        add(info, "AuthPkg", "Kerberos");
        add(info, "Mech", exchange->sign_in.mechanism);
        add(info, "Spn", exchange->sign_in.proof.spn);
        add(info, "Kvno", exchange->sign_in.kvno);
        add(info, "Etype", exchange->sign_in.etype);
        add(info, "Key", exchange->sign_in.key);
        add(info, "Bound", exchange->sign_in.proof.bound ? "true" : "false");
        add(info, "Session", exchange->of_connection ? "connection" : "false");
    } else if (exchange->reason != ASA_REASON_NONE) {
        add(info, "AuthReason", asa_reason_name(exchange->reason));
        add(info, "Spn", exchange->facts.spn);
        add(info, "Kvno", exchange->facts.kvno);
        add(info, "Etype", exchange->facts.etype);
    } else if (exchange->continued) {
        add(info, "AuthLeg", "continue");
    }
    if (exchange->relay.service != NULL) {
        add(info, "BeSpn", exchange->relay.service);
        add(info, "BeWay", exchange->relay.way);
        add(info, "BeTicket", exchange->relay.kept ? "kept" : "fetched");
        add(info, "BeBound", exchange->relay.bound ? "true" : "false");
    }
    if (exchange->accept_time > 0) {
        add(info, "AuthTime",
            apr_psprintf(pool, "%" APR_TIME_T_FMT, apr_time_as_msec(exchange->accept_time)));
    }
}

/* Who: our own proof, or another module's authentication that let the request through. */
static void set_user(asa_httpproxy_record_t *record, request_rec *last,
                     const mod_asa_exchange_t *exchange, bool signed_in)
{
    if (signed_in) {
        record->authentication_type = "Negotiate";
        record->authenticated = true;
        record->authenticated_user = exchange->sign_in.identity->downlevel;
        record->organization = exchange->sign_in.identity->organization;
    } else if (exchange->attempted != NULL && strcmp(exchange->attempted, "Negotiate") != 0) {
        record->authentication_type = exchange->attempted;
    } else if (exchange->attempted == NULL && last->user != NULL && last->ap_auth_type != NULL &&
               exchange->handler_begin != 0) {
        record->authentication_type = last->ap_auth_type;
        record->authenticated = true;
        record->authenticated_user = last->user;
    }
}

/* Body bytes of the request, where httpd lets them be known: none were announced, or the connection
 * is kept alive, which httpd does only after it has read all that was announced. */
static long long request_bytes(const request_rec *r, bool refused)
{
    const char *length = apr_table_get(r->headers_in, "Content-Length");

    if (apr_table_get(r->headers_in, "Transfer-Encoding") != NULL) {
        return -1;
    }
    if (length == NULL || refused) {
        return 0;
    }
    return r->connection->keepalive == AP_CONN_KEEPALIVE ? apr_atoi64(length) : -1;
}

static long ms_between(apr_time_t begin, apr_time_t end)
{
    return begin != 0 && end > begin ? (long)apr_time_as_msec(end - begin) : 0;
}

/* Of the columns between us and the back end, those that can be known without reading the body:
 * sending the request is part of the time that the back end takes to answer. */
static void set_relay(asa_httpproxy_record_t *record, const mod_asa_relay_t *relay)
{
    if (relay->header_time > 0) {
        record->kerberos_auth_header = (long)apr_time_as_msec(relay->header_time);
    }
    if (relay->asked == 0) {
        return;
    }
    record->backend_req_init = ms_between(record->handler_begin, relay->asked);
    if (relay->answered == 0) { /* it did not answer */
        record->proxy_time = ms_between(relay->asked, record->end);
        return;
    }
    record->backend_status = relay->status;
    record->backend_processing = ms_between(relay->asked, relay->answered);
    record->client_resp_stream = (long)apr_time_as_msec(relay->client_writes);
    record->backend_resp_stream = ms_between(relay->answered + relay->client_writes, relay->done);
    record->proxy_time = ms_between(relay->asked, relay->done);
}

static void set_target(asa_httpproxy_record_t *record, request_rec *last)
{
    if (last->proxyreq != PROXYREQ_REVERSE || record->handler_begin == 0) {
        return;
    }
    record->proxied = true;
    record->proxy_action = "Proxy";
    record->target_server = mod_asa_relay_target(last);
    record->response_bytes = last->bytes_sent;
    set_relay(record, &mod_asa_exchange_of(last)->relay);
}

/* MAPI over HTTP has a header of its own for it (MS-OXCMAPIHTTP). */
static const char *client_request_id(const request_rec *r)
{
    const char *id = apr_table_get(r->headers_in, "client-request-id");

    return id != NULL ? id : apr_table_get(r->headers_in, "X-RequestId");
}

static void make_record(request_rec *r, request_rec *last, info_t *info,
                        asa_httpproxy_record_t *record)
{
    mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);
    bool signed_in = exchange->sign_in.identity != NULL && exchange->reason == ASA_REASON_NONE;
    bool refused = !signed_in && exchange->reason != ASA_REASON_NONE;

    asa_httpproxy_record_init(record);
    record->begin = r->request_time;
    record->end = apr_time_now();
    record->handler_begin = refused ? 0 : exchange->handler_begin;
    record->request_id = exchange->request_id;
    record->client_request_id = client_request_id(r);
    record->protocol = mod_asa_config_protocol(r);
    record->url_host = r->hostname != NULL ? r->hostname : apr_table_get(r->headers_in, "Host");
    record->url_stem = r->parsed_uri.path;
    record->url_query = r->parsed_uri.query;
    record->user_agent = apr_table_get(r->headers_in, "User-Agent");
    record->client_address = r->useragent_ip;
    record->server_host = node_name;
    record->http_status = last->status;
    record->method = r->method;
    record->request_bytes = request_bytes(r, refused);
    set_user(record, last, exchange, signed_in);
    set_target(record, last);
    describe(r->pool, exchange, signed_in, info);
    record->info = info->pairs;
    record->info_count = info->count;
}

static request_rec *last_of(request_rec *r)
{
    while (r->next != NULL) {
        r = r->next;
    }
    return r;
}

static void record_of(request_rec *r, info_t *info, asa_httpproxy_record_t *record)
{
    request_rec *last = last_of(r);

    make_record(r, last, info, record);
    mod_asa_request_error_set(last, mod_asa_exchange_of(r), record);
}

int mod_asa_transaction_log(request_rec *r)
{
    mod_asa_server_t *server = mod_asa_config_server(r->server);
    asa_httpproxy_record_t record;
    info_t info = {0};
    const char *line;
    size_t len;

    if (server->log == NULL || mod_asa_config_protocol(r) == NULL) {
        return DECLINED;
    }
    record_of(r, &info, &record);
    line = asa_httpproxy_record_line(r->pool, &record, &len);
    mod_asa_httpproxy_log_write(server->log, record.protocol, record.end, line, len);
    return DECLINED;
}

int mod_asa_transaction_begin(request_rec *r)
{
    apr_table_setn(r->subprocess_env, "ASA_SERVER", node_name);
    if (mod_asa_config_server(r->server)->log != NULL && r->main == NULL) {
        apr_table_setn(r->err_headers_out, "request-id", mod_asa_exchange_of(r)->request_id);
    }
    return DECLINED;
}

int mod_asa_transaction_enter_handler(request_rec *r)
{
    if (r->main == NULL && mod_asa_config_server(r->server)->log != NULL) {
        mod_asa_exchange_of(r)->handler_begin = apr_time_now();
    }
    return DECLINED;
}

/* mod_log_config calls it with the first request of a chain (registered with want_orig). */
static const char *column_value(request_rec *r, char *column)
{
    asa_httpproxy_record_t record;
    info_t info = {0};
    const char *value;

    record_of(r, &info, &record);
    value = asa_httpproxy_record_value(r->pool, &record, column);
    return value != NULL && *value != '\0' ? ap_escape_logitem(r->pool, value) : NULL;
}

void mod_asa_transaction_register_format(apr_pool_t *pconf)
{
    APR_OPTIONAL_FN_TYPE(ap_register_log_handler) *register_handler =
        APR_RETRIEVE_OPTIONAL_FN(ap_register_log_handler);

    if (register_handler != NULL) {
        register_handler(pconf, (char *)"^HP", column_value, 1);
    }
}

static void report(void *server, mod_asa_httpproxy_log_event_t event, const char *text,
                   unsigned long lost)
{
    switch (event) {
    case MOD_ASA_HTTPPROXY_LOG_FAILS:
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, server,
                     "asa: the HttpProxy log cannot be written: %s. Requests go on; make room or "
                     "give the folder to the user that httpd runs as (%lu lines lost)",
                     text, lost);
        break;
    case MOD_ASA_HTTPPROXY_LOG_RECOVERS:
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, server,
                     "asa: the HttpProxy log is written again: %s (%lu lines were lost)", text,
                     lost);
        break;
    case MOD_ASA_HTTPPROXY_LOG_KEEPS_OLD:
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server,
                     "asa: old files of the HttpProxy log cannot be removed: %s. The log is "
                     "written; remove what is older than keep= there, or give the folder and its "
                     "files to the user that httpd runs as",
                     text);
        break;
    }
}

static bool same_log(const mod_asa_httpproxy_log_options_t *a,
                     const mod_asa_httpproxy_log_options_t *b)
{
    return strcmp(a->folder, b->folder) == 0 && a->size == b->size && a->keep == b->keep;
}

/* Servers with the same options share one log. */
void mod_asa_transaction_start(apr_pool_t *pchild, server_rec *main_server)
{
    set_node_name(pchild, main_server);
    for (server_rec *s = main_server; s != NULL; s = s->next) {
        mod_asa_server_t *server = mod_asa_config_server(s);
        server->log = NULL;
        for (server_rec *t = main_server; server->log_options != NULL && t != s; t = t->next) {
            const mod_asa_server_t *other = mod_asa_config_server(t);
            if (other->log != NULL && same_log(other->log_options, server->log_options)) {
                server->log = other->log;
            }
        }
        if (server->log_options != NULL && server->log == NULL) {
            server->log = mod_asa_httpproxy_log_open(pchild, server->log_options, report, s);
        }
    }
}
