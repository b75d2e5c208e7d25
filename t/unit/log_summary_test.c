/* SPDX-License-Identifier: Apache-2.0
 *
 * What a summary counts, who is not on Kerberos and since when, and its verdict.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/log_summary.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "asactl/win32_status.h"
#include "core/reason.h"
#include "t/unit/pool.h"

#define TEXT(string) ((asactl_log_text_t){.at = string, .len = strlen(string)})
#define AT(minute)   (apr_time_from_sec(1700000000) + apr_time_from_sec(60 * (minute)))

/* A signed-in request of Exchange's. */
static asactl_log_record_t request(const char *user, const char *client, const char *type,
                                   apr_time_t time)
{
    return (asactl_log_record_t){.kind = ASACTL_LOG_HTTPPROXY,
                                 .generation = "HttpProxy, 74 columns",
                                 .time = time,
                                 .protocol = TEXT("Mapi"),
                                 .vhost = TEXT("mail.corp.tailspintoys.com"),
                                 .node = TEXT("CAS-1"),
                                 .user = TEXT(user),
                                 .client = TEXT(client),
                                 .agent = TEXT("Outlook"),
                                 .authentication_type = TEXT(type),
                                 .authenticated = user[0] != '\0',
                                 .status = 200,
                                 .substatus = -1,
                                 .win32_status = -1};
}

static asactl_log_record_t ours(const char *user, const char *client, const char *key,
                                const char *etype, apr_time_t time)
{
    asactl_log_record_t record = request(user, client, "Negotiate", time);

    record.generation = "mod_asa_auth";
    record.ours = true;
    record.package = TEXT("Kerberos");
    record.key = TEXT(key);
    record.etype = TEXT(etype);
    record.session = TEXT("false");
    return record;
}

static asactl_log_record_t refused(const char *client, const char *reason, apr_time_t time)
{
    asactl_log_record_t record = request("", client, "NTLM", time);

    record.generation = "mod_asa_auth";
    record.ours = true;
    record.reason = TEXT(reason);
    record.error_code = TEXT(reason);
    record.status = 401;
    return record;
}

static asactl_log_record_t iis(const char *user, int status, int substatus, int64_t win32_status,
                               apr_time_t time)
{
    asactl_log_record_t record = request(user, "192.0.2.9", "", time);

    record.kind = ASACTL_LOG_IIS;
    record.generation = "IIS";
    record.agent = TEXT("Microsoft+Office");
    record.status = status;
    record.substatus = substatus;
    record.win32_status = win32_status;
    return record;
}

static asactl_log_summary_t *sum(bool trust, const asactl_log_record_t *records, size_t count)
{
    asactl_log_summary_t *summary = asactl_log_summary_make(pool, trust);

    for (size_t i = 0; i < count; i++) {
        asactl_log_summary_add(summary, &records[i]);
    }
    return summary;
}

#define SUM(trust, ...)                                                                            \
    sum(trust, (const asactl_log_record_t[]){__VA_ARGS__},                                         \
        sizeof((const asactl_log_record_t[]){__VA_ARGS__}) / sizeof(asactl_log_record_t))

#define AES ours("T\\w", "192.0.2.7", "latest", "aes256-cts-hmac-sha1-96", AT(1))

static void verdicts(void **state)
{
    asactl_log_summary_t *summary;

    assert_int_equal(asactl_log_summary_verdict(SUM(false, AES)), ASACTL_LOG_ALL_KERBEROS);
    assert_int_equal(
        asactl_log_summary_verdict(SUM(false, AES, refused("192.0.2.8", "NtlmOffered", AT(2)))),
        ASACTL_LOG_ALL_KERBEROS);
    assert_int_equal(
        asactl_log_summary_verdict(SUM(false, AES, request("T\\w", "192.0.2.7", "NTLM", AT(2)))),
        ASACTL_LOG_NOT_ALL);
    assert_int_equal(
        asactl_log_summary_verdict(SUM(false, AES, request("T\\w", "192.0.2.7", "FBA", AT(2)))),
        ASACTL_LOG_NOT_ALL);
    assert_int_equal(asactl_log_summary_verdict(
                         SUM(false, AES, request("T\\w", "192.0.2.7", "Negotiate", AT(2)))),
                     ASACTL_LOG_UNPROVEN);
    assert_int_equal(asactl_log_summary_verdict(
                         SUM(true, AES, request("T\\w", "192.0.2.7", "Negotiate", AT(2)))),
                     ASACTL_LOG_ALL_KERBEROS);
    assert_int_equal(
        asactl_log_summary_verdict(SUM(true, refused("192.0.2.8", "NtlmOffered", AT(2)))),
        ASACTL_LOG_NOBODY);
    for (unsigned bad = 0; bad < ASACTL_LOG_BADS; bad++) {
        summary = SUM(false, AES);
        asactl_log_summary_bad(summary, (asactl_log_bad_t)bad, "a.LOG", 7, "why");
        assert_int_equal(asactl_log_summary_verdict(summary), bad == ASACTL_LOG_BAD_FOREIGN
                                                                  ? ASACTL_LOG_ALL_KERBEROS
                                                                  : ASACTL_LOG_UNREADABLE);
    }
}

