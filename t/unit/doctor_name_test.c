/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of doctor that concern published names: each level.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/doctor_name_checks.h"

#include "t/unit/doctor_case.h"

/* What a check says of the facts as they are, whatever else it needs. */
static const char *judged(void (*run)(const asactl_doctor_facts_t *, asactl_doctor_list_t *))
{
    asactl_doctor_list_t list;
    const char *text = "";

    asactl_doctor_list_begin(pool, &list);
    asactl_doctor_list_check(&list, "check", "remedy");
    run(&facts, &list);
    for (int i = 0; i < list.findings->nelts; i++) {
        const asactl_doctor_finding_t *one =
            &APR_ARRAY_IDX(list.findings, i, asactl_doctor_finding_t);

        text = apr_pstrcat(pool, text, i > 0 ? ", " : "", asactl_doctor_level_name(one->level),
                           one->subject != NULL ? " " : "",
                           one->subject != NULL ? one->subject : "", NULL);
    }
    return text;
}

/* The only line of a check, and what it says to do. */
static const asactl_doctor_finding_t *line_of(void (*run)(const asactl_doctor_facts_t *,
                                                          asactl_doctor_list_t *))
{
    asactl_doctor_list_t list;

    asactl_doctor_list_begin(pool, &list);
    asactl_doctor_list_check(&list, "check", "remedy");
    run(&facts, &list);
    assert_int_equal(list.findings->nelts, 1);
    return &APR_ARRAY_IDX(list.findings, 0, asactl_doctor_finding_t);
}

static void a_name_that_nobody_holds_fails(void **state)
{
    asactl_doctor_spn_t *spn = add_spn("http/new.corp.example", "cas-1", NULL);

    (void)state;
    assert_string_equal(judged(asactl_doctor_check_spn_present), "FAIL http/new.corp.example");
    assert_string_equal(judged(asactl_doctor_check_spn_owner), "ok");
    assert_string_equal(judged(asactl_doctor_check_spn_duplicates), "ok");
    spn->aliases = holders("host/new.corp.example", DN_ELSE);
    assert_string_equal(judged(asactl_doctor_check_spn_present), "FAIL http/new.corp.example");
    spn->unseen = "there is no global catalog";
    assert_string_equal(judged(asactl_doctor_check_spn_present), "? http/new.corp.example");
}

static void a_name_of_another_account_fails(void **state)
{
    (void)state;
    add_spn("http/new.corp.example", "cas-1", DN_ELSE);
    assert_string_equal(judged(asactl_doctor_check_spn_present), "ok");
    assert_string_equal(judged(asactl_doctor_check_spn_owner), "FAIL http/new.corp.example");
    assert_string_equal(judged(asactl_doctor_check_spn_duplicates), "ok");
    assert_string_equal(judged(asactl_doctor_check_spn_unserved), "ok");
}

static void a_name_of_two_accounts_fails(void **state)
{
    asactl_doctor_spn_t *spn = add_spn("http/new.corp.example", "cas-1", DN_ASA);
    apr_array_header_t *both = holders(spn->spn, DN_ELSE);

    (void)state;
    apr_array_cat(both, spn->holders);
    spn->holders = both;
    assert_string_equal(judged(asactl_doctor_check_spn_present), "ok");
    assert_string_equal(judged(asactl_doctor_check_spn_owner), "ok");
    assert_string_equal(judged(asactl_doctor_check_spn_duplicates), "FAIL http/new.corp.example");
}

