/* SPDX-License-Identifier: Apache-2.0
 *
 * httpproxy_record: head, whole lines and file names, against the text of the format.
 */
#include "t/unit/httpproxy_row.h"

/* The canonical list, letter by letter. */
#define COLUMNS                                                                                    \
    "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,"   \
    "Protocol,UrlHost,UrlStem,ProtocolAction,AuthenticationType,IsAuthenticated,"                  \
    "AuthenticatedUser,Organization,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,"       \
    "HttpStatus,BackEndStatus,ErrorCode,Method,ProxyAction,TargetServer,TargetServerVersion,"      \
    "RoutingType,RoutingHint,BackEndCookie,ServerLocatorHost,ServerLocatorLatency,RequestBytes,"   \
    "ResponseBytes,TargetOutstandingRequests,AuthModulePerfContext,HttpPipelineLatency,"           \
    "CalculateTargetBackEndLatency,GlsLatencyBreakup,TotalGlsLatency,"                             \
    "AccountForestLatencyBreakup,TotalAccountForestLatency,ResourceForestLatencyBreakup,"          \
    "TotalResourceForestLatency,ADLatency,SharedCacheLatencyBreakup,TotalSharedCacheLatency,"      \
    "ActivityContextLifeTime,ModuleToHandlerSwitchingLatency,ClientReqStreamLatency,"              \
    "BackendReqInitLatency,BackendReqStreamLatency,BackendProcessingLatency,"                      \
    "BackendRespInitLatency,BackendRespStreamLatency,ClientRespStreamLatency,"                     \
    "KerberosAuthHeaderLatency,HandlerCompletionLatency,RequestHandlerLatency,"                    \
    "HandlerToModuleSwitchingLatency,ProxyTime,CoreLatency,RoutingLatency,HttpProxyOverhead,"      \
    "TotalRequestTime,RouteRefresherLatency,UrlQuery,BackEndGenericInfo,GenericInfo,"              \
    "GenericErrors,EdgeTraceId,DatabaseGuid,UserADObjectGuid,PartitionEndpointLookupLatency,"      \
    "RoutingStatus"

static void test_head_is_six_lines(void **state)
{
    size_t len;
    size_t again;
    const char *head = asa_httpproxy_record_head(pool, MS(NOON), &len);

    assert_string_equal(head, "\xef\xbb\xbf" COLUMNS "\r\n"
                              "#Software: Microsoft Exchange Server\r\n"
                              "#Version: 15.02.1544.004\r\n"
                              "#Log-type: HttpProxy Logs\r\n"
                              "#Date: " NOON_TEXT "\r\n"
                              "#Fields: " COLUMNS "\r\n");
    assert_int_equal(strlen(head), len);
    asa_httpproxy_record_head(pool, 0, &again);
    assert_int_equal(again, len);
    assert_null(asa_httpproxy_columns_name(ASA_HTTPPROXY_COLUMNS));
}

static void test_refusal_has_the_columns_of_a_challenge(void **state)
{
    asa_httpproxy_record_t record = refused();
    size_t len;

    assert_string_equal(asa_httpproxy_record_line(pool, &record, &len),
                        NOON_TEXT ",e19d08f4-e04c-42da-a6be-b7484b396db0,15,2,1544,4,,RpcHttp,"
                                  "mail.corp.tailspintoys.com,/rpc/rpcproxy.dll,,NTLM,false,,,,"
                                  "MSRPC,192.0.2.7,CAS-1,401,,,RPC_IN_DATA,,,,,,,,,0,,,,,,,,,,,,,,,"
                                  "0,,,,,,,,,,,,,,0,,0,0,,,,BeginRequest=" NOON_TEXT
                                  ";CorrelationID=<empty>;EndRequest=" NOON_TEXT ";,,,,,,\r\n");
}

static void test_unproxied_fills_no_proxy_column(void **state)
{
    asa_httpproxy_record_t record = proxied();
    size_t len;

    record.proxied = false;
    assert_string_equal(
        asa_httpproxy_record_line(pool, &record, &len),
        "2026-11-26T03:04:05.778Z,e19d08f4-e04c-42da-a6be-b7484b396db0,15,2,1544,4,,RpcHttp,"
        "mail.corp.tailspintoys.com,/rpc/rpcproxy.dll,,Negotiate,true,TAILSPIN\\wendy,"
        "corp.tailspintoys.com,,MSRPC,192.0.2.7,CAS-1,200,,,RPC_OUT_DATA,,,,,,,,,76,,,,7,,,,,,,,,,,"
        "100,,,,,,,,,,,93,,,93,,100,100,,?exch2.corp.tailspintoys.com:6001,,BeginRequest=" NOON_TEXT
        ";CorrelationID=<empty>;EndRequest=2026-11-26T03:04:05.778Z;,,,,,,\r\n");
}