static void sentences(void **state)
{
    assert_string_equal(asactl_log_summary_sentence(SUM(false, AES), pool),
                        "Every request that was signed in (1) came by Kerberos.");
    assert_string_equal(
        asactl_log_summary_sentence(SUM(false, AES, request("T\\w", "192.0.2.7", "NTLM", AT(2)),
                                        request("T\\w", "192.0.2.7", "FBA", AT(2)),
                                        request("T\\w", "192.0.2.7", "Negotiate", AT(2))),
                                    pool),
        "Not everybody is on Kerberos: of 4 signed-in requests, 1 came by Kerberos, 1 by NTLM, 1 "
        "by another way; 1 more say only Negotiate, which may be NTLM.");
}

static const asactl_log_who_t *first(const apr_array_header_t *list)
{
    return list->nelts > 0 ? APR_ARRAY_IDX(list, 0, const asactl_log_who_t *) : NULL;
}

/* In any order of the lines. */
static void since_when(void **state)
{
    const asactl_log_record_t records[] = {
        request("T\\w", "192.0.2.7", "NTLM", AT(1)),
        ours("T\\w", "192.0.2.7", "latest", "aes256-cts-hmac-sha1-96", AT(2)),
        request("t\\W", "192.0.2.7", "NTLM", AT(3)), request("T\\w", "192.0.2.7", "Basic", AT(4))};
    static const int orders[][4] = {{0, 1, 2, 3}, {1, 3, 0, 2}, {0, 2, 1, 3}, {0, 2, 3, 1}};

    for (size_t order = 0; order < 4; order++) {
        asactl_log_summary_t *summary = asactl_log_summary_make(pool, false);
        apr_array_header_t *list;
        const asactl_log_who_t *who;

        for (size_t i = 0; i < 4; i++) {
            asactl_log_summary_add(summary, &records[orders[order][i]]);
        }
        list = asactl_log_summary_not_on_kerberos(summary, pool);
        assert_int_equal(list->nelts, 1);
        who = first(list);
        assert_string_equal(who->user->name, "T\\w");
        assert_true(who->last_kerberos == AT(2));
        assert_true(who->last_other == AT(4));
        assert_int_equal(who->last_class, ASACTL_LOG_BASIC);
        assert_string_equal(who->last_type->name, "Basic");
        assert_string_equal(who->agents[0]->name, "Outlook");
        /* Told exactly where the time is kept; else at the latest. */
        assert_true(order >= 2 ? who->since > AT(2) && who->since <= AT(4) : who->since == AT(3));
        assert_int_equal(asactl_log_counts_all(&who->counts), 4);
    }
}

static void who_comes_back_is_on_kerberos(void **state)
{
    asactl_log_summary_t *summary =
        SUM(false, request("T\\w", "192.0.2.7", "NTLM", AT(1)),
            ours("T\\w", "192.0.2.7", "latest", "aes256-cts-hmac-sha1-96", AT(2)),
            refused("192.0.2.7", "NtlmOffered", AT(0)), refused("192.0.2.8", "NtlmOffered", AT(0)));
    apr_array_header_t *turned_away;

    assert_int_equal(asactl_log_summary_not_on_kerberos(summary, pool)->nelts, 0);
    turned_away = asactl_log_summary_turned_away(summary, pool);
    assert_int_equal(turned_away->nelts, 2);
    summary = SUM(false, refused("192.0.2.7", "NtlmOffered", AT(0)),
                  refused("192.0.2.8", "NtlmOffered", AT(0)),
                  ours("T\\w", "192.0.2.7", "latest", "aes256-cts-hmac-sha1-96", AT(2)));
    turned_away = asactl_log_summary_turned_away(summary, pool);
    assert_int_equal(turned_away->nelts, 1);
    assert_string_equal(first(turned_away)->client->name, "192.0.2.8");
    assert_string_equal(first(turned_away)->last_reason->name, "NtlmOffered");
}