/* Whoever may name an account must not write commands for who pastes the remedy. */
static void a_remedy_is_a_command_that_names_the_holder(void **state)
{
    asactl_doctor_spn_t *spn = add_spn("http/new.corp.example", "cas-1", NULL);
    apr_array_header_t *other = holders(spn->spn, DN_ELSE);
    const asactl_doctor_finding_t *line;

    (void)state;
    ((apr_array_header_t *)(uintptr_t)facts.spns)->nelts = 0;
    spn = add_spn("http/new.corp.example", "cas-1", NULL);
    line = line_of(asactl_doctor_check_spn_present);
    assert_non_null(strstr(line->remedy, "asactl spn add 'http/new.corp.example' gives"));
    spn->holders = other;
    line = line_of(asactl_doctor_check_spn_owner);
    assert_non_null(strstr(line->sentence, "belongs to OTHER$:"));
    assert_non_null(strstr(line->remedy, "asactl spn remove 'OTHER$' 'http/new.corp.example'; "
                                         "asactl spn add 'http/new.corp.example'."));
    APR_ARRAY_IDX(other, 0, asactl_spn_holder_t).dn = "CN=OTHER,OU=x,dc=child,DC=corp,DC=example";
    APR_ARRAY_IDX(other, 0, asactl_spn_holder_t).sam = "x';reboot;'";
    line = line_of(asactl_doctor_check_spn_owner);
    assert_non_null(strstr(line->sentence, "belongs to x';reboot;' of child.corp.example:"));
    assert_non_null(
        strstr(line->remedy,
               "asactl spn remove --server 'child.corp.example' 'x'\\'';reboot;'\\''' 'http/"));
}

static void an_http_name_that_nobody_serves_is_warned_of(void **state)
{
    (void)state;
    add_spn("exchangeMDB/mail.corp.example", NULL, DN_ASA);
    assert_string_equal(judged(asactl_doctor_check_spn_unserved), "ok");
    add_spn("HTTP/old.corp.example", NULL, DN_ASA);
    assert_string_equal(judged(asactl_doctor_check_spn_unserved), "warn HTTP/old.corp.example");
}

static void a_node_that_is_not_seen_may_serve_it(void **state)
{
    asactl_doctor_list_t list;

    (void)state;
    add_spn("HTTP/old.corp.example", NULL, DN_ASA);
    asactl_doctor_list_begin(pool, &list);
    asactl_doctor_list_check(&list, "check", "remedy");
    asactl_doctor_unknown(&list, "cas-1", NULL, "cas-1 does not show its status page");
    asactl_doctor_check_spn_unserved(&facts, &list);
    assert_int_equal(list.findings->nelts, 1);
}

static void names_have_addresses_of_their_own(void **state)
{
    (void)state;
    assert_string_equal(judged(asactl_doctor_check_name_address), "ok");
    name()->dns.canonical = "front.corp.example";
    assert_string_equal(judged(asactl_doctor_check_name_alias), "warn mail.corp.example");
    name()->dns.canonical = "MAIL.corp.example"; /* the account has it */
    assert_string_equal(judged(asactl_doctor_check_name_alias), "ok");
    asactl_dns_begin(pool, &name()->dns);
    assert_string_equal(judged(asactl_doctor_check_name_address), "warn mail.corp.example");
    assert_string_equal(judged(asactl_doctor_check_name_alias), "ok");
    name()->local = false;
    assert_string_equal(judged(asactl_doctor_check_name_address), "FAIL mail.corp.example");
    name()->dns.unseen = "no server answers";
    assert_string_equal(judged(asactl_doctor_check_name_address), "? mail.corp.example");
    assert_string_equal(judged(asactl_doctor_check_name_alias), "? mail.corp.example");
}

static void the_way_back_leads_to_a_name_with_a_key(void **state)
{
    apr_array_header_t *list = (apr_array_header_t *)(uintptr_t)name()->reverses;
    asactl_doctor_reverse_t *back;

    (void)state;
    APR_ARRAY_PUSH(list, asactl_doctor_reverse_t) =
        (asactl_doctor_reverse_t){.address = "192.0.2.1", .name = "MAIL.corp.example"};
    back = &APR_ARRAY_IDX(list, 0, asactl_doctor_reverse_t);
    assert_string_equal(judged(asactl_doctor_check_name_reverse), "ok");
    back->name = "lb.corp.example";
    back->spn = (asactl_doctor_spn_t){.spn = "http/lb.corp.example",
                                      .holders = holders("http/lb.corp.example", DN_ASA)};
    assert_string_equal(judged(asactl_doctor_check_name_reverse), "ok");
    back->spn.holders = holders("http/lb.corp.example", DN_ELSE);
    assert_string_equal(judged(asactl_doctor_check_name_reverse), "warn mail.corp.example");
    back->spn.holders = holders("http/lb.corp.example", NULL);
    assert_string_equal(judged(asactl_doctor_check_name_reverse), "warn mail.corp.example");
    list->nelts = 0;
    name()->reverse_unseen = "no server answers";
    assert_string_equal(judged(asactl_doctor_check_name_reverse), "? mail.corp.example");
    name()->reverse_unseen = NULL;
    name()->dns.unseen = "no server answers"; /* so it has no address to come back from */
    assert_string_equal(judged(asactl_doctor_check_name_reverse), "? mail.corp.example");
}

