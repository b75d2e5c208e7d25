/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks for service principal names in the forest, and gives them to accounts or takes them away.
 */
#include "asactl/verb_spn.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/directory.h"
#include "asactl/node.h"
#include "asactl/node_choice.h"
#include "asactl/out.h"
#include "asactl/spn_plan.h"
#include "asactl/verb_words.h"

static json_t *holders_json(apr_pool_t *pool, const apr_array_header_t *holders)
{
    json_t *list = json_array();

    for (int i = 0; i < holders->nelts; i++) {
        const asactl_spn_holder_t *holder = &APR_ARRAY_IDX(holders, i, asactl_spn_holder_t);

        json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "spn",
                                              asactl_verb_words_json(pool, holder->spn), "account",
                                              asactl_verb_words_json(pool, holder->sam), "dn",
                                              asactl_verb_words_json(pool, holder->dn)));
    }
    return list;
}

static json_t *server_json(const asactl_run_t *run)
{
    return asactl_verb_words_json(run->pool, asactl_directory_server(run->directory));
}

static void holders_table(apr_pool_t *pool, const apr_array_header_t *holders)
{
    static const char *const titles[] = {"NAME", "ACCOUNT", "DN"};
    apr_array_header_t *cells = apr_array_make(pool, 3 * holders->nelts + 1, sizeof(const char *));

    for (int i = 0; i < holders->nelts; i++) {
        const asactl_spn_holder_t *holder = &APR_ARRAY_IDX(holders, i, asactl_spn_holder_t);

        APR_ARRAY_PUSH(cells, const char *) = holder->spn;
        APR_ARRAY_PUSH(cells, const char *) = holder->sam;
        APR_ARRAY_PUSH(cells, const char *) = holder->dn;
    }
    if (holders->nelts > 0) {
        asactl_out_table(pool, titles, 3, (const char *const *)cells->elts, (size_t)holders->nelts);
    }
}

/* --- query, duplicates --- */

/* A pattern is as good as a name here, as long as it cannot be taken for an account. */
static bool check_pattern(const asactl_run_t *run, const char *pattern, asactl_outcome_t *outcome)
{
    if (strpbrk(pattern, "/*") != NULL) {
        return true;
    }
    return asactl_outcome_fail(outcome, ASACTL_USAGE,
                               "it is class/host, with '*' for any part: http/*.example.com",
                               run->pool, "'%s' is no service principal name", pattern);
}

static bool query_all(const asactl_run_t *run, apr_array_header_t *found, apr_array_header_t *free,
                      asactl_outcome_t *outcome)
{
    for (int i = 0; i < run->words->nelts; i++) {
        const char *pattern = asactl_verb_words_at(run, i);
        apr_array_header_t *holders;

        if (!check_pattern(run, pattern, outcome) ||
            !asactl_directory_holders(run->directory, run->pool, pattern, &holders, outcome)) {
            return false;
        }
        apr_array_cat(found, holders);
        if (holders->nelts == 0) {
            APR_ARRAY_PUSH(free, const char *) = pattern;
        }
    }
    return true;
}