static void negotiate_speaks_neither_for_nor_against(void **state)
{
    asactl_log_summary_t *summary = SUM(false, request("T\\w", "192.0.2.7", "NTLM", AT(1)),
                                        request("T\\w", "192.0.2.7", "Negotiate", AT(2)));

    assert_int_equal(asactl_log_summary_not_on_kerberos(summary, pool)->nelts, 1);
    assert_int_equal(asactl_log_summary_limits(summary, pool)->nelts, 1);
    summary = SUM(false, request("T\\w", "192.0.2.7", "Negotiate", AT(2)));
    assert_int_equal(asactl_log_summary_not_on_kerberos(summary, pool)->nelts, 0);
    summary = SUM(true, request("T\\w", "192.0.2.7", "NTLM", AT(1)),
                  request("T\\w", "192.0.2.7", "Negotiate", AT(2)));
    assert_int_equal(asactl_log_summary_not_on_kerberos(summary, pool)->nelts, 0);
}

static void reasons_have_remedies(void **state)
{
    asactl_log_summary_t *summary = SUM(
        false, refused("192.0.2.7", "NoCredentials", AT(1)),
        refused("192.0.2.7", "NoCredentials", AT(1)), refused("192.0.2.7", "NtlmOffered", AT(2)),
        iis("", 401, 1, 1326, AT(3)), refused("192.0.2.7", "Invented", AT(2)));
    apr_array_header_t *reasons = asactl_log_summary_reasons(summary, pool);
    const asactl_log_reason_t *reason;

    assert_int_equal(reasons->nelts, 4);
    reason = APR_ARRAY_IDX(reasons, 0, const asactl_log_reason_t *);
    assert_string_equal(reason->name, "NtlmOffered");
    assert_string_equal(reason->remedy, asa_reason_remedy(ASA_REASON_NTLM_OFFERED));
    assert_true(reason->refusal);
    assert_true(reason->last == AT(2));
    assert_string_equal(reason->last_client->name, "192.0.2.7");
    reason = APR_ARRAY_IDX(reasons, 1, const asactl_log_reason_t *);
    assert_string_equal(reason->name, "401.1 ERROR_LOGON_FAILURE");
    assert_string_equal(reason->remedy, asactl_win32_status_meaning(1326));
    assert_null(APR_ARRAY_IDX(reasons, 2, const asactl_log_reason_t *)->remedy);
    reason = APR_ARRAY_IDX(reasons, 3, const asactl_log_reason_t *);
    assert_string_equal(reason->name, "NoCredentials");
    assert_false(reason->refusal);
    assert_int_equal(reason->count, 2);
    /* The first request of a client is no refusal. */
    assert_int_equal(asactl_log_summary_counts(summary)->of[ASACTL_LOG_NONE], 2);
    assert_int_equal(asactl_log_summary_counts(summary)->of[ASACTL_LOG_REFUSED], 3);
}

static void legs_of_iis(void **state)
{
    asactl_log_summary_t *summary = SUM(false, iis("", 401, 1, ASACTL_WIN32_NO_CREDENTIALS, AT(1)),
                                        iis("T\\w", 200, 0, 0, AT(1) + apr_time_from_sec(10)),
                                        iis("T\\w", 200, 0, 0, AT(1) + apr_time_from_sec(10)),
                                        iis("", 401, 1, ASACTL_WIN32_NO_CREDENTIALS, AT(2)),
                                        iis("T\\w", 200, 0, 0, AT(2) + apr_time_from_sec(11)));
    const asactl_log_counts_t *counts = asactl_log_summary_counts(summary);
    const asactl_log_status_t *status;

    assert_int_equal(counts->of[ASACTL_LOG_NTLM], 1);
    assert_int_equal(counts->of[ASACTL_LOG_NEGOTIATE], 2);
    assert_int_equal(counts->of[ASACTL_LOG_NONE], 2);
    assert_int_equal(asactl_log_summary_limits(summary, pool)->nelts, 2);
    status =
        APR_ARRAY_IDX(asactl_log_summary_statuses(summary, pool), 0, const asactl_log_status_t *);
    assert_int_equal(status->count, 2);
    assert_string_equal(status->win32_name, "SEC_E_NO_CREDENTIALS");
    assert_string_equal(asactl_log_summary_row(summary, ASACTL_LOG_BY_AGENT, 0)->name,
                        "Microsoft Office");
}

