/* SPDX-License-Identifier: Apache-2.0
 *
 * For tests of HttpProxy lines: example records, a line's columns, and the sums between them.
 */
#ifndef T_UNIT_HTTPPROXY_ROW_H
#define T_UNIT_HTTPPROXY_ROW_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "core/httpproxy_record.h"

/* 2026-11-26T03:04:05.678Z */
#define NOON      APR_INT64_C(1795662245678)
#define NOON_TEXT "2026-11-26T03:04:05.678Z"
#define MS(ms)    ((apr_time_t)(ms)*1000)

static apr_pool_t *pool;

/* A line as the naive readers take it: split at every comma. */
typedef struct split_t {
    char *values[ASA_HTTPPROXY_COLUMNS];
} split_t;

static inline split_t split(const asa_httpproxy_record_t *record)
{
    split_t row;
    size_t len;
    const char *line = asa_httpproxy_record_line(pool, record, &len);
    char *rest;

    assert_int_equal(strlen(line), len);
    assert_true(len > 2 && strcmp(line + len - 2, "\r\n") == 0);
    assert_true(len < ASA_HTTPPROXY_LINE_SIZE);
    rest = apr_pstrmemdup(pool, line, len - 2);
    for (size_t i = 0; i < ASA_HTTPPROXY_COLUMNS; i++) {
        row.values[i] = rest;
        rest = strchr(rest, ',');
        assert_true((rest == NULL) == (i == ASA_HTTPPROXY_COLUMNS - 1));
        if (rest != NULL) {
            *rest++ = '\0';
        }
    }
    return row;
}

static inline const char *column(const split_t *row, const char *name)
{
    for (size_t i = 0; i < ASA_HTTPPROXY_COLUMNS; i++) {
        if (strcmp(asa_httpproxy_columns_name(i), name) == 0) {
            return row->values[i];
        }
    }
    fail_msg("no column %s", name);
    return NULL;
}

/* A latency, with empty as 0. */
static inline long long ms(const split_t *row, const char *name)
{
    const char *text = column(row, name);

    assert_true(strspn(text, "0123456789") == strlen(text));
    return strtoll(text, NULL, 10);
}

static inline long long iso(const char *text)
{
    apr_time_exp_t utc = {0};
    apr_time_t when;
    int milliseconds;

    assert_int_equal(sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &utc.tm_year, &utc.tm_mon,
                            &utc.tm_mday, &utc.tm_hour, &utc.tm_min, &utc.tm_sec, &milliseconds),
                     7);
    utc.tm_year -= 1900;
    utc.tm_mon -= 1;
    assert_int_equal(apr_time_exp_gmt_get(&when, &utc), APR_SUCCESS);
    return when / 1000 + milliseconds;
}

static inline void check_sums(const split_t *row)
{
    long long total = ms(row, "TotalRequestTime");
    long long overhead = ms(row, "HttpProxyOverhead");
    long long pipeline = ms(row, "HttpPipelineLatency");
    const char *info = column(row, "GenericInfo");

    assert_true(column(row, "TotalRequestTime")[0] != '\0');
    assert_true(total <= INT32_MAX);
    assert_int_equal(total, pipeline + ms(row, "ModuleToHandlerSwitchingLatency") +
                                ms(row, "RequestHandlerLatency") +
                                ms(row, "HandlerToModuleSwitchingLatency"));
    assert_int_equal(overhead,
                     total - ms(row, "ClientReqStreamLatency") -
                         ms(row, "BackendReqStreamLatency") - ms(row, "BackendProcessingLatency") -
                         ms(row, "BackendRespStreamLatency") - ms(row, "ClientRespStreamLatency"));
    if (column(row, "RoutingLatency")[0] != '\0') {
        assert_int_equal(ms(row, "RoutingLatency"), overhead - pipeline);
    }
    assert_true(column(row, "CoreLatency")[0] != '\0');
    assert_int_equal(ms(row, "CoreLatency"),
                     overhead - pipeline - ms(row, "BackendReqInitLatency"));
    assert_int_equal(ms(row, "ActivityContextLifeTime"), total);
    assert_true(ms(row, "BackendRespInitLatency") <= total);
    assert_true(ms(row, "KerberosAuthHeaderLatency") <= total);
    assert_true(ms(row, "ProxyTime") <= total);
    assert_int_equal(iso(column(row, "DateTime")),
                     iso(strstr(info, "BeginRequest=") + strlen("BeginRequest=")) + total);
    assert_string_equal(apr_psprintf(pool, "EndRequest=%s;", column(row, "DateTime")),
                        strstr(info, "EndRequest="));
}

static inline asa_httpproxy_record_t refused(void)
{
    asa_httpproxy_record_t record;

    asa_httpproxy_record_init(&record);
    record.begin = record.end = MS(NOON);
    record.request_id = "e19d08f4-e04c-42da-a6be-b7484b396db0";
    record.protocol = "RpcHttp";
    record.url_host = "mail.corp.tailspintoys.com:443";
    record.url_stem = "/rpc/rpcproxy.dll";
    record.authentication_type = "NTLM";
    record.user_agent = "MSRPC";
    record.client_address = "192.0.2.7";
    record.server_host = "CAS-1";
    record.http_status = 401;
    record.method = "RPC_IN_DATA";
    record.request_bytes = 0;
    return record;
}

static inline asa_httpproxy_record_t proxied(void)
{
    asa_httpproxy_record_t record = refused();

    record.end = record.begin + MS(100);
    record.handler_begin = record.begin + MS(7);
    record.authentication_type = "Negotiate";
    record.authenticated = true;
    record.authenticated_user = "TAILSPIN\\wendy";
    record.organization = "corp.tailspintoys.com";
    record.http_status = record.backend_status = 200;
    record.method = "RPC_OUT_DATA";
    record.url_query = "exch2.corp.tailspintoys.com:6001";
    record.proxied = true;
    record.proxy_action = "Proxy";
    record.target_server = "exch2.corp.tailspintoys.com";
    record.target_server_version = "15.02.1544.000";
    record.routing_type = "IntraForest";
    record.routing_hint = "Static";
    record.request_bytes = 76;
    record.response_bytes = 462;
    record.client_req_stream = 1;
    record.backend_req_init = 2;
    record.backend_req_stream = 3;
    record.backend_processing = 40;
    record.backend_resp_init = 4;
    record.backend_resp_stream = 5;
    record.client_resp_stream = 6;
    record.kerberos_auth_header = 0;
    record.proxy_time = 80;
    return record;
}

static inline int set_up(void **state)
{
    return apr_initialize() == APR_SUCCESS && apr_pool_create(&pool, NULL) == APR_SUCCESS ? 0 : -1;
}

static inline int tear_down(void **state)
{
    apr_pool_destroy(pool);
    apr_terminate();
    return 0;
}

#endif