asactl_exit_code_t asactl_verb_spn_query(const asactl_run_t *run)
{
    apr_array_header_t *found = apr_array_make(run->pool, 4, sizeof(asactl_spn_holder_t));
    apr_array_header_t *free = apr_array_make(run->pool, 4, sizeof(const char *));
    asactl_outcome_t outcome = {0};

    if (run->words->nelts == 0) {
        asactl_outcome_fail(&outcome, ASACTL_USAGE, "asactl spn query http/mail.example.com",
                            run->pool, "no service principal name was given");
        return asactl_verb_words_fail(&outcome);
    }
    if (!query_all(run, found, free, &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    holders_table(run->pool, found);
    for (int i = 0; i < free->nelts; i++) {
        asactl_out_line("no account holds %s",
                        asactl_out_safe(run->pool, APR_ARRAY_IDX(free, i, const char *)));
    }
    asactl_out_json(json_pack("{s:o, s:o, s:o}", "holders", holders_json(run->pool, found), "free",
                              asactl_verb_words_list_json(run->pool, free), "server",
                              server_json(run)));
    return free->nelts == 0 ? ASACTL_OK : ASACTL_NOT_FOUND;
}

asactl_exit_code_t asactl_verb_spn_duplicates(const asactl_run_t *run)
{
    apr_array_header_t *held, *duplicates;
    asactl_outcome_t outcome = {0};

    if (run->words->nelts > 0) {
        asactl_outcome_fail(&outcome, ASACTL_USAGE, "it looks at the whole forest", run->pool,
                            "'%s' is one word too many", asactl_verb_words_at(run, 0));
        return asactl_verb_words_fail(&outcome);
    }
    if (!asactl_directory_holders(run->directory, run->pool, "*", &held, &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    duplicates = asactl_spn_plan_duplicates(run->pool, held);
    holders_table(run->pool, duplicates);
    if (duplicates->nelts == 0) {
        asactl_out_line("no service principal name is held twice (%d looked at)", held->nelts);
    } else {
        asactl_out_line("clients get no ticket for these names: remove each from all accounts but "
                        "one with asactl spn remove");
    }
    asactl_out_json(json_pack("{s:o, s:i, s:o}", "duplicates", holders_json(run->pool, duplicates),
                              "looked_at", held->nelts, "server", server_json(run)));
    return duplicates->nelts == 0 ? ASACTL_OK : ASACTL_FAILED;
}

/* --- list --- */

asactl_exit_code_t asactl_verb_spn_list(const asactl_run_t *run)
{
    asactl_outcome_t outcome = {0};
    asactl_account_t account;
    const char *name;

    if (!asactl_verb_words_account(run, &name, &outcome) ||
        !asactl_directory_find(run->directory, run->pool, name, &account, &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    for (int i = 0; i < account.spns->nelts; i++) {
        asactl_out_line("%s",
                        asactl_out_safe(run->pool, APR_ARRAY_IDX(account.spns, i, const char *)));
    }
    if (account.spns->nelts == 0) {
        asactl_out_line("%s holds no service principal name",
                        asactl_out_safe(run->pool, account.sam));
    }
    asactl_out_json(json_pack(
        "{s:o, s:o, s:o}", "account", asactl_verb_words_json(run->pool, account.sam), "spns",
        asactl_verb_words_list_json(run->pool, account.spns), "server", server_json(run)));
    return ASACTL_OK;
}

/* --- add, remove --- */

/* ACCOUNT NAME…; a first word with '/' is a name already, and the account is that of the
 * settings.  The names are as they were given: what is none can be held all the same, and has to
 * go. */
static bool read_words(const asactl_run_t *run, asactl_account_t *account,
                       apr_array_header_t **asked, asactl_outcome_t *outcome)
{
    const char *first = asactl_verb_words_at(run, 0);
    bool named = first != NULL && strchr(first, '/') == NULL;
    const char *name = named ? first : run->settings->account;

    *asked = apr_array_make(run->pool, 4, sizeof(const char *));
    for (int i = named ? 1 : 0; i < run->words->nelts; i++) {
        APR_ARRAY_PUSH(*asked, const char *) = asactl_verb_words_at(run, i);
    }
    if (name == NULL || (*asked)->nelts == 0) {
        return asactl_outcome_fail(
            outcome, ASACTL_USAGE, "give ACCOUNT NAME…: 'EXCH2016ASA$' http/mail.example.com",
            run->pool, "no %s was given", name == NULL ? "account" : "service principal name");
    }
    return asactl_directory_find(run->directory, run->pool, name, account, outcome);
}

static bool find_holders(const asactl_run_t *run, const apr_array_header_t *asked,
                         apr_array_header_t **held, asactl_outcome_t *outcome)
{
    *held = apr_array_make(run->pool, 4, sizeof(asactl_spn_holder_t));
    for (int i = 0; i < asked->nelts; i++) {
        apr_array_header_t *holders;

        if (!asactl_directory_holders(run->directory, run->pool,
                                      APR_ARRAY_IDX(asked, i, const char *), &holders, outcome)) {
            return false;
        }
        apr_array_cat(*held, holders);
    }
    return true;
}

/* With names but no keys on the nodes, clients get tickets that no node can open: sign-ins that
 * fell back to NTLM until now would fail.  --force and an asactl.conf without nodes make it a
 * warning. */
static bool check_nodes(const asactl_run_t *run, const asactl_account_t *account,
                        asactl_outcome_t *outcome)
{
    const asactl_node_request_t request = {.verb = ASACTL_NODE_STATUS};
    const apr_array_header_t *nodes = asactl_node_choice_all(run->pool, run->settings);
    asactl_node_answer_t *answers =
        apr_pcalloc(run->pool, ((size_t)nodes->nelts + 1) * sizeof *answers);

    if (nodes->nelts == 0) {
        asactl_out_warning(
            "asactl.conf names no node: nobody has looked whether one holds a key of "
            "%s",
            asactl_out_safe(run->pool, account->sam));
        return true;
    }
    (void)asactl_node_ask(run->pool, run->settings, &request, nodes, answers);
    for (int i = 0; i < nodes->nelts; i++) {
        if (answers[i].outcome.code == ASACTL_OK &&
            asactl_node_report_latest(&answers[i].report, account->sam) != 0) {
            return true;
        }
    }
    asactl_outcome_fail(outcome, ASACTL_REFUSED_TO_ACT,
                        "asactl roll gives keys to the nodes; --force adds the names all the same, "
                        "and clients then get tickets that no node can open",
                        run->pool, "none of %d nodes holds a key of %s", nodes->nelts,
                        account->sam);
    if (run->settings->force) {
        asactl_out_warning("%s: clients get tickets that no node can open",
                           asactl_out_safe(run->pool, outcome->sentence));
    }
    return run->settings->force;
}

/* The directory has refused a name that nobody holds as it is written: host/NAME stands for many
 * classes of NAME (sPNMappings, MS-ADTS section 7.1.1.2.4.1.2), and which ones is its own to
 * say.  Names whoever may be in the way. */
static void name_alias_holder(const asactl_run_t *run, const asactl_account_t *account,
                              const apr_array_header_t *added, asactl_outcome_t *outcome)
{
    for (int i = 0; i < added->nelts; i++) {
        const char *spn = APR_ARRAY_IDX(added, i, const char *);
        const char *alias = asactl_spn_plan_alias(run->pool, spn);
        apr_array_header_t *holders;
        asactl_outcome_t ignored;

        if (alias == NULL) {
            alias = apr_pstrcat(run->pool, "*", strchr(spn, '/'), NULL);
        }
        if (!asactl_directory_holders(run->directory, run->pool, alias, &holders, &ignored)) {
            return;
        }
        for (int j = 0; j < holders->nelts; j++) {
            const asactl_spn_holder_t *holder = &APR_ARRAY_IDX(holders, j, asactl_spn_holder_t);

            if (strcasecmp(holder->dn, account->dn) != 0) {
                outcome->sentence = apr_psprintf(run->pool, "%s holds %s (%s), which stands for %s",
                                                 holder->sam, holder->spn, holder->dn, spn);
                outcome->remedy = "publish another name, or take that one away from its holder";
                return;
            }
        }
    }
}

static void list_changes(const asactl_run_t *run, const char *title,
                         const apr_array_header_t *names)
{
    for (int i = 0; i < names->nelts; i++) {
        asactl_out_line("%s %s", title,
                        asactl_out_safe(run->pool, APR_ARRAY_IDX(names, i, const char *)));
    }
}

static asactl_exit_code_t report(const asactl_run_t *run, const char *verb,
                                 const asactl_account_t *account, const asactl_spn_plan_t *plan)
{
    bool dry = run->settings->dry_run;
    const char *sam = asactl_out_safe(run->pool, account->sam);

    list_changes(run, dry ? "would add" : "added", plan->add);
    list_changes(run, dry ? "would remove" : "removed", plan->remove);
    list_changes(run, "held already:", plan->keep);
    asactl_out_line("%s %s %d service principal name%s", sam, dry ? "would hold" : "holds",
                    plan->after->nelts, plan->after->nelts == 1 ? "" : "s");
    asactl_out_json(json_pack("{s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "verb", verb, "dry_run",
                              (int)dry, "account", asactl_verb_words_json(run->pool, account->sam),
                              "added", asactl_verb_words_list_json(run->pool, plan->add), "removed",
                              asactl_verb_words_list_json(run->pool, plan->remove), "kept",
                              asactl_verb_words_list_json(run->pool, plan->keep), "spns",
                              asactl_verb_words_list_json(run->pool, plan->after), "server",
                              server_json(run)));
    return ASACTL_OK;
}

asactl_exit_code_t asactl_verb_spn_add(const asactl_run_t *run)
{
    asactl_outcome_t outcome = {0};
    asactl_account_t account;
    asactl_spn_plan_t plan;
    apr_array_header_t *asked, *held;

    if (!read_words(run, &account, &asked, &outcome) ||
        !asactl_spn_plan_check(run->pool, asked, &outcome) ||
        !find_holders(run, asked, &held, &outcome) ||
        !asactl_spn_plan_add(run->pool, &account, asked, held, &plan, &outcome) ||
        (plan.add->nelts > 0 && !check_nodes(run, &account, &outcome))) {
        return asactl_verb_words_fail(&outcome);
    }
    if (plan.add->nelts > 0 && !run->settings->dry_run &&
        !asactl_directory_set_spns(run->directory, run->pool, &account, plan.after, &outcome)) {
        if (outcome.code == ASACTL_CONFLICT) {
            name_alias_holder(run, &account, plan.add, &outcome);
        }
        return asactl_verb_words_fail(&outcome);
    }
    return report(run, "spn add", &account, &plan);
}

asactl_exit_code_t asactl_verb_spn_remove(const asactl_run_t *run)
{
    asactl_outcome_t outcome = {0};
    asactl_account_t account;
    asactl_spn_plan_t plan;
    apr_array_header_t *asked;

    if (!read_words(run, &account, &asked, &outcome) ||
        !asactl_spn_plan_remove(run->pool, &account, asked, &plan, &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    if (!run->settings->dry_run &&
        (!asactl_verb_words_agreed(
             run,
             apr_psprintf(
                 run->pool, "Take %s from %s? Clients then get no ticket for %s.",
                 plan.remove->nelts == 1 ? APR_ARRAY_IDX(plan.remove, 0, const char *)
                                         : apr_psprintf(run->pool, "%d names", plan.remove->nelts),
                 asactl_out_safe(run->pool, account.sam), plan.remove->nelts == 1 ? "it" : "them"),
             &outcome) ||
         !asactl_directory_set_spns(run->directory, run->pool, &account, plan.after, &outcome))) {
        return asactl_verb_words_fail(&outcome);
    }
    return report(run, "spn remove", &account, &plan);
}
