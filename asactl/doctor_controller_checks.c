/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges what each domain controller says of the account, its tickets and its clock.
 */
#include "asactl/doctor_account_checks.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/account_plan.h"
#include "asactl/shell_word.h"
#include "core/time_text.h"

/* Kerberos allows five minutes (RFC 4120 section 1.6, and every implementation's default). */
#define CLOCK_WARN apr_time_from_sec(60)
#define CLOCK_FAIL apr_time_from_sec(240)
/* The library's words for KDC_ERR_ETYPE_NOSUPP. */
#define NO_KEY "no support for encryption type"

/* IANA's numbers of Kerberos encryption types. */
static bool is_aes(int32_t etype)
{
    return etype >= 17 && etype <= 20;
}

static const asactl_doctor_controller_t *controller_at(const asactl_doctor_facts_t *facts, int i)
{
    return &APR_ARRAY_IDX(facts->controllers, i, asactl_doctor_controller_t);
}

void asactl_doctor_check_controllers(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    for (int i = 0; i < facts->controllers->nelts; i++) {
        const asactl_doctor_controller_t *one = controller_at(facts, i);

        if (one->unseen != NULL) {
            asactl_doctor_fail(list, one->host, one->remedy, "%s", one->unseen);
        } else if (one->no_ticket != NULL && one->refusal == ASACTL_UNREACHABLE) {
            asactl_doctor_fail(list, one->host, one->advice, "%s", one->no_ticket);
        }
    }
    asactl_doctor_ok(list, "every domain controller answers, its directory and its KDC (%d)",
                     facts->controllers->nelts);
}

bool asactl_doctor_has_weak_tickets(const asactl_doctor_facts_t *facts)
{
    for (int i = 0; i < facts->controllers->nelts; i++) {
        const asactl_doctor_controller_t *one = controller_at(facts, i);

        if (one->no_ticket == NULL && !is_aes(one->ticket.etype)) {
            return true;
        }
    }
    return false;
}

void asactl_doctor_check_enctypes(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    uint32_t types = facts->account.enctypes;
    const char *sam = facts->account.sam;
    const char *names = asactl_account_plan_enctype_names(list->pool, types);
    const char *word = asactl_shell_word(list->pool, sam);
    const char *remedy = apr_psprintf(
        list->pool,
        "Set-AD%s -Identity %s -KerberosEncryptionType AES128,AES256, or net ads enctypes set "
        "%s 24; then a new password: asactl roll --to-all.",
        facts->account.computer ? "Computer" : "User", word, word);

    if (types == 0 && asactl_doctor_has_weak_tickets(facts)) {
        asactl_doctor_fail(list, sam, remedy,
                           "the encryption types of %s are not set, and its tickets are sealed "
                           "with RC4",
                           sam);
    } else if (types == 0) {
        asactl_doctor_warn(list, sam, remedy,
                           "the encryption types of %s are not set: the domain controllers choose, "
                           "and may choose RC4",
                           sam);
    } else if ((types & ASACTL_ENCTYPES_AES) == 0) {
        asactl_doctor_fail(list, sam, remedy, "the encryption types of %s leave out AES (%u: %s)",
                           sam, types, names);
    } else if ((types & ASACTL_ENCTYPES_RC4) != 0) {
        asactl_doctor_warn(list, sam, remedy, "the encryption types of %s allow RC4 (%u: %s)", sam,
                           types, names);
    } else {
        asactl_doctor_ok(list, "encryption types are %u (%s)", types, names);
    }
}

/* Do the account's own encryption types ask for AES? */
static bool wants_aes(const asactl_doctor_facts_t *facts)
{
    return (facts->account.enctypes & ASACTL_ENCTYPES_AES) != 0;
}

/* A disabled account, and one that is not there yet, need not give a ticket; other checks say so.
 */
static bool may_have_ticket(const asactl_doctor_facts_t *facts,
                            const asactl_doctor_controller_t *controller)
{
    return controller->unseen == NULL && controller->found &&
           (controller->no_ticket == NULL || !facts->account.disabled);
}

void asactl_doctor_check_aes_keys(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    long looked_at = 0;

    for (int i = 0; i < facts->controllers->nelts; i++) {
        const asactl_doctor_controller_t *one = controller_at(facts, i);

        if (!may_have_ticket(facts, one)) {
            continue;
        }
        looked_at++;
        if (one->no_ticket != NULL && strstr(one->no_ticket, NO_KEY) != NULL) {
            asactl_doctor_fail(list, one->host, NULL, "%s", one->no_ticket);
        } else if (one->no_ticket != NULL) {
            asactl_doctor_unknown(list, one->host, one->advice, "%s", one->no_ticket);
        } else if (wants_aes(facts) && !is_aes(one->ticket.etype)) {
            asactl_doctor_fail(list, one->host, NULL,
                               "a ticket of %s is sealed with encryption type %d: the password is "
                               "older than the domain's AES, and there are no AES keys",
                               one->host, (int)one->ticket.etype);
        }
    }
    asactl_doctor_looked(list, looked_at, NULL,
                         "no domain controller gives a ticket of the account");
    asactl_doctor_ok(list, wants_aes(facts) ? "tickets of every domain controller are sealed "
                                              "with AES"
                                            : "nothing asks for AES keys");
}