static void certificates_are_judged(void **state)
{
    asactl_doctor_certificate_t *certificate = &name()->certificate;

    (void)state;
    assert_string_equal(judged(asactl_doctor_check_certificate), "ok");
    assert_string_equal(judged(asactl_doctor_check_certificate_expiry), "ok");
    certificate->until = facts.now + 29 * DAY;
    assert_string_equal(judged(asactl_doctor_check_certificate_expiry), "warn mail.corp.example");
    certificate->until = facts.now - 1;
    assert_string_equal(judged(asactl_doctor_check_certificate_expiry), "FAIL mail.corp.example");
    assert_string_equal(judged(asactl_doctor_check_certificate), "ok");
    certificate->defect = "hostname mismatch";
    assert_string_equal(judged(asactl_doctor_check_certificate), "FAIL mail.corp.example");
    certificate->unseen = "nobody listens";
    assert_string_equal(judged(asactl_doctor_check_certificate), "FAIL mail.corp.example");
    assert_string_equal(judged(asactl_doctor_check_certificate_expiry), "?");
    certificate->skipped = true;
    assert_string_equal(judged(asactl_doctor_check_certificate), "? mail.corp.example");
    name()->local = false; /* that it has no address is said elsewhere */
    assert_string_equal(judged(asactl_doctor_check_certificate), "?");
    name()->dns.unseen = "no server answers";
    assert_string_equal(judged(asactl_doctor_check_certificate), "? mail.corp.example");
    name()->dns.unseen = NULL;
    name()->local = true;
    name()->tls = false;
    assert_string_equal(judged(asactl_doctor_check_certificate), "?");
    certificate->unseen = NULL; /* something in front of httpd speaks TLS */
    certificate->skipped = false;
    assert_string_equal(judged(asactl_doctor_check_certificate), "FAIL mail.corp.example");
    assert_string_equal(judged(asactl_doctor_check_certificate_expiry), "FAIL mail.corp.example");
}

static void no_names_are_not_names_in_order(void **state)
{
    (void)state;
    ((apr_array_header_t *)(uintptr_t)facts.names)->nelts = 0;
    ((apr_array_header_t *)(uintptr_t)facts.spns)->nelts = 0;
    assert_string_equal(judged(asactl_doctor_check_spn_present), "?");
    assert_string_equal(judged(asactl_doctor_check_spn_owner), "?");
    assert_string_equal(judged(asactl_doctor_check_name_address), "?");
    assert_string_equal(judged(asactl_doctor_check_name_alias), "?");
    assert_string_equal(judged(asactl_doctor_check_name_reverse), "?");
    assert_string_equal(judged(asactl_doctor_check_certificate), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_name_that_nobody_holds_fails, open_case, close_pool),
        cmocka_unit_test_setup_teardown(a_name_of_another_account_fails, open_case, close_pool),
        cmocka_unit_test_setup_teardown(a_name_of_two_accounts_fails, open_case, close_pool),
        cmocka_unit_test_setup_teardown(a_remedy_is_a_command_that_names_the_holder, open_case,
                                        close_pool),
        cmocka_unit_test_setup_teardown(an_http_name_that_nobody_serves_is_warned_of, open_case,
                                        close_pool),
        cmocka_unit_test_setup_teardown(a_node_that_is_not_seen_may_serve_it, open_case,
                                        close_pool),
        cmocka_unit_test_setup_teardown(names_have_addresses_of_their_own, open_case, close_pool),
        cmocka_unit_test_setup_teardown(the_way_back_leads_to_a_name_with_a_key, open_case,
                                        close_pool),
        cmocka_unit_test_setup_teardown(certificates_are_judged, open_case, close_pool),
        cmocka_unit_test_setup_teardown(no_names_are_not_names_in_order, open_case, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
