/* SPDX-License-Identifier: Apache-2.0
 *
 * httpproxy_latency: the sums between columns hold whatever was measured.
 */
#include "t/unit/httpproxy_row.h"

static uint64_t seed = 88172645463325252U;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* Mostly near to the request, now and then anywhere. */
static apr_int64_t random_near(apr_int64_t centre, apr_int64_t spread)
{
    switch (next_random() % 16) {
    case 0:
        return (apr_int64_t)next_random();
    case 1:
        return 0;
    case 2:
        return -1;
    default:
        return centre + (apr_int64_t)(next_random() % (uint64_t)spread) - spread / 8;
    }
}

static void test_slow_refusal_names_its_phase(void **state)
{
    asa_httpproxy_record_t record = refused();
    split_t row;

    record.end = record.begin + MS(3) + 999;
    row = split(&record);
    check_sums(&row);
    assert_string_equal(column(&row, "HttpPipelineLatency"), "3");
    assert_string_equal(column(&row, "RequestHandlerLatency"), "");
    assert_string_equal(column(&row, "CoreLatency"), "0");
    assert_string_equal(column(&row, "HttpProxyOverhead"), "3");
}

static void test_contradictions_are_settled(void **state)
{
    asa_httpproxy_record_t record = proxied();
    split_t row;

    record.end = record.begin - MS(5000); /* the clock stepped back */
    row = split(&record);
    check_sums(&row);
    assert_string_equal(column(&row, "DateTime"), "2026-11-26T03:04:00.678Z");
    assert_string_equal(column(&row, "TotalRequestTime"), "0");

    record = proxied();
    record.backend_processing = 1000; /* longer than the request */
    row = split(&record);
    check_sums(&row);
    assert_string_equal(column(&row, "ClientReqStreamLatency"), "1");
    assert_string_equal(column(&row, "BackendReqStreamLatency"), "3");
    assert_string_equal(column(&row, "BackendProcessingLatency"), "87");
    assert_string_equal(column(&row, "ClientRespStreamLatency"), "0");
    assert_string_equal(column(&row, "CoreLatency"), "0");

    record = proxied();
    record.begin = 0; /* 2^31 ms are not enough for 56 years */
    row = split(&record);
    check_sums(&row);
    assert_string_equal(column(&row, "TotalRequestTime"), "2147483647");
}

static void test_sums_hold_whatever_was_measured(void **state)
{
    for (int round = 0; round < 20000; round++) {
        asa_httpproxy_record_t record = proxied();
        long *latencies[] = {
            &record.client_req_stream,  &record.backend_req_init,     &record.backend_req_stream,
            &record.backend_processing, &record.backend_resp_init,    &record.backend_resp_stream,
            &record.client_resp_stream, &record.kerberos_auth_header, &record.proxy_time};
        split_t row;

        record.begin = random_near(MS(NOON), MS(40));
        record.end = random_near(MS(NOON + 50), MS(200));
        record.handler_begin = random_near(MS(NOON + 5), MS(40));
        record.proxied = next_random() % 2 == 0;
        for (size_t i = 0; i < sizeof(latencies) / sizeof(latencies[0]); i++) {
            *latencies[i] = (long)random_near(20, 60);
        }
        row = split(&record);
        check_sums(&row);
        assert_true((column(&row, "RoutingLatency")[0] != '\0') == record.proxied);
        apr_pool_clear(pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slow_refusal_names_its_phase),
        cmocka_unit_test(test_contradictions_are_settled),
        cmocka_unit_test(test_sums_hold_whatever_was_measured),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
