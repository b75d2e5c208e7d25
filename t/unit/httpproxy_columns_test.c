/* SPDX-License-Identifier: Apache-2.0
 *
 * httpproxy_columns: any text in every column, limits, and the columns with rules of their own.
 */
#include "t/unit/httpproxy_row.h"

/* Sets every text of the record. */
static void set_texts(asa_httpproxy_record_t *record, const char *text)
{
    const char **texts[] = {
        &record->request_id,
        &record->client_request_id,
        &record->protocol,
        &record->url_host,
        &record->url_stem,
        &record->url_query,
        &record->protocol_action,
        &record->authentication_type,
        &record->authenticated_user,
        &record->organization,
        &record->user_agent,
        &record->client_address,
        &record->server_host,
        &record->error_code,
        &record->method,
        &record->proxy_action,
        &record->target_server,
        &record->target_server_version,
        &record->routing_type,
        &record->routing_hint,
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        *texts[i] = text;
    }
}

static char *repeat(const char *text, size_t count)
{
    size_t len = strlen(text);
    char *all = apr_pcalloc(pool, len * count + 1);

    for (size_t i = 0; i < count; i++) {
        memcpy(all + i * len, text, len);
    }
    return all;
}

static void test_any_text_is_one_line_of_74_columns(void **state)
{
    static const char *const texts[] = {
        "",         ",",
        "\"",       "\",\"",
        "a,b\r\nc", "\r\n#Fields: x",
        "\xff",     "\xc2\x85,",
        "=1+1",     "ServerInfo~a/b,",
        ";=;",      "\xe2\x80\xa8",
        "\\",       "\"\"\"\"\"",
        "[::1]:",   ":::,",
        "[",        "]:,",
    };
    static const size_t counts[] = {1, 100, 5000};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        for (size_t j = 0; j < sizeof(counts) / sizeof(counts[0]); j++) {
            asa_httpproxy_record_t record = proxied();
            const char *text = repeat(texts[i], counts[j]);
            asa_httpproxy_info_t pairs[] = {{"Key", text}, {text, text}, {text, NULL}};
            split_t row;

            set_texts(&record, text);
            record.info = record.errors = pairs;
            record.info_count = record.error_count = 3;
            record.request_bytes = record.response_bytes = INT64_MAX;
            row = split(&record);
            check_sums(&row);
            for (size_t k = 0; k < ASA_HTTPPROXY_COLUMNS; k++) {
                assert_null(strpbrk(row.values[k], "\r\n\t"));
            }
            assert_null(strchr(column(&row, "AuthenticatedUser"), '"'));
            assert_null(strchr(column(&row, "GenericInfo"), '"'));
        }
        apr_pool_clear(pool);
    }
}

static void test_limits(void **state)
{
    static const struct {
        const char *column;
        size_t len;
    } rows[] = {
        {"RequestId", 256},         {"ClientRequestId", 256}, {"Protocol", 256},
        {"UrlHost", 256},           {"UrlStem", 1024},        {"UrlQuery", 1024},
        {"AuthenticatedUser", 256}, {"UserAgent", 512},       {"ClientIpAddress", 256},
        {"ErrorCode", 256},         {"Method", 256},          {"TargetServer", 256},
    };
    asa_httpproxy_record_t record = proxied();
    split_t row;

    set_texts(&record, repeat("x", 5000));
    row = split(&record);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(strlen(column(&row, rows[i].column)), rows[i].len);
    }
}

static void test_query_has_its_mark_or_is_empty(void **state)
{
    static const struct {
        const char *query, *value;
    } rows[] = {{"a=b&c=%2C", "?a=b&c=%2C"}, {"?", "??"}, {"", ""}, {NULL, ""}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        asa_httpproxy_record_t record = refused();
        split_t row;

        record.url_query = rows[i].query;
        row = split(&record);
        assert_string_equal(column(&row, "UrlQuery"), rows[i].value);
    }
}

