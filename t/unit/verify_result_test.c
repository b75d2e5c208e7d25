/* SPDX-License-Identifier: Apache-2.0
 *
 * What a visit proves: every way in which a sign-in can fail has its name and a remedy, and nothing
 * counts as a success that is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/verify_result.h"

#include <string.h>

#include <apr_general.h>

#include "asactl/directory.h"
#include "core/reason.h"
#include "t/unit/pool.h"

#define URL "https://mail.corp/mapi/"

static asactl_service_ticket_t ticket;
static asactl_visit_t visit;
static asactl_verify_seen_t seen;
static asactl_verify_result_t result;

/* Everything as it should be. */
static void begin(void)
{
    ticket = (asactl_service_ticket_t){.state = ASACTL_SERVICE_TICKET_GOT, .kvno = 7, .etype = 18};
    visit = (asactl_visit_t){.url = URL,
                             .state = ASACTL_VISIT_ANSWERED,
                             .status = 200,
                             .line = {.seen = true,
                                      .node = "CAS-1",
                                      .user = "TAILSPIN\\wendy",
                                      .package = "Kerberos",
                                      .kvno = "7"}};
    seen = (asactl_verify_seen_t){.spn = "http/mail.corp",
                                  .where = "cas-1",
                                  .ticket = &ticket,
                                  .visit = &visit,
                                  .proven = true,
                                  .user = "TAILSPIN\\Wendy",
                                  .account = "EXCH2016ASA$"};
}

static void is_yes(const char *note)
{
    asactl_verify_result_judge(pool, &seen, &result);
    assert_int_equal(result.verdict, ASACTL_VERIFY_YES);
    assert_null(result.name);
    assert_null(result.sentence);
    if (note == NULL) {
        assert_null(result.note);
    } else {
        assert_string_equal(result.note, note);
    }
}

/* It is a failure of that name; words stand in its sentence, and there is a remedy. */
static void is_no(const char *name, const char *words)
{
    asactl_verify_result_judge(pool, &seen, &result);
    assert_int_equal(result.verdict, ASACTL_VERIFY_NO);
    assert_string_equal(result.name, name);
    assert_non_null(strstr(result.sentence, words));
    assert_non_null(result.remedy);
}

static void a_proven_sign_in_is_one(void **state)
{
    (void)state;
    begin();
    is_yes(NULL);
    visit.status = 302;
    is_yes(NULL);
    visit.status = 403;
    is_yes("then 403");
    visit.status = 401; /* of a Require: the line has no reason */
    is_yes("then 401");
    visit.line = (asactl_visit_line_t){.why = "off"};
    visit.status = 404;
    is_yes("then 404, line not seen");
    visit.status = 200;
    is_yes("line not seen");
}

static void what_comes_after_a_sign_in_can_fail(void **state)
{
    (void)state;
    begin();
    visit.line.user = "TAILSPIN\\wendy.smith";
    is_no("WrongName", "signed in as TAILSPIN\\wendy.smith, and not as TAILSPIN\\Wendy");
    seen.user = NULL;
    is_yes(NULL);
    begin();
    visit.status = 503;
    is_no("BackEndFails", "signed in, then 503 from " URL);
    visit.status = 502;
    visit.line.reason = "DelegationNotAllowed";
    is_no("DelegationNotAllowed", "signed in, then 502");
    assert_string_equal(result.remedy, asa_reason_remedy(ASA_REASON_DELEGATION_NOT_ALLOWED));
    visit.line.reason = "SomethingNew";
    visit.status = 200;
    is_yes(NULL);
}

/* The final token goes out with a refusal, too. */
static void a_reply_token_of_a_refusal_is_no_success(void **state)
{
    (void)state;
    begin();
    visit.status = 401;
    visit.line.reason = "NotBound";
    visit.line.user = NULL;
    is_no("NotBound", "refused with 401: NotBound");
    visit.line = (asactl_visit_line_t){.why = "AsaHttpProxyLog is off there"};
    is_no("NotAllowed", "AsaHttpProxyLog is off there");
}

/* What is known beyond the log: a token was sent, and its ticket is fresh. */
static const struct {
    asa_reason_t reason;
    const char *words;
} known_better[] = {{ASA_REASON_NO_CREDENTIALS, "The token did not arrive"},
                    {ASA_REASON_NOT_NEGOTIATE, "The token did not arrive"},
                    {ASA_REASON_NTLM_OFFERED, "The token did not arrive"},
                    {ASA_REASON_CLOCK_SKEW, "it is the node's that is off"},
                    {ASA_REASON_TICKET_EXPIRED, "it is the node's that is off"},
                    {ASA_REASON_TICKET_NOT_YET_VALID, "it is the node's that is off"}};

static const char *remedy_words(asa_reason_t reason)
{
    for (size_t i = 0; i < sizeof known_better / sizeof *known_better; i++) {
        if (known_better[i].reason == reason) {
            return known_better[i].words;
        }
    }
    return asa_reason_remedy(reason);
}

static void every_reason_of_the_log_is_a_failure_with_its_remedy(void **state)
{
    (void)state;
    for (int i = ASA_REASON_NONE + 1; i < ASA_REASON_USER_NOT_DELEGATED; i++) {
        begin();
        seen.proven = false;
        seen.held = "holds kvno 6, 5";
        visit.status = asa_reason_status((asa_reason_t)i);
        visit.line.reason = asa_reason_name((asa_reason_t)i);
        is_no(visit.line.reason, "the ticket has kvno 7 (aes256-cts-hmac-sha1-96), the key table "
                                 "holds kvno 6, 5");
        assert_non_null(strstr(result.remedy, remedy_words((asa_reason_t)i)));
    }
}

