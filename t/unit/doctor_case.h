/* SPDX-License-Identifier: Apache-2.0
 *
 * A domain in order, as doctor sees it, for tests that put one thing wrong, and what a check says.
 *
 * One thread; lives in the pool of the test (pool.h).
 */
#ifndef T_UNIT_DOCTOR_CASE_H
#define T_UNIT_DOCTOR_CASE_H

#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "asactl/doctor_checks.h"
#include "t/unit/pool.h"

#define DAY     (APR_USEC_PER_SEC * INT64_C(86400))
#define DN_ASA  "CN=ASA,DC=corp,DC=example"
#define DN_ELSE "CN=OTHER,DC=corp,DC=example"

static asactl_doctor_facts_t facts;
static asactl_settings_t settings;

static inline apr_array_header_t *holders(const char *spn, const char *dn)
{
    apr_array_header_t *list = apr_array_make(pool, 2, sizeof(asactl_spn_holder_t));

    if (dn != NULL) {
        APR_ARRAY_PUSH(list, asactl_spn_holder_t) = (asactl_spn_holder_t){
            .spn = spn, .sam = strcmp(dn, DN_ASA) == 0 ? "ASA$" : "OTHER$", .dn = dn};
    }
    return list;
}

static inline asactl_doctor_spn_t *add_spn(const char *spn, const char *served, const char *holder)
{
    apr_array_header_t *list = (apr_array_header_t *)(uintptr_t)facts.spns;

    APR_ARRAY_PUSH(list, asactl_doctor_spn_t) =
        (asactl_doctor_spn_t){.spn = spn,
                              .served = served,
                              .holders = holders(spn, holder),
                              .aliases = holders(spn, NULL)};
    return &APR_ARRAY_IDX(list, list->nelts - 1, asactl_doctor_spn_t);
}

static inline asactl_doctor_controller_t *controller(int i)
{
    return &APR_ARRAY_IDX(facts.controllers, i, asactl_doctor_controller_t);
}

static inline asactl_doctor_name_t *name(void)
{
    return &APR_ARRAY_IDX(facts.names, 0, asactl_doctor_name_t);
}

static inline void push_text(const apr_array_header_t *list, const char *text)
{
    APR_ARRAY_PUSH((apr_array_header_t *)(uintptr_t)list, const char *) = text;
}

static inline void make_names(void)
{
    asactl_doctor_name_t mail = {
        .host = "mail.corp.example",
        .where = "cas-1",
        .tls = true,
        .local = true,
        .certificate = {.until = facts.now + 90 * DAY, .binding = "sha256:aa"},
        .reverses = apr_array_make(pool, 2, sizeof(asactl_doctor_reverse_t))};
    apr_array_header_t *names = apr_array_make(pool, 2, sizeof(asactl_doctor_name_t));

    asactl_dns_begin(pool, &mail.dns);
    push_text(mail.dns.addresses, "192.0.2.1");
    APR_ARRAY_PUSH(names, asactl_doctor_name_t) = mail;
    facts.names = names;
    facts.spns = apr_array_make(pool, 4, sizeof(asactl_doctor_spn_t));
    add_spn("http/mail.corp.example", "cas-1", DN_ASA);
}

/* cmocka's setup: everything is as it should be. */
static inline int open_case(void **state)
{
    apr_array_header_t *controllers, *spns;

    if (open_pool(state) != 0) {
        return 1;
    }
    controllers = apr_array_make(pool, 2, sizeof(asactl_doctor_controller_t));
    spns = apr_array_make(pool, 2, sizeof(const char *));
    APR_ARRAY_PUSH(spns, const char *) = "http/mail.corp.example";
    settings = (asactl_settings_t){.account = "ASA$", .realm = "CORP.EXAMPLE"};
    facts = (asactl_doctor_facts_t){.settings = &settings,
                                    .version = "1.0",
                                    .now = apr_time_now(),
                                    .directory = "dc1.corp.example",
                                    .found = true,
                                    .controllers = controllers};
    facts.account = (asactl_account_t){.dn = DN_ASA,
                                       .sam = "ASA$",
                                       .netbios_domain = "CORP",
                                       .computer = true,
                                       .kvno = 7,
                                       .enctypes = 24,
                                       .control = 4096,
                                       .password_set = facts.now - 5 * DAY,
                                       .spns = spns};
    for (int i = 0; i < 2; i++) {
        APR_ARRAY_PUSH(controllers, asactl_doctor_controller_t) =
            (asactl_doctor_controller_t){.host = i == 0 ? "dc1.corp.example" : "dc2.corp.example",
                                         .found = true,
                                         .account = facts.account,
                                         .ticket = {.etype = 18, .kvno = 7}};
    }
    make_names();
    return 0;
}

/* What a check says: "ok", or the level and the subject of each line: "FAIL dc2.corp.example". */
static inline const char *said(const char *check)
{
    apr_array_header_t *only = apr_array_make(pool, 1, sizeof(const char *));
    asactl_doctor_list_t list;
    const char *text = "";

    APR_ARRAY_PUSH(only, const char *) = check;
    asactl_doctor_list_begin(pool, &list);
    asactl_doctor_checks_run(&facts, only, &list);
    for (int i = 0; i < list.findings->nelts; i++) {
        const asactl_doctor_finding_t *one =
            &APR_ARRAY_IDX(list.findings, i, asactl_doctor_finding_t);

        text = apr_pstrcat(pool, text, i > 0 ? ", " : "", asactl_doctor_level_name(one->level),
                           one->subject != NULL ? " " : "",
                           one->subject != NULL ? one->subject : "", NULL);
        if (one->level == ASACTL_DOCTOR_WARN || one->level == ASACTL_DOCTOR_FAIL) {
            text = one->remedy != NULL ? text : apr_pstrcat(pool, text, " without a remedy", NULL);
        }
    }
    return text;
}

#endif
