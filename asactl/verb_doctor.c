/* SPDX-License-Identifier: Apache-2.0
 *
 * doctor: looks at what the checks need, and lets them judge.
 */
#include "asactl/verb_doctor.h"

#include <apr_strings.h>

#include "asactl/doctor_checks.h"
#include "asactl/doctor_look.h"
#include "asactl/doctor_names.h"
#include "asactl/doctor_show.h"
#include "asactl/node_choice.h"
#include "asactl/out.h"
#include "asactl/verb_words.h"

static asactl_exit_code_t fail(apr_pool_t *pool, const char *sentence, const char *remedy)
{
    asactl_outcome_t outcome;

    asactl_outcome_fail(&outcome, ASACTL_USAGE, remedy, pool, "%s", sentence);
    return asactl_verb_words_fail(&outcome);
}

/* What the checks named (none: all) need.  False for a name that is none, which is *unknown. */
static bool needs_of(const apr_array_header_t *only, unsigned *needs, const char **unknown)
{
    *needs = 0;
    for (const asactl_doctor_check_t *row = asactl_doctor_checks;
         row->name != NULL && only->nelts == 0; row++) {
        *needs |= row->needs;
    }
    for (int i = 0; i < only->nelts; i++) {
        const asactl_doctor_check_t *row =
            asactl_doctor_checks_find(APR_ARRAY_IDX(only, i, const char *));

        if (row == NULL) {
            *unknown = APR_ARRAY_IDX(only, i, const char *);
            return false;
        }
        *needs |= row->needs;
    }
    *needs = asactl_doctor_checks_needs(*needs);
    return true;
}

static void look_at_spns(const asactl_run_t *run, asactl_directory_t *directory,
                         asactl_doctor_facts_t *facts)
{
    size_t count = (size_t)facts->spns->nelts;
    asactl_doctor_spn_t **spns = apr_palloc(run->pool, (count + 1) * sizeof *spns);

    for (size_t i = 0; i < count; i++) {
        spns[i] = &APR_ARRAY_IDX(facts->spns, i, asactl_doctor_spn_t);
    }
    asactl_out_step("looking for %u name%s", (unsigned)count, count == 1 ? "" : "s");
    asactl_doctor_look_at_spns(run->pool, directory, spns, count);
}

/* The nodes are asked with the account's name and a ticket of a domain controller. */
static void look(const asactl_run_t *run, unsigned needs, asactl_doctor_facts_t *facts)
{
    const apr_array_header_t *nodes =
        asactl_node_choice_named(run->pool, run->settings, run->words);
    asactl_directory_t *directory = NULL;

    asactl_out_step("looking at the directory");
    asactl_doctor_look_at_directory(run->pool, facts, &directory);
    if (directory != NULL && facts->directory_unseen == NULL &&
        (needs & (ASACTL_DOCTOR_CONTROLLERS | ASACTL_DOCTOR_NODES)) != 0) {
        asactl_doctor_look_at_controllers(run->pool, directory, facts);
    }
    if ((needs & ASACTL_DOCTOR_NODES) != 0) {
        asactl_out_step("looking at %d node%s", nodes->nelts, nodes->nelts == 1 ? "" : "s");
        asactl_doctor_look_at_nodes(run->pool, nodes, facts);
    }
    asactl_doctor_names_collect(run->pool, facts);
    if ((needs & ASACTL_DOCTOR_ACCOUNT) != 0) {
        look_at_spns(run, directory, facts);
    }
    if ((needs & (ASACTL_DOCTOR_DNS | ASACTL_DOCTOR_TLS)) != 0) {
        asactl_out_step("looking at the network, for %d name%s", facts->names->nelts,
                        facts->names->nelts == 1 ? "" : "s");
        asactl_doctor_look_at_network(run->pool, directory, facts);
    }
    if ((needs & ASACTL_DOCTOR_SCHEDULE) != 0) {
        asactl_doctor_look_at_schedule(run->pool, facts);
    }
}

/* Who asks for what cannot be looked at at all is not told that nothing is wrong. */
static asactl_exit_code_t exit_code_of(const asactl_doctor_list_t *list)
{
    int seen = asactl_doctor_list_count(list, ASACTL_DOCTOR_OK) +
               asactl_doctor_list_count(list, ASACTL_DOCTOR_WARN);

    return seen == 0 || asactl_doctor_list_count(list, ASACTL_DOCTOR_FAIL) > 0 ? ASACTL_FAILED
                                                                               : ASACTL_OK;
}

asactl_exit_code_t asactl_verb_doctor(const asactl_run_t *run)
{
    apr_pool_t *pool = run->pool;
    apr_array_header_t *only = apr_array_make(pool, 4, sizeof(const char *));
    asactl_doctor_facts_t *facts = apr_pcalloc(pool, sizeof *facts);
    asactl_doctor_list_t list;
    const char *unknown;
    unsigned needs;

    if (apr_table_get(run->options, "list") != NULL) {
        asactl_doctor_show_checks(pool);
        return ASACTL_OK;
    }
    asactl_node_choice_values(run->options, "only", only);
    if (!needs_of(only, &needs, &unknown)) {
        return fail(pool, apr_psprintf(pool, "there is no check '%s'", unknown),
                    "asactl doctor --list shows all of them.");
    }
    if (run->settings->account == NULL) {
        return fail(pool, "which account is to be looked at?",
                    "Name it with --account, or in asactl.conf.");
    }
    facts->settings = run->settings;
    facts->version = ASA_VERSION;
    facts->now = apr_time_now();
    facts->controllers = apr_array_make(pool, 1, sizeof(asactl_doctor_controller_t));
    look(run, needs, facts);
    asactl_doctor_list_begin(pool, &list);
    asactl_doctor_checks_run(facts, only, &list);
    asactl_doctor_show(facts, &list);
    return exit_code_of(&list);
}