static void test_host_loses_its_port(void **state)
{
    static const struct {
        const char *host, *value;
    } rows[] = {
        {"mail.corp.tailspintoys.com", "mail.corp.tailspintoys.com"},
        {"Mail.corp:8443", "Mail.corp"},
        {"mail:", "mail"},
        {":443", ""},
        {"192.0.2.7:443", "192.0.2.7"},
        {"[2001:db8::7]:443", "[2001:db8::7]"},
        {"[2001:db8::7]", "[2001:db8::7]"},
        {"2001:db8::7", "2001:db8::7"},
        {"[broken", "[broken"},
        {"[broken:443", "[broken"},
        {"", ""},
        {NULL, ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        asa_httpproxy_record_t record = refused();
        split_t row;

        record.url_host = rows[i].host;
        row = split(&record);
        assert_string_equal(column(&row, "UrlHost"), rows[i].value);
    }
}

static void test_user_only_when_proven(void **state)
{
    asa_httpproxy_record_t record = proxied();
    split_t row;

    record.authenticated = false;
    row = split(&record);
    assert_string_equal(column(&row, "IsAuthenticated"), "false");
    assert_string_equal(column(&row, "AuthenticatedUser"), "");
    assert_string_equal(column(&row, "Organization"), "");
    record.authenticated = true;
    row = split(&record);
    assert_string_equal(column(&row, "IsAuthenticated"), "true");
    assert_string_equal(column(&row, "AuthenticatedUser"), "TAILSPIN\\wendy");
    assert_string_equal(column(&row, "Organization"), "corp.tailspintoys.com");
}

static void test_info_and_errors_are_pairs(void **state)
{
    static const asa_httpproxy_info_t info[] = {
        {"AuthPkg", "Kerberos"},
        {"CT", "text/xml; charset=\"UTF-8\""},
        {"Empty", NULL},
        {"", "x"},
        {NULL, "x"},
    };
    static const asa_httpproxy_info_t errors[] = {{"HttpException", "ClientDisconnect"}};
    asa_httpproxy_record_t record = refused();
    split_t row;

    record.info = info;
    record.info_count = 5;
    record.errors = errors;
    record.error_count = 1;
    row = split(&record);
    assert_string_equal(column(&row, "GenericInfo"),
                        "BeginRequest=" NOON_TEXT ";CorrelationID=<empty>;AuthPkg=Kerberos;"
                        "CT=text/xml  charset  UTF-8 ;Empty=;EndRequest=" NOON_TEXT ";");
    assert_string_equal(column(&row, "GenericErrors"), "HttpException=ClientDisconnect;");
    record.info = record.errors = NULL;
    row = split(&record);
    assert_string_equal(column(&row, "GenericErrors"), "");
}

static void test_pairs_fill_their_column_to_the_last_byte(void **state)
{
    asa_httpproxy_info_t pairs[700];
    asa_httpproxy_record_t record = refused();
    split_t row;

    for (size_t i = 0; i < 700; i++) {
        pairs[i] = (asa_httpproxy_info_t){"K", i % 2 == 0 ? "1" : ""};
    }
    record.info = record.errors = pairs;
    record.info_count = record.error_count = 700;
    row = split(&record);
    check_sums(&row);
    assert_in_range(strlen(column(&row, "GenericInfo")), 2046, 2048);
    assert_in_range(strlen(column(&row, "GenericErrors")), 1022, 1024);
}

static void test_pairs_that_do_not_fit_are_left_out_whole(void **state)
{
    const char *text = repeat("x", 2000);
    asa_httpproxy_info_t pairs[] = {{"A", text}, {"B", text}, {"C", text},
                                    {"D", text}, {"E", "1"},  {"F", "2"}};
    asa_httpproxy_record_t record = refused();
    split_t row;

    record.info = record.errors = pairs;
    record.info_count = record.error_count = 6;
    row = split(&record);
    check_sums(&row);
    assert_true(strlen(column(&row, "GenericInfo")) <= 2048);
    assert_non_null(strstr(column(&row, "GenericInfo"), ";C=xxx"));
    assert_null(strstr(column(&row, "GenericInfo"), ";D="));
    assert_non_null(strstr(column(&row, "GenericInfo"), "x;E=1;F=2;EndRequest="));
    assert_true(strlen(column(&row, "GenericErrors")) <= 1024);
    assert_null(strstr(column(&row, "GenericErrors"), "B="));
    assert_non_null(strstr(column(&row, "GenericErrors"), "x;E=1;F=2;"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_text_is_one_line_of_74_columns),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_query_has_its_mark_or_is_empty),
        cmocka_unit_test(test_host_loses_its_port),
        cmocka_unit_test(test_user_only_when_proven),
        cmocka_unit_test(test_info_and_errors_are_pairs),
        cmocka_unit_test(test_pairs_fill_their_column_to_the_last_byte),
        cmocka_unit_test(test_pairs_that_do_not_fit_are_left_out_whole),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
