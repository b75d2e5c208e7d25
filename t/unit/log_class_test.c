/* SPDX-License-Identifier: Apache-2.0
 *
 * How a request was signed in, and Windows' names of what failed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/log_class.h"

#include <string.h>

#include "asactl/win32_status.h"
#include "t/unit/log_file.h"

#define TEXT(string)                                                                               \
    {                                                                                              \
        .at = string, .len = sizeof(string) - 1                                                    \
    }

static void of_real_lines(void **state)
{
    static const struct {
        const char *name;
        asactl_log_class_t class;
    } table[] = {
        {"exchange-64", ASACTL_LOG_NEGOTIATE},
        {"ours-kerberos", ASACTL_LOG_KERBEROS},
        {"ours-session", ASACTL_LOG_SESSION},
        {"ours-refused", ASACTL_LOG_REFUSED},
        {"ours-first-request", ASACTL_LOG_NONE},
        {"address-book", ASACTL_LOG_KERBEROS},
        {"iis", ASACTL_LOG_NONE},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        log_file_t file = log_file_read(table[i].name);

        assert_int_equal(asactl_log_class_of(&file.record), table[i].class);
    }
}

static void by_type(void **state)
{
    static const struct {
        asactl_log_text_t type;
        asactl_log_class_t class;
    } table[] = {
        {TEXT("Kerberos"), ASACTL_LOG_KERBEROS}, {TEXT("negotiate"), ASACTL_LOG_NEGOTIATE},
        {TEXT("NTLM"), ASACTL_LOG_NTLM},         {TEXT("Basic"), ASACTL_LOG_BASIC},
        {TEXT("FBA"), ASACTL_LOG_OTHER},         {TEXT("OAuth"), ASACTL_LOG_OTHER},
        {TEXT("LiveIdBasic"), ASACTL_LOG_OTHER}, {TEXT(""), ASACTL_LOG_OTHER},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        asactl_log_record_t record = {.kind = ASACTL_LOG_HTTPPROXY,
                                      .authentication_type = table[i].type};

        /* Whatever was tried: without IsAuthenticated nobody is signed in. */
        assert_int_equal(asactl_log_class_of(&record), ASACTL_LOG_NONE);
        record.authenticated = true;
        assert_int_equal(asactl_log_class_of(&record), table[i].class);
    }
}

static void of_iis(void **state)
{
    static const struct {
        int status, substatus;
        int64_t win32_status;
        bool user;
        asactl_log_class_t class;
        bool leg;
    } table[] = {
        {200, 0, 0, true, ASACTL_LOG_NEGOTIATE, false},
        {200, 0, 0, false, ASACTL_LOG_NONE, false},
        {401, 2, 5, false, ASACTL_LOG_NONE, false},
        {401, 1, 2148074254, false, ASACTL_LOG_NONE, true},
        {401, 2, 2148074254, false, ASACTL_LOG_NONE, false},
        {401, 1, 1326, false, ASACTL_LOG_REFUSED, false},
        {401, 1, 2148074274, false, ASACTL_LOG_REFUSED, false},
        {401, 0, 0, false, ASACTL_LOG_NONE, false},
        {404, 0, 2, false, ASACTL_LOG_NONE, false},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        asactl_log_record_t record = {.kind = ASACTL_LOG_IIS,
                                      .status = table[i].status,
                                      .substatus = table[i].substatus,
                                      .win32_status = table[i].win32_status,
                                      .authenticated = table[i].user && table[i].status < 400};

        assert_int_equal(asactl_log_class_of(&record), table[i].class);
        assert_int_equal(asactl_log_class_is_leg(&record), table[i].leg);
    }
}

static void what_counts(void **state)
{
    const bool kerberos[ASACTL_LOG_CLASSES] = {true, true};

    for (unsigned i = 0; i < ASACTL_LOG_CLASSES; i++) {
        assert_int_equal(asactl_log_class_is_kerberos((asactl_log_class_t)i, false), kerberos[i]);
        assert_int_equal(asactl_log_class_is_kerberos((asactl_log_class_t)i, true),
                         kerberos[i] || i == ASACTL_LOG_NEGOTIATE);
        assert_true(asactl_log_class_name((asactl_log_class_t)i)[0] != '\0');
    }
    assert_true(asactl_log_class_is_weak((asactl_log_text_t)TEXT("arcfour-hmac")));
    assert_true(asactl_log_class_is_weak((asactl_log_text_t)TEXT("des-cbc-crc")));
    assert_false(asactl_log_class_is_weak((asactl_log_text_t)TEXT("aes128-cts-hmac-sha1-96")));
    assert_false(asactl_log_class_is_weak((asactl_log_text_t)TEXT("de")));
    assert_true(asactl_log_class_is_old((asactl_log_text_t)TEXT("previous")));
    assert_true(asactl_log_class_is_old((asactl_log_text_t)TEXT("older")));
    assert_false(asactl_log_class_is_old((asactl_log_text_t)TEXT("latest")));
    assert_false(asactl_log_class_is_old((asactl_log_text_t)TEXT("own")));
}

static void windows_names(void **state)
{
    static const struct {
        uint32_t status;
        const char *name;
    } table[] = {
        {0x8009030E, "SEC_E_NO_CREDENTIALS"}, {0x80090322, "SEC_E_WRONG_PRINCIPAL"},
        {0x8009030C, "SEC_E_LOGON_DENIED"},   {0x80090346, "SEC_E_BAD_BINDINGS"},
        {0x52E, "ERROR_LOGON_FAILURE"},       {0x775, "ERROR_ACCOUNT_LOCKED_OUT"},
        {0x576, "ERROR_TIME_SKEW"},           {5, "ERROR_ACCESS_DENIED"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const char *meaning = asactl_win32_status_meaning(table[i].status);

        assert_string_equal(asactl_win32_status_name(table[i].status), table[i].name);
        assert_non_null(meaning);
        assert_int_equal(meaning[strlen(meaning) - 1], '.');
    }
    assert_null(asactl_win32_status_name(4711));
    assert_null(asactl_win32_status_meaning(-1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(of_real_lines, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(by_type, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(of_iis, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(what_counts, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(windows_names, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
