/* SPDX-License-Identifier: Apache-2.0
 *
 * Each reason has one name, one status, one sentence and one remedy, and facts cannot change its
 * sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/reason.h"

#include <stdbool.h>
#include <string.h>

#include <apr_general.h>

#include "t/unit/pool.h"

/* The contract: these names stand in logs and in other people's scripts. */
static const struct {
    asa_reason_t reason;
    const char *name;
    asa_fault_t fault;
    int status;
    const char *facts; /* letters of those that the sentence shows: see sentence_of() */
} contract[] = {
    {ASA_REASON_NO_CREDENTIALS, "NoCredentials", ASA_FAULT_CLIENT, 401, "c"},
    {ASA_REASON_NOT_NEGOTIATE, "NotNegotiate", ASA_FAULT_CLIENT, 401, "cm"},
    {ASA_REASON_NTLM_OFFERED, "NtlmOffered", ASA_FAULT_CLIENT, 401, "c"},
    {ASA_REASON_TOKEN_MALFORMED, "TokenMalformed", ASA_FAULT_CLIENT, 401, "cd"},
    {ASA_REASON_WRONG_PRINCIPAL, "WrongPrincipal", ASA_FAULT_CLIENT, 401, "csa"},
    {ASA_REASON_KEY_VERSION_MISSING, "KeyVersionMissing", ASA_FAULT_NODE, 401, "cskeh"},
    {ASA_REASON_KEY_MISMATCH, "KeyMismatch", ASA_FAULT_NODE, 401, "cskeh"},
    {ASA_REASON_ENCRYPTION_TYPE_UNSUPPORTED, "EncryptionTypeUnsupported", ASA_FAULT_NODE, 401,
     "cseh"},
    {ASA_REASON_CLOCK_SKEW, "ClockSkew", ASA_FAULT_NODE, 401, "cd"},
    {ASA_REASON_TICKET_EXPIRED, "TicketExpired", ASA_FAULT_CLIENT, 401, "cs"},
    {ASA_REASON_TICKET_NOT_YET_VALID, "TicketNotYetValid", ASA_FAULT_CLIENT, 401, "cs"},
    {ASA_REASON_REPLAY, "Replay", ASA_FAULT_CLIENT, 401, "cs"},
    {ASA_REASON_BAD_BINDINGS, "BadBindings", ASA_FAULT_CLIENT, 401, "cs"},
    {ASA_REASON_NOT_BOUND, "NotBound", ASA_FAULT_CLIENT, 401, "cs"},
    {ASA_REASON_TLS_REQUIRED, "TlsRequired", ASA_FAULT_CLIENT, 401, "c"},
    {ASA_REASON_NO_USABLE_KEY, "NoUsableKey", ASA_FAULT_NODE, 503, "cd"},
    {ASA_REASON_NAME_UNUSABLE, "NameUnusable", ASA_FAULT_CLIENT, 401, "cd"},
    {ASA_REASON_ACCEPT_FAILED, "AcceptFailed", ASA_FAULT_NODE, 401, "csd"},
    {ASA_REASON_SESSION_INVALID, "SessionInvalid", ASA_FAULT_CLIENT, 401, "c"},
    {ASA_REASON_USER_NOT_DELEGATED, "UserNotDelegated", ASA_FAULT_CLIENT, 403, "ubd"},
    {ASA_REASON_TICKET_NOT_FORWARDABLE, "TicketNotForwardable", ASA_FAULT_CLIENT, 403, "ubd"},
    {ASA_REASON_TICKET_OUTDATED, "TicketOutdated", ASA_FAULT_NODE, 502, "ubd"},
    {ASA_REASON_DELEGATION_NOT_ALLOWED, "DelegationNotAllowed", ASA_FAULT_NODE, 502, "ubd"},
    {ASA_REASON_BACK_END_UNKNOWN, "BackEndUnknown", ASA_FAULT_NODE, 502, "bd"},
    {ASA_REASON_NO_BACK_END_TICKET, "NoBackEndTicket", ASA_FAULT_NODE, 502, "ubd"},
    {ASA_REASON_KDC_UNREACHABLE, "KdcUnreachable", ASA_FAULT_NODE, 503, "ubd"},
    {ASA_REASON_BACK_END_REFUSED, "BackEndRefused", ASA_FAULT_NODE, 502, "d"},
    {ASA_REASON_BACK_END_NOT_PROVEN, "BackEndNotProven", ASA_FAULT_NODE, 502, "bd"},
};

#define ROWS (sizeof contract / sizeof contract[0])

