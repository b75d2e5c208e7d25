/* SPDX-License-Identifier: Apache-2.0
 *
 * What lines of every generation say, and which lines are not believed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/log_record.h"

#include <string.h>

#include "core/time_text.h"
#include "t/unit/log_file.h"

#define assert_text(text, string) assert_string_equal(log_file_text(text), string)

static log_file_t read_one(const char *name)
{
    log_file_t file = log_file_read(name);

    assert_int_equal(file.lines[ASACTL_LOG_LINE_RECORD], 1);
    assert_int_equal(file.lines[ASACTL_LOG_LINE_BROKEN], 0);
    assert_int_equal(file.lines[ASACTL_LOG_LINE_FORGED], 0);
    assert_int_equal(file.lines[ASACTL_LOG_LINE_FOREIGN], 0);
    return file;
}

/* The line of Microsoft's document, in the columns of each generation. */
static void every_generation(void **state)
{
    static const struct {
        const char *name, *generation, *vhost;
    } table[] = {
        {"exchange-53", "HttpProxy, 53 columns (Exchange 2013 RTM)", ""},
        {"exchange-64", "HttpProxy, 64 columns (Exchange 2013 CU3)", "mail.corp.tailspintoys.com"},
        {"exchange-68", "HttpProxy, 68 columns (Exchange 2013 CU5)", "mail.corp.tailspintoys.com"},
        {"exchange-69", "HttpProxy, 69 columns (Exchange 2013 CU7, 2016)",
         "mail.corp.tailspintoys.com"},
        {"exchange-70", "HttpProxy, 70 columns", "mail.corp.tailspintoys.com"},
        {"exchange-74", "HttpProxy, 74 columns (Exchange 2016, 2019, SE)",
         "mail.corp.tailspintoys.com"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        log_file_t file = read_one(table[i].name);

        assert_int_equal(file.lines[ASACTL_LOG_LINE_HEAD], 6);
        assert_int_equal(file.record.kind, ASACTL_LOG_HTTPPROXY);
        assert_string_equal(file.record.generation, table[i].generation);
        assert_string_equal(asa_time_text_iso_ms(pool, file.record.time),
                            "2014-02-19T13:30:49.219Z");
        assert_text(file.record.protocol, "RpcHttp");
        assert_text(file.record.vhost, table[i].vhost);
        assert_text(file.record.authentication_type, "Negotiate");
        assert_true(file.record.authenticated);
        assert_text(file.record.user, "tailspin\\Wendy");
        assert_text(file.record.agent, "MSRPC");
        assert_text(file.record.client, "192.168.1.77");
        assert_text(file.record.node, "EXCH1");
        assert_int_equal(file.record.status, 200);
        assert_text(file.record.error_code, "");
        assert_false(file.record.ours);
    }
}

static void our_own(void **state)
{
    asactl_log_record_t record = read_one("ours-kerberos").record;

    assert_string_equal(record.generation, "mod_asa_auth");
    assert_true(record.ours);
    assert_text(record.package, "Kerberos");
    assert_text(record.spn, "http/mail.corp.tailspintoys.com");
    assert_text(record.kvno, "7");
    assert_text(record.etype, "aes256-cts-hmac-sha1-96");
    assert_text(record.key, "latest");
    assert_text(record.bound, "true");
    assert_text(record.session, "false");
    assert_text(record.request_id, "0b54c1d2-6f2b-4b6e-9d7b-0e1f2a3b4c5d");
    record = read_one("ours-refused").record;
    assert_true(record.ours);
    assert_false(record.authenticated);
    assert_text(record.reason, "NtlmOffered");
    assert_text(record.error_code, "NtlmOffered");
    assert_text(record.authentication_type, "NTLM");
    record = read_one("ours-agent-quoted").record;
    assert_text(record.agent, "an \"\"agent\"\" of its own");
}

static void heads(void **state)
{
    log_file_t file = read_one("fields-first");

    assert_int_equal(file.lines[ASACTL_LOG_LINE_HEAD], 3);
    assert_text(file.record.user, "TAILSPIN\\wendy");
    assert_text(read_one("other-case").record.user, "TAILSPIN\\wendy");
    file = log_file_read("head-again");
    assert_int_equal(file.lines[ASACTL_LOG_LINE_RECORD], 2);
    assert_string_equal(file.record.generation, "HttpProxy, 69 columns (Exchange 2013 CU7, 2016)");
    assert_text(file.record.user, "tailspin\\Wendy");
    assert_int_equal(log_file_read("empty-lines").lines[ASACTL_LOG_LINE_HEAD], 3);
    assert_int_equal(log_file_read("unfinished").lines[ASACTL_LOG_LINE_RECORD], 1);
}

static void what_is_not_believed(void **state)
{
    static const struct {
        const char *name;
        asactl_log_line_kind_t kind;
        const char *why;
    } table[] = {
        {"forged-sum", ASACTL_LOG_LINE_FORGED, "TotalRequestTime is not the sum of its parts"},
        {"forged-time", ASACTL_LOG_LINE_FORGED,
         "DateTime is not BeginRequest and TotalRequestTime"},
        {"forged-proof", ASACTL_LOG_LINE_FORGED,
         "AuthPkg proves a sign-in that the line itself denies"},
        {"forged-twice", ASACTL_LOG_LINE_FORGED, "a part of the proof in GenericInfo stands twice"},
        {"broken-shifted", ASACTL_LOG_LINE_BROKEN, "another number of columns than its head names"},
        {"broken-quoted-comma", ASACTL_LOG_LINE_BROKEN,
         "a comma inside quotes, which readers that split see as the end of the column"},
        {"broken-quote", ASACTL_LOG_LINE_BROKEN, "a quote inside a column that is not quoted"},
        {"broken-open-quote", ASACTL_LOG_LINE_BROKEN,
         "a comma inside quotes, which readers that split see as the end of the column"},
        {"broken-return", ASACTL_LOG_LINE_BROKEN, "a carriage return inside the line"},
        {"many-columns", ASACTL_LOG_LINE_BROKEN, "too many columns"},
        {"iis-broken", ASACTL_LOG_LINE_BROKEN, "its status is no number"},
        {"nul-line", ASACTL_LOG_LINE_FOREIGN,
         "no head that names a known log's columns stands before it"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        log_file_t file = log_file_read(table[i].name);

        assert_int_equal(file.lines[table[i].kind], 1);
        assert_string_equal(file.why, table[i].why);
    }
    assert_int_equal(log_file_read("foreign-ews").lines[ASACTL_LOG_LINE_RECORD], 0);
    assert_int_equal(log_file_read("foreign-ews").lines[ASACTL_LOG_LINE_FOREIGN], 2);
}

/* A line whose column stands as given; the others are those of ours-kerberos. */
static asactl_log_line_kind_t with(const char *from, const char *to, const char **why)
{
    size_t len;
    const char *text = (const char *)corpus_read(pool, "log_record/ours-kerberos", &len), *data;
    asactl_log_schema_t schema;
    asactl_log_record_t record;
    char *line, *found;

    text = apr_pstrmemdup(pool, text, len);
    data = strrchr(text, '#');
    data = strchr(data, '\n') + 1;
    asactl_log_schema_begin(&schema);
    assert_int_equal(asactl_log_record_read(text, strcspn(text, "\n"), &schema, &record, why),
                     ASACTL_LOG_LINE_HEAD);
    line = apr_pstrmemdup(pool, data, strcspn(data, "\r"));
    found = strstr(line, from);
    assert_non_null(found);
    line = apr_pstrcat(pool, apr_pstrmemdup(pool, line, (size_t)(found - line)), to,
                       found + strlen(from), NULL);
    return asactl_log_record_read(line, strlen(line), &schema, &record, why);
}

/* Each sum is asked: one latency that is a millisecond off is found. */
static void every_sum_is_asked(void **state)
{
    static const struct {
        const char *from, *to, *why;
    } table[] = {
        {",,20,,,20,,25,25,", ",,20,,,20,,24,25,", "HttpProxyOverhead is not what its parts leave"},
        {",,20,,,20,,25,25,", ",,20,,,21,,25,25,", "CoreLatency is not what its parts leave"},
        {",,20,,,20,,25,25,", ",,20,,,20,21,25,25,", "RoutingLatency is not what its parts leave"},
        {",,20,,,20,,25,25,", ",,19,,,20,,25,25,", "TotalRequestTime is not the sum of its parts"},
        {",,20,,,20,,25,25,", ",,20,,,20,,25,,", "TotalRequestTime is empty"},
        {",,20,,,20,,25,25,", ",,20x,,,20,,25,25,", "a latency is no number"},
        {"BeginRequest=2026-11-26T08:00:00.100Z", "BeginRequest=2026-11-26T08:00:00.102Z",
         "DateTime is not BeginRequest and TotalRequestTime"},
        {"BeginRequest=2026", "BeginRequest=", "BeginRequest is no time"},
    };
    const char *why;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_int_equal(with(table[i].from, table[i].to, &why), ASACTL_LOG_LINE_FORGED);
        assert_string_equal(why, table[i].why);
    }
    assert_int_equal(with(",,20,,,20,,25,25,", ",,20,,,20,20,25,25,", &why),
                     ASACTL_LOG_LINE_RECORD);
    assert_int_equal(with("T08:00:00.100Z", "T08:00:00.101Z", &why), ASACTL_LOG_LINE_RECORD);
    assert_int_equal(with("wendy", "", &why), ASACTL_LOG_LINE_RECORD);
}

static void proof_must_fit_its_line(void **state)
{
    const char *why;

    assert_int_equal(with("TAILSPIN\\wendy", "", &why), ASACTL_LOG_LINE_FORGED);
    assert_int_equal(with(",Negotiate,", ",NTLM,", &why), ASACTL_LOG_LINE_FORGED);
    assert_int_equal(with("Mech=spnego", "AuthReason=Replay", &why), ASACTL_LOG_LINE_FORGED);
    assert_string_equal(why, "AuthPkg and AuthReason exclude each other");
    assert_int_equal(with(",true,", ",perhaps,", &why), ASACTL_LOG_LINE_BROKEN);
    assert_int_equal(with(",200,", ",2OO,", &why), ASACTL_LOG_LINE_BROKEN);
    assert_int_equal(with("2026-11-26T08:00:00.125Z,", "yesterday,", &why), ASACTL_LOG_LINE_BROKEN);
    assert_int_equal(with("AuthPkg=Kerberos", "AuthPkg=NTLM", &why), ASACTL_LOG_LINE_FORGED);
    assert_string_equal(why, "the proof in GenericInfo is not whole");
    assert_int_equal(with("Bound=true;", "", &why), ASACTL_LOG_LINE_FORGED);
    assert_int_equal(with("Session=false;", "", &why), ASACTL_LOG_LINE_FORGED);
    assert_int_equal(with("AuthPkg=Kerberos", "AuthReason=Replay", &why), ASACTL_LOG_LINE_FORGED);
    assert_string_equal(why, "AuthReason refuses a sign-in that the line itself tells");
    assert_int_equal(with("AuthPkg=Kerberos;", "", &why), ASACTL_LOG_LINE_RECORD);
}

static void clients_lose_their_ports(void **state)
{
    static const struct {
        const char *written, *read;
    } table[] = {
        {"192.0.2.7", "192.0.2.7"},
        {"52.96.16.37:49660", "52.96.16.37"},
        {"::1", "::1"},
        {"fe80::1%3", "fe80::1%3"},
        {"[2001:db8::7]:443", "2001:db8::7"},
        {"192.0.2.7 10.0.0.1", "192.0.2.7"},
        {"192.0.2.7:1 10.0.0.1:2", "192.0.2.7"},
        {"[", "["},
        {":", ""},
        {"", ""},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        asactl_log_text_t text = {table[i].written, strlen(table[i].written)};
        size_t len;
        const char *head = (const char *)corpus_read(pool, "log_record/address-book", &len);
        asactl_log_schema_t schema;
        asactl_log_record_t record;
        const char *line, *why;

        head = apr_pstrmemdup(pool, head, strcspn(head, "\r"));
        line = apr_pstrcat(pool, "2011-03-11T20:00:12.000Z,9,0,/cn=A,,", text.at,
                           strstr(head, ",proseware"), NULL);
        asactl_log_schema_begin(&schema);
        assert_int_equal(asactl_log_record_read(line, strlen(line), &schema, &record, &why),
                         ASACTL_LOG_LINE_RECORD);
        assert_text(record.client, table[i].read);
    }
}

static void address_book(void **state)
{
    asactl_log_record_t record = read_one("address-book").record;
    log_file_t file;

    assert_int_equal(record.kind, ASACTL_LOG_ADDRESS_BOOK);
    assert_text(record.protocol, "AddressBook");
    assert_text(record.user, "/o=First Organization/ou=Exchange Administrative Group "
                             "(FYDIBOHF23SPDLT)/cn=Recipients/cn=Administrator");
    assert_text(record.node, "proseware-hc1");
    assert_text(record.authentication_type, "Kerberos");
    assert_true(record.authenticated);
    file = log_file_read("address-book-head");
    assert_int_equal(file.lines[ASACTL_LOG_LINE_RECORD], 2);
    assert_false(file.record.authenticated);
    assert_text(file.record.client, "10.0.0.9");
}

static void iis(void **state)
{
    log_file_t file = log_file_read("iis");

    assert_int_equal(file.lines[ASACTL_LOG_LINE_RECORD], 4);
    assert_int_equal(file.record.kind, ASACTL_LOG_IIS);
    assert_string_equal(asa_time_text_iso_ms(pool, file.record.time), "2023-04-19T11:22:58.000Z");
    assert_text(file.record.protocol, "Owa");
    assert_text(file.record.node, "192.168.20.198");
    assert_text(file.record.client, "192.168.20.39");
    assert_int_equal(file.record.status, 401);
    assert_int_equal(file.record.substatus, 2);
    assert_int_equal(file.record.win32_status, 5);
    assert_false(file.record.authenticated);
}

static void hostile_bytes_stay_bytes(void **state)
{
    asactl_log_record_t record = read_one("hostile-bytes").record;

    assert_int_equal(record.agent.len, 21);
    assert_memory_equal(record.agent.at, "\0\x1b[2J\x1b]0;x\a\xc2\x85\xe2\x80\xa8", 16);
    assert_text(record.client, "192.0.2.7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_generation, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(our_own, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(heads, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(what_is_not_believed, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(every_sum_is_asked, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(proof_must_fit_its_line, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(clients_lose_their_ports, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(address_book, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(iis, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(hostile_bytes_stay_bytes, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