static void keys_in_use(void **state)
{
    asactl_log_summary_t *summary =
        SUM(false, AES, AES, ours("T\\x", "192.0.2.8", "previous", "arcfour-hmac", AT(5)),
            ours("T\\y", "192.0.2.9", "previous", "aes256-cts-hmac-sha1-96", AT(4)));
    apr_array_header_t *uses = asactl_log_summary_uses(summary, pool);
    apr_array_header_t *who = asactl_log_summary_old_keys(summary, pool);
    const asactl_log_use_t *use;

    assert_int_equal(uses->nelts, 3);
    use = APR_ARRAY_IDX(uses, 0, const asactl_log_use_t *);
    assert_int_equal(use->count, 2);
    assert_string_equal(use->slot, "latest");
    assert_false(use->weak || use->old);
    use = APR_ARRAY_IDX(uses, 1, const asactl_log_use_t *);
    assert_true(use->weak && use->old);
    assert_string_equal(use->last_user->name, "T\\x");
    assert_int_equal(who->nelts, 2);
    assert_string_equal(first(who)->user->name, "T\\x");
    assert_int_equal(first(who)->weak_count, 1);
    assert_true(first(who)->last_old_key == AT(5));
}

/* A name that was only claimed is nobody's. */
static void a_refused_user_is_nobody(void **state)
{
    asactl_log_record_t record = request("T\\wendy", "192.0.2.7", "Basic", AT(1));
    asactl_log_summary_t *summary;

    record.authenticated = false;
    summary = SUM(false, record);
    assert_int_equal(asactl_log_summary_distinct(summary, ASACTL_LOG_BY_USER), 1);
    assert_string_equal(asactl_log_summary_row(summary, ASACTL_LOG_BY_USER, 0)->name, "");
}

static void every_list_adds_up(void **state)
{
    asactl_log_summary_t *summary = asactl_log_summary_make(pool, false);

    for (int i = 0; i < 3000; i++) {
        asactl_log_record_t record =
            request("T\\w", "192.0.2.7", i % 2 ? "NTLM" : "Kerberos", AT(i));
        const char *name = apr_psprintf(pool, "name-%d", i);

        record.node = TEXT(name);
        record.protocol = TEXT(name);
        asactl_log_summary_add(summary, &record);
    }
    for (unsigned by = 0; by < ASACTL_LOG_BYS; by++) {
        apr_array_header_t *rows = asactl_log_summary_rows(summary, pool, (asactl_log_by_t)by);
        asactl_log_count_t all = 0;

        for (int i = 0; i < rows->nelts; i++) {
            const asactl_log_row_t *row = APR_ARRAY_IDX(rows, i, const asactl_log_row_t *);
            all += asactl_log_counts_all(&row->counts);
        }
        assert_int_equal(all, 3000);
        if (by == ASACTL_LOG_BY_NODE || by == ASACTL_LOG_BY_PROTOCOL) {
            assert_string_equal(
                APR_ARRAY_IDX(rows, rows->nelts - 1, const asactl_log_row_t *)->name, "others");
        }
    }
    assert_int_equal(asactl_log_counts_signed_in(asactl_log_summary_counts(summary)), 3000);
}

/* Memory is that of what is different: once all is known, no line takes any more. */
static void a_line_that_is_known_takes_no_memory(void **state)
{
    asactl_log_summary_t *summary = asactl_log_summary_make(pool, false);
    size_t before = 0;

    for (int i = 0; i < 60000; i++) {
        const char *const types[] = {"NTLM", "Kerberos", "Negotiate"};
        char user[32];
        asactl_log_record_t record;

        snprintf(user, sizeof user, "T\\user%d", i % 100);
        record = i % 5 == 0   ? refused("192.0.2.7", "NtlmOffered", AT(i % 1000))
                 : i % 5 == 1 ? iis(user, 401, 1, ASACTL_WIN32_NO_CREDENTIALS, AT(i % 1000))
                 : i % 5 == 2 ? ours(user, "192.0.2.7", "previous", "arcfour-hmac", AT(i % 1000))
                              : request(user, "192.0.2.7", types[i % 3], AT(i % 1000));
        asactl_log_summary_add(summary, &record);
        before = i == 10000 ? mallinfo2().uordblks : before;
    }
    assert_int_equal(mallinfo2().uordblks, before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(verdicts, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(sentences, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(since_when, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(who_comes_back_is_on_kerberos, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(negotiate_speaks_neither_for_nor_against, open_pool,
                                        close_pool),
        cmocka_unit_test_setup_teardown(reasons_have_remedies, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(legs_of_iis, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(keys_in_use, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(a_refused_user_is_nobody, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(every_list_adds_up, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(a_line_that_is_known_takes_no_memory, open_pool,
                                        close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