/* --- alike --- */

static bool has_name(const apr_array_header_t *names, const char *name)
{
    for (int i = 0; i < names->nelts; i++) {
        if (strcasecmp(APR_ARRAY_IDX(names, i, const char *), name) == 0) {
            return true;
        }
    }
    return false;
}

/* The first name that one has and the other lacks; NULL: none. */
static const char *missing_name(const apr_array_header_t *one, const apr_array_header_t *other)
{
    for (int i = 0; i < one->nelts; i++) {
        if (!has_name(other, APR_ARRAY_IDX(one, i, const char *))) {
            return APR_ARRAY_IDX(one, i, const char *);
        }
    }
    return NULL;
}

/* How the account differs there from what the first domain controller says; NULL: it does not. */
static const char *difference(apr_pool_t *pool, const asactl_account_t *first,
                              const asactl_account_t *there)
{
    const char *lacks = missing_name(first->spns, there->spns);
    const char *more = missing_name(there->spns, first->spns);

    if (first->kvno != there->kvno || first->password_set != there->password_set) {
        return apr_psprintf(pool, "another password (kvno %u, not %u)", there->kvno, first->kvno);
    }
    if (lacks != NULL) {
        return apr_psprintf(pool, "not the name %s", lacks);
    }
    if (more != NULL) {
        return apr_psprintf(pool, "the name %s besides", more);
    }
    if (first->enctypes != there->enctypes) {
        return apr_psprintf(pool, "other encryption types (%u, not %u)", there->enctypes,
                            first->enctypes);
    }
    if (first->control != there->control || first->expires != there->expires) {
        return apr_psprintf(pool, "another userAccountControl or accountExpires (%u, not %u)",
                            there->control, first->control);
    }
    return NULL;
}

void asactl_doctor_check_replication(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    int seen = 0;

    for (int i = 0; i < facts->controllers->nelts; i++) {
        const asactl_doctor_controller_t *one = controller_at(facts, i);
        const char *text;

        if (one->unseen != NULL) {
            continue;
        }
        seen++;
        if (!one->found) {
            asactl_doctor_fail(list, one->host, NULL, "%s does not have the account", one->host);
            continue;
        }
        text = difference(list->pool, &facts->account, &one->account);
        if (text != NULL) {
            asactl_doctor_fail(list, one->host, NULL, "%s has %s", one->host, text);
        }
    }
    asactl_doctor_ok(list, "the domain controllers say the same of the account (%d)", seen);
}

/* --- clocks --- */

void asactl_doctor_check_clock_here(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    const asactl_doctor_controller_t *first = controller_at(facts, 0);

    if (first->unseen != NULL) {
        asactl_doctor_unknown(list, NULL, NULL, "%s did not tell its time", first->host);
        return;
    }
    asactl_doctor_judge_clock(list, "this machine", -first->ahead, first->host);
    asactl_doctor_ok(list, "this machine and %s have the same time", first->host);
}

void asactl_doctor_check_clock_controllers(const asactl_doctor_facts_t *facts,
                                           asactl_doctor_list_t *list)
{
    const asactl_doctor_controller_t *first = controller_at(facts, 0);

    for (int i = 1; i < facts->controllers->nelts && first->unseen == NULL; i++) {
        const asactl_doctor_controller_t *one = controller_at(facts, i);

        if (one->unseen == NULL) {
            asactl_doctor_judge_clock(list, one->host, one->ahead - first->ahead, first->host);
        }
    }
    asactl_doctor_ok(list, "the clocks of the domain controllers agree (%d)",
                     facts->controllers->nelts);
}

void asactl_doctor_judge_clock(asactl_doctor_list_t *list, const char *whose, apr_time_t ahead,
                               const char *against)
{
    apr_time_t off = ahead < 0 ? -ahead : ahead;
    const char *text = apr_psprintf(list->pool, "%" APR_TIME_T_FMT " s %s", apr_time_sec(off),
                                    ahead < 0 ? "behind" : "ahead of");

    if (off > CLOCK_FAIL) {
        asactl_doctor_fail(list, whose, NULL, "the clock of %s is %s %s; Kerberos allows 300 s",
                           whose, text, against);
    } else if (off > CLOCK_WARN) {
        asactl_doctor_warn(list, whose, NULL, "the clock of %s is %s %s", whose, text, against);
    }
}