static void a_key_of_another_account_is_named(void **state)
{
    apr_array_header_t *holders = apr_array_make(pool, 2, sizeof(asactl_spn_holder_t));

    (void)state;
    begin();
    seen.proven = false;
    seen.holders = holders;
    visit.status = 401;
    visit.line.reason = "KeyMismatch";
    APR_ARRAY_PUSH(holders, asactl_spn_holder_t) = (asactl_spn_holder_t){.sam = "exch2016asa$"};
    is_no("KeyMismatch", "the ticket has kvno 7");
    APR_ARRAY_IDX(holders, 0, asactl_spn_holder_t).sam = "OTHERSVC$";
    is_no("KeyMismatch", "the name belongs to OTHERSVC$");
    assert_non_null(strstr(result.remedy, "asactl spn remove"));
    seen.where = NULL;
    is_no("KeyMismatch", "refused with 401 by CAS-1: the name belongs to OTHERSVC$");
    seen.holders = NULL;
    is_no("KeyMismatch", "refused with 401 by CAS-1: KeyMismatch; the ticket has kvno 7");
}

static void a_refusal_without_a_line_says_what_it_can(void **state)
{
    static const struct {
        long status;
        const char *name;
    } cases[] = {{401, "Refused"},     {400, "HeadRefused"},  {431, "HeadRefused"},
                 {503, "NoSignIn"},    {200, "NotProtected"}, {302, "NotProtected"},
                 {404, "NotProtected"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin();
        seen.proven = false;
        visit.line = (asactl_visit_line_t){0};
        visit.status = cases[i].status;
        is_no(cases[i].name, URL);
    }
    seen.unproven = "no key";
    is_no("NotProven", "does not have the key of the ticket: no key");
    visit.status = 401;
    is_no("Refused", URL);
}

static void who_does_not_answer_signs_nobody_in(void **state)
{
    static const struct {
        asactl_visit_state_t state;
        const char *name;
    } cases[] = {
        {ASACTL_VISIT_NOT_MADE, "NotTried"},          {ASACTL_VISIT_FOUND, "NotTried"},
        {ASACTL_VISIT_NOT_SERVED, "NotServed"},       {ASACTL_VISIT_NOBODY, "NobodyListens"},
        {ASACTL_VISIT_NO_ADDRESS, "NoAddress"},       {ASACTL_VISIT_LATE, "NoAnswer"},
        {ASACTL_VISIT_UNTRUSTED, "CertificateWrong"}, {ASACTL_VISIT_FAILED, "NoAnswer"}};
    asactl_outcome_t reached = {ASACTL_UNREACHABLE, "cas-1: nothing answers", "start sshd"};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin();
        visit.state = cases[i].state;
        is_no(cases[i].name, "");
        visit.error = "why";
        visit.url = NULL;
        is_no(cases[i].name, "");
    }
    begin();
    visit.state = ASACTL_VISIT_NOBODY;
    is_no("NobodyListens", "nothing listens for " URL);
    visit.error = "fd77::11, 10.77.0.11";
    is_no("NobodyListens", "nothing listens for " URL " at fd77::11, 10.77.0.11");
    begin();
    seen.visit = NULL;
    is_no("NotTried", "no visit");
    begin();
    seen.reached = &reached;
    is_no("NodeUnreachable", "cas-1: nothing answers");
    assert_string_equal(result.remedy, "start sshd");
}

static void a_host_without_a_dot_that_nobody_serves_is_not_tried(void **state)
{
    (void)state;
    begin();
    seen.spn = "http/mail";
    visit.state = ASACTL_VISIT_NOT_SERVED;
    asactl_verify_result_judge(pool, &seen, &result);
    assert_int_equal(result.verdict, ASACTL_VERIFY_NOT_TRIED);
    assert_non_null(result.sentence);
}

static void without_a_ticket_nothing_else_counts(void **state)
{
    apr_array_header_t *holders = apr_array_make(pool, 2, sizeof(asactl_spn_holder_t));

    (void)state;
    begin();
    ticket = (asactl_service_ticket_t){.state = ASACTL_SERVICE_TICKET_NONE, .words = "no etype"};
    is_no("NoTicket", "no etype");
    ticket.state = ASACTL_SERVICE_TICKET_UNKNOWN;
    is_no("UnknownToKdc", "it does not know the name");
    seen.holders = holders;
    is_no("UnknownToKdc", "no account holds the name");
    assert_non_null(strstr(result.remedy, "asactl spn add"));
    APR_ARRAY_PUSH(holders, asactl_spn_holder_t) = (asactl_spn_holder_t){.sam = "A$"};
    is_no("UnknownToKdc", "although A$ holds the name");
    APR_ARRAY_PUSH(holders, asactl_spn_holder_t) = (asactl_spn_holder_t){.sam = "B$"};
    is_no("SeveralAccounts", "A$ and B$ both hold the name");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proven_sign_in_is_one),
        cmocka_unit_test(what_comes_after_a_sign_in_can_fail),
        cmocka_unit_test(a_reply_token_of_a_refusal_is_no_success),
        cmocka_unit_test(every_reason_of_the_log_is_a_failure_with_its_remedy),
        cmocka_unit_test(a_key_of_another_account_is_named),
        cmocka_unit_test(a_refusal_without_a_line_says_what_it_can),
        cmocka_unit_test(who_does_not_answer_signs_nobody_in),
        cmocka_unit_test(a_host_without_a_dot_that_nobody_serves_is_not_tried),
        cmocka_unit_test(without_a_ticket_nothing_else_counts),
    };
    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