static void test_proxied_fills_them(void **state)
{
    asa_httpproxy_record_t record = proxied();
    size_t len;

    assert_string_equal(
        asa_httpproxy_record_line(pool, &record, &len),
        "2026-11-26T03:04:05.778Z,e19d08f4-e04c-42da-a6be-b7484b396db0,15,2,1544,4,,RpcHttp,"
        "mail.corp.tailspintoys.com,/rpc/rpcproxy.dll,,Negotiate,true,TAILSPIN\\wendy,"
        "corp.tailspintoys.com,,MSRPC,192.0.2.7,CAS-1,200,200,,RPC_OUT_DATA,Proxy,"
        "exch2.corp.tailspintoys.com,15.02.1544.000,IntraForest,Static,,,,76,462,,,7,,,,,,,,,,,100,"
        "0,1,2,3,40,4,5,6,0,,93,0,80,36,38,45,100,,?exch2.corp.tailspintoys.com:6001,,"
        "BeginRequest=" NOON_TEXT
        ";CorrelationID=<empty>;EndRequest=2026-11-26T03:04:05.778Z;,,,,,,\r\n");
}

static void test_fresh_record_is_a_line(void **state)
{
    asa_httpproxy_record_t record;
    split_t row;

    asa_httpproxy_record_init(&record);
    row = split(&record);
    check_sums(&row);
    assert_string_equal(column(&row, "DateTime"), "1970-01-01T00:00:00.000Z");
    assert_string_equal(column(&row, "HttpStatus"), "");
    assert_string_equal(column(&row, "RequestBytes"), "");
}

static void test_value_by_name(void **state)
{
    asa_httpproxy_record_t record = proxied();

    assert_string_equal(asa_httpproxy_record_value(pool, &record, "RequestId"), record.request_id);
    assert_string_equal(asa_httpproxy_record_value(pool, &record, "requestid"), record.request_id);
    assert_string_equal(asa_httpproxy_record_value(pool, &record, "TotalRequestTime"), "100");
    assert_string_equal(asa_httpproxy_record_value(pool, &record, "RoutingStatus"), "");
    assert_null(asa_httpproxy_record_value(pool, &record, "RequestIdX"));
    assert_null(asa_httpproxy_record_value(pool, &record, ""));
}

static void test_file_names(void **state)
{
    static const struct {
        const char *name;
        const char *hour; /* NULL: not a name of ours */
        unsigned number;
    } rows[] = {
        {"HttpProxy_2026112603-1.LOG", "2026-11-26T03:00:00.000Z", 1},
        {"HttpProxy_2024022923-42.LOG", "2024-02-29T23:00:00.000Z", 42},
        {"HttpProxy_2026112603-999999999.LOG", "2026-11-26T03:00:00.000Z", 999999999},
        {"HttpProxy_2026112603-1000000000.LOG", NULL, 0},
        {"HttpProxy_2026112603-0.LOG", NULL, 0},
        {"HttpProxy_2026112603-01.LOG", NULL, 0},
        {"HttpProxy_2026112603-.LOG", NULL, 0},
        {"HttpProxy_2026112603-+1.LOG", NULL, 0},
        {"HttpProxy_2026112603-1.log", NULL, 0},
        {"HttpProxy_2026112603-1.LOG.gz", NULL, 0},
        {"HttpProxy_2026112603-1.LOG ", NULL, 0},
        {"HttpProxy_2026112603-1", NULL, 0},
        {"HttpProxy_2026112603", NULL, 0},
        {"HttpProxy_20261126033-1.LOG", NULL, 0},
        {"HttpProxy_202611260-1.LOG", NULL, 0},
        {"HttpProxy_2026112624-1.LOG", NULL, 0},
        {"HttpProxy_2026113103-1.LOG", NULL, 0},
        {"HttpProxy_2025022903-1.LOG", NULL, 0},
        {"HttpProxy_2026001003-1.LOG", NULL, 0},
        {"HttpProxy_2026131003-1.LOG", NULL, 0},
        {"HttpProxy_2026110003-1.LOG", NULL, 0},
        {"httpproxy_2026112603-1.LOG", NULL, 0},
        {"xHttpProxy_2026112603-1.LOG", NULL, 0},
        {"HttpProxy_", NULL, 0},
        {"HttpProxy", NULL, 0},
        {".", NULL, 0},
        {"", NULL, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        apr_time_t hour = 0;
        unsigned number = 0;

        assert_int_equal(asa_httpproxy_record_parse_file_name(rows[i].name, &hour, &number),
                         rows[i].hour != NULL);
        if (rows[i].hour != NULL) {
            assert_int_equal(hour, MS(iso(rows[i].hour)));
            assert_int_equal(number, rows[i].number);
            assert_string_equal(
                asa_httpproxy_record_file_name(pool, hour + apr_time_from_sec(3599), number),
                rows[i].name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_head_is_six_lines),
        cmocka_unit_test(test_refusal_has_the_columns_of_a_challenge),
        cmocka_unit_test(test_unproxied_fills_no_proxy_column),
        cmocka_unit_test(test_proxied_fills_them),
        cmocka_unit_test(test_fresh_record_is_a_line),
        cmocka_unit_test(test_value_by_name),
        cmocka_unit_test(test_file_names),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
