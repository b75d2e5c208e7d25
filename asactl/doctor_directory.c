/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks the directory for the account, each domain controller for what it says of it, and the forest
 * for the holders of names.
 */
#include "asactl/doctor_look.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/spn_plan.h"
#include "core/host_realm.h"

void asactl_doctor_look_at_directory(apr_pool_t *pool, asactl_doctor_facts_t *facts,
                                     asactl_directory_t **directory)
{
    asactl_outcome_t outcome = {.code = ASACTL_OK};

    facts->directory = facts->settings->server;
    if (!asactl_directory_open(pool, facts->settings, directory, &outcome)) {
        facts->directory_unseen = outcome.sentence;
        facts->directory_remedy = outcome.remedy;
        *directory = NULL;
        return;
    }
    facts->directory = asactl_directory_server(*directory);
    facts->found = asactl_directory_find(*directory, pool, facts->settings->account,
                                         &facts->account, &outcome);
    if (!facts->found && outcome.code != ASACTL_NOT_FOUND) {
        facts->directory_unseen = outcome.sentence;
        facts->directory_remedy = outcome.remedy;
    }
}

/* --- domain controllers --- */

static void look_at_tickets(apr_pool_t *pool, const asactl_doctor_facts_t *facts,
                            asactl_directory_t *directory, asactl_doctor_controller_t *out)
{
    const char *realm =
        facts->settings->realm != NULL ? facts->settings->realm : asa_host_realm_default(pool);
    const asactl_kdc_t kdc = {.host = out->host,
                              .realm = realm,
                              .tickets = asactl_caller_tickets(asactl_directory_caller(directory))};
    asactl_outcome_t outcome = {.code = ASACTL_OK};

    if (realm == NULL) {
        asactl_outcome_fail(&outcome, ASACTL_USAGE, "name it with --realm", pool,
                            "no realm is known to get a ticket of");
    } else {
        (void)asactl_kdc_ticket(pool, &kdc, facts->account.sam, &out->ticket, &outcome);
    }
    out->refusal = outcome.code;
    out->no_ticket = outcome.sentence;
    out->advice = outcome.remedy;
}

static bool look_at_account(apr_pool_t *pool, asactl_directory_t *directory,
                            const asactl_doctor_facts_t *facts, asactl_doctor_controller_t *out,
                            asactl_outcome_t *outcome)
{
    apr_time_t time;

    if (!asactl_directory_clock(directory, pool, &time, outcome)) {
        return false;
    }
    out->ahead = time - apr_time_now();
    out->found =
        asactl_directory_find(directory, pool, facts->settings->account, &out->account, outcome);
    return out->found || outcome->code == ASACTL_NOT_FOUND;
}

/* directory: an open one of that host; NULL: it is opened. */
static void look_at_controller(apr_pool_t *pool, asactl_directory_t *directory,
                               const asactl_doctor_facts_t *facts, asactl_doctor_controller_t *out)
{
    asactl_settings_t *settings = apr_pmemdup(pool, facts->settings, sizeof *settings);
    asactl_outcome_t outcome = {.code = ASACTL_OK};

    settings->server = out->host;
    if ((directory == NULL && !asactl_directory_open(pool, settings, &directory, &outcome)) ||
        !look_at_account(pool, directory, facts, out, &outcome)) {
        out->unseen = outcome.sentence;
        out->remedy = outcome.remedy;
        return;
    }
    if (facts->found) {
        look_at_tickets(pool, facts, directory, out);
    }
}

void asactl_doctor_look_at_controllers(apr_pool_t *pool, asactl_directory_t *directory,
                                       asactl_doctor_facts_t *facts)
{
    apr_array_header_t *hosts, *list = apr_array_make(pool, 4, sizeof(asactl_doctor_controller_t));
    asactl_outcome_t outcome = {.code = ASACTL_OK};

    facts->controllers = list;
    if (!asactl_directory_controllers(directory, pool, &hosts, &outcome)) {
        facts->controllers_unseen = outcome.sentence;
        return;
    }
    APR_ARRAY_PUSH(list, asactl_doctor_controller_t) =
        (asactl_doctor_controller_t){.host = facts->directory};
    look_at_controller(pool, directory, facts, &APR_ARRAY_IDX(list, 0, asactl_doctor_controller_t));
    for (int i = 0; i < hosts->nelts; i++) {
        asactl_doctor_controller_t one = {.host = APR_ARRAY_IDX(hosts, i, const char *)};

        if (strcasecmp(one.host, facts->directory) != 0) {
            look_at_controller(pool, NULL, facts, &one);
            APR_ARRAY_PUSH(list, asactl_doctor_controller_t) = one;
        }
    }
}

/* --- names --- */

/* Whom the names belong to; host/NAME instead of each that nobody holds, if so asked. */
static bool find_holders(apr_pool_t *pool, asactl_directory_t *directory,
                         asactl_doctor_spn_t *const *spns, size_t count, bool aliases,
                         asactl_outcome_t *outcome)
{
    const char **names = apr_palloc(pool, (count + 1) * sizeof *names);
    const apr_array_header_t **found = apr_palloc(pool, (count + 1) * sizeof *found);
    size_t *whose = apr_palloc(pool, (count + 1) * sizeof *whose), asked = 0;

    for (size_t i = 0; i < count; i++) {
        const char *name = aliases ? asactl_spn_plan_alias(pool, spns[i]->spn) : spns[i]->spn;

        if (name != NULL && (!aliases || spns[i]->holders->nelts == 0)) {
            names[asked] = name;
            whose[asked++] = i;
        }
    }
    if (!asactl_directory_holders_each(directory, pool, names, asked, found, outcome)) {
        return false;
    }
    for (size_t i = 0; i < asked; i++) {
        if (aliases) {
            spns[whose[i]]->aliases = found[i];
        } else {
            spns[whose[i]]->holders = found[i];
        }
    }
    return true;
}

void asactl_doctor_look_at_spns(apr_pool_t *pool, asactl_directory_t *directory,
                                asactl_doctor_spn_t *const *spns, size_t count)
{
    const apr_array_header_t *none = apr_array_make(pool, 1, sizeof(asactl_spn_holder_t));
    asactl_outcome_t outcome = {.sentence = "the directory cannot be asked"};
    bool seen;

    for (size_t i = 0; i < count; i++) {
        spns[i]->holders = spns[i]->aliases = none;
    }
    seen = directory != NULL && find_holders(pool, directory, spns, count, false, &outcome) &&
           find_holders(pool, directory, spns, count, true, &outcome);
    for (size_t i = 0; i < count; i++) {
        spns[i]->unseen = seen ? NULL : outcome.sentence;
    }
}