static const asa_facts_t all_facts = {
    .client = "<client>",
    .spn = "<spn>",
    .kvno = "<kvno>",
    .etype = "<etype>",
    .held = "<held>",
    .accepted = "<accepted>",
    .scheme = "<scheme>",
    .detail = "<detail>",
    .user = "<user>",
    .back_end = "<back_end>",
};

static const struct {
    char letter;
    const char *value;
} letters[] = {{'c', "<client>"}, {'s', "<spn>"},      {'k', "<kvno>"},   {'e', "<etype>"},
               {'h', "<held>"},   {'a', "<accepted>"}, {'m', "<scheme>"}, {'d', "<detail>"},
               {'u', "<user>"},   {'b', "<back_end>"}};

static void every_reason_is_what_the_contract_says(void **state)
{
    (void)state;
    assert_int_equal(ROWS, ASA_REASON_COUNT - 1);
    for (size_t i = 0; i < ROWS; i++) {
        assert_int_equal(contract[i].reason, i + 1);
        assert_string_equal(asa_reason_name(contract[i].reason), contract[i].name);
        assert_int_equal(asa_reason_fault(contract[i].reason), contract[i].fault);
        assert_int_equal(asa_reason_status(contract[i].reason), contract[i].status);
    }
}

static void sentence_shows_its_facts_and_no_others(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        const char *sentence = asa_reason_sentence(pool, contract[i].reason, &all_facts);
        size_t name_len = strlen(contract[i].name);
        assert_memory_equal(sentence, contract[i].name, name_len);
        assert_memory_equal(sentence + name_len, ": ", 2);
        assert_null(strpbrk(sentence, "{}"));
        for (size_t f = 0; f < sizeof letters / sizeof letters[0]; f++) {
            bool wanted = strchr(contract[i].facts, letters[f].letter) != NULL;
            assert_int_equal(strstr(sentence, letters[f].value) != NULL, wanted);
        }
    }
}

static void sentence_reads_as_promised(void **state)
{
    asa_facts_t facts = {.client = "192.0.2.7",
                         .spn = "http/mail.corp.tailspintoys.com",
                         .kvno = "7",
                         .etype = "aes256-cts-hmac-sha1-96",
                         .held = "EXCH2016ASA$ kvno 6, 5 (aes256-cts-hmac-sha1-96)"};

    (void)state;
    assert_string_equal(
        asa_reason_sentence(pool, ASA_REASON_KEY_VERSION_MISSING, &facts),
        "KeyVersionMissing: client 192.0.2.7 brought a ticket for http/mail.corp.tailspintoys.com "
        "with kvno 7 (aes256-cts-hmac-sha1-96); this node holds EXCH2016ASA$ kvno 6, 5 "
        "(aes256-cts-hmac-sha1-96)");
}

static void facts_that_are_missing_or_hostile_are_only_text(void **state)
{
    static const asa_facts_t nothing;
    asa_facts_t hostile = {.client = "{spn}{", .spn = "", .detail = "}%s%n{client}"};

    (void)state;
    assert_string_equal(asa_reason_sentence(pool, ASA_REASON_TICKET_EXPIRED, &nothing),
                        "TicketExpired: client unknown brought an expired ticket for unknown");
    assert_string_equal(asa_reason_sentence(pool, ASA_REASON_ACCEPT_FAILED, &hostile),
                        "AcceptFailed: the ticket for unknown of client {spn}{ was not accepted "
                        "(}%s%n{client})");
}

static void every_remedy_says_something_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        const char *remedy = asa_reason_remedy(contract[i].reason);
        assert_true(strlen(remedy) > 20);
        assert_int_equal(remedy[strlen(remedy) - 1], '.');
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(remedy, asa_reason_remedy(contract[j].reason));
        }
    }
}

static void no_reason_and_foreign_numbers_have_no_name(void **state)
{
    static const int numbers[] = {ASA_REASON_NONE, ASA_REASON_COUNT, -1, INT32_MAX, INT32_MIN};

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        asa_reason_t reason = (asa_reason_t)numbers[i];
        assert_string_equal(asa_reason_name(reason), "");
        assert_int_equal(asa_reason_status(reason), 401);
        assert_string_equal(asa_reason_remedy(reason), "");
        assert_int_equal(asa_reason_fault(reason), ASA_FAULT_CLIENT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reason_is_what_the_contract_says),
        cmocka_unit_test(sentence_shows_its_facts_and_no_others),
        cmocka_unit_test(sentence_reads_as_promised),
        cmocka_unit_test(facts_that_are_missing_or_hostile_are_only_text),
        cmocka_unit_test(every_remedy_says_something_of_its_own),
        cmocka_unit_test(no_reason_and_foreign_numbers_have_no_name),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
