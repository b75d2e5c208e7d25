/* SPDX-License-Identifier: Apache-2.0
 *
 * remove: looks, shows the plan, asks, and takes names, keys and account away in this order.
 */
#include "asactl/verb_remove.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/directory.h"
#include "asactl/directory_right.h"
#include "asactl/node.h"
#include "asactl/node_choice.h"
#include "asactl/node_show.h"
#include "asactl/out.h"
#include "asactl/remove_plan.h"
#include "asactl/verb_words.h"
#include "core/host_realm.h"

typedef struct {
    const asactl_run_t *run;
    apr_pool_t *pool;
    const char *realm;
    asactl_account_t account;
    const apr_array_header_t *chosen; /* const char * */
    asactl_remove_seen_t seen;
    asactl_remove_plan_t plan;
    const asactl_node_answer_t *answers; /* of the chosen nodes that lost keys */
    size_t answer_count;
    bool deleted;
} removal_t;

/* --- look --- */

static bool find_account(removal_t *removal, asactl_outcome_t *outcome)
{
    const asactl_run_t *run = removal->run;

    removal->realm =
        run->settings->realm != NULL ? run->settings->realm : asa_host_realm_default(removal->pool);
    if (run->settings->account == NULL || removal->realm == NULL) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE,
                                   "Name them with --account and --realm, or in asactl.conf.",
                                   run->pool, "the keys of which account, of which realm?");
    }
    removal->seen.exists = asactl_directory_find(
        run->directory, removal->pool, run->settings->account, &removal->account, outcome);
    if (!removal->seen.exists) {
        /* Nodes know an account without its domain: a foreign one must not stand for ours. */
        if (outcome->code != ASACTL_NOT_FOUND || strchr(run->settings->account, '\\') != NULL) {
            return false;
        }
        removal->account = (asactl_account_t){.sam = run->settings->account};
    }
    removal->seen.account = removal->account.sam;
    removal->seen.dn = removal->account.dn;
    removal->seen.spns = removal->account.spns != NULL ? (size_t)removal->account.spns->nelts : 0;
    return true;
}

static bool holds_only(const asactl_node_report_t *report, const char *account)
{
    for (int i = 0; report->keys != NULL && i < report->keys->nelts; i++) {
        if (!asactl_node_report_is_account(
                APR_ARRAY_IDX(report->keys, i, asactl_node_key_t).account, account)) {
            return false;
        }
    }
    return true;
}

/* All nodes of asactl.conf and those that were chosen, at once. */
static void look_at_nodes(removal_t *removal)
{
    const asactl_node_request_t request = {.verb = ASACTL_NODE_STATUS};
    apr_pool_t *pool = removal->pool;
    apr_array_header_t *nodes = apr_array_copy(pool, removal->chosen);
    const apr_array_header_t *all = asactl_node_choice_all(pool, removal->run->settings);
    asactl_remove_node_t *seen;
    asactl_node_answer_t *answers;

    for (int i = 0; i < all->nelts; i++) {
        if (!asactl_node_choice_has(nodes, APR_ARRAY_IDX(all, i, const char *))) {
            APR_ARRAY_PUSH(nodes, const char *) = APR_ARRAY_IDX(all, i, const char *);
        }
    }
    seen = apr_pcalloc(pool, ((size_t)nodes->nelts + 1) * sizeof *seen);
    answers = apr_pcalloc(pool, ((size_t)nodes->nelts + 1) * sizeof *answers);
    asactl_out_step("looking at %d nodes", nodes->nelts);
    (void)asactl_node_ask(pool, removal->run->settings, &request, nodes, answers);
    for (int i = 0; i < nodes->nelts; i++) {
        seen[i] = (asactl_remove_node_t){.node = answers[i].node,
                                         .chosen = i < removal->chosen->nelts,
                                         .outcome = answers[i].outcome};
        if (answers[i].outcome.code == ASACTL_OK && answers[i].report.defect != NULL) {
            asactl_outcome_fail(&seen[i].outcome, ASACTL_FAILED,
                                "Look at the file there: it may hold keys of the account.", pool,
                                "%s: %s %s", answers[i].node, answers[i].report.keytab,
                                answers[i].report.defect);
        }
        seen[i].holds = seen[i].outcome.code == ASACTL_OK &&
                        asactl_node_report_latest(&answers[i].report, removal->account.sam) != 0;
        seen[i].only = seen[i].holds && holds_only(&answers[i].report, removal->account.sam);
    }
    removal->seen.nodes = seen;
    removal->seen.node_count = (size_t)nodes->nelts;
}

static bool look(removal_t *removal, asactl_outcome_t *outcome)
{
    const asactl_run_t *run = removal->run;

    removal->seen.keep_spns = apr_table_get(run->options, "keep-spns") != NULL;
    removal->seen.keep_keys = apr_table_get(run->options, "keep-keys") != NULL;
    removal->seen.delete_account = apr_table_get(run->options, "delete-account") != NULL;
    removal->seen.force = run->settings->force;
    if (!asactl_node_choice_asked(run, "remove", "from", &removal->chosen, outcome) ||
        !find_account(removal, outcome)) {
        return false;
    }
    if (removal->seen.exists && removal->seen.delete_account &&
        !asactl_directory_right_delete(run->directory, removal->pool, &removal->account,
                                       &removal->seen.may_delete, outcome)) {
        return false;
    }
    look_at_nodes(removal);
    return asactl_remove_plan_make(removal->pool, &removal->seen, &removal->plan, outcome);
}

/* --- the plan --- */

static const char *node_fate(const removal_t *removal, const asactl_remove_node_t *node)
{
    if (removal->seen.keep_keys) {
        return node->outcome.code != ASACTL_OK ? "does not answer"
               : node->holds ? "keeps the keys; tickets that clients have still sign in"
                             : "holds no key of it";
    }
    return node->outcome.code != ASACTL_OK ? "does not answer; its keys stay"
           : node->only  ? "loses the keys and with them its key table; a running httpd takes "
                           "tickets that clients have until it is stopped"
           : node->holds ? "loses the keys; tickets that clients have are refused"
                         : "holds no key of it";
}

static void show_plan(const removal_t *removal)
{
    apr_pool_t *pool = removal->pool;
    const char *sam = asactl_out_safe(pool, removal->account.sam);

    if (!removal->seen.exists) {
        asactl_out_line("There is no account %s; what nodes hold of it goes.", sam);
    }
    if (removal->plan.spns) {
        asactl_out_line("%s loses its names; clients get no new ticket for them and fall back:",
                        sam);
        for (int i = 0; i < removal->account.spns->nelts; i++) {
            asactl_out_line("  %s", asactl_out_safe(pool, APR_ARRAY_IDX(removal->account.spns, i,
                                                                        const char *)));
        }
    }
    for (size_t i = 0; i < removal->seen.node_count; i++) {
        const asactl_remove_node_t *node = &removal->seen.nodes[i];
        if (node->chosen) {
            asactl_out_line("%s: %s", asactl_out_safe(pool, node->node), node_fate(removal, node));
        }
    }
    if (removal->plan.account) {
        asactl_out_line("The account is deleted: %s%s", asactl_out_safe(pool, removal->account.dn),
                        removal->seen.may_delete == ASACTL_ACCESS_GRANTED
                            ? ""
                            : "; whether your ticket may, shows only then");
    } else if (removal->seen.delete_account && removal->seen.exists) {
        asactl_out_warning("the account stays, as a node may still hold its keys");
    }
}

/* --- apply --- */

static bool remove_keys(removal_t *removal, asactl_outcome_t *outcome)
{
    const asactl_node_request_t request = {
        .verb = ASACTL_NODE_REMOVE, .account = removal->account.sam, .realm = removal->realm};
    apr_array_header_t *nodes = apr_array_make(removal->pool, 8, sizeof(const char *));
    asactl_node_answer_t *answers;

    for (size_t i = 0; i < removal->seen.node_count; i++) {
        if (removal->seen.nodes[i].chosen && removal->seen.nodes[i].holds) {
            APR_ARRAY_PUSH(nodes, const char *) = removal->seen.nodes[i].node;
        }
    }
    answers = apr_pcalloc(removal->pool, ((size_t)nodes->nelts + 1) * sizeof *answers);
    removal->answers = answers;
    removal->answer_count = (size_t)nodes->nelts;
    asactl_out_step("removing keys from %d nodes", nodes->nelts);
    if (asactl_node_ask(removal->pool, removal->run->settings, &request, nodes, answers)) {
        return true;
    }
    for (int i = nodes->nelts - 1; i >= 0; i--) {
        *outcome = answers[i].outcome.code != ASACTL_OK ? answers[i].outcome : *outcome;
    }
    return false;
}

static bool apply(removal_t *removal, asactl_outcome_t *outcome)
{
    asactl_directory_t *directory = removal->run->directory;

    if (removal->plan.spns) {
        asactl_out_step("taking %d names from %s", removal->account.spns->nelts,
                        asactl_out_safe(removal->pool, removal->account.sam));
        if (!asactl_directory_set_spns(directory, removal->pool, &removal->account,
                                       apr_array_make(removal->pool, 1, sizeof(const char *)),
                                       outcome)) {
            return false;
        }
    }
    if (removal->plan.nodes > 0 && !remove_keys(removal, outcome)) {
        return false;
    }
    if (removal->plan.account) {
        asactl_out_step("deleting %s", asactl_out_safe(removal->pool, removal->account.sam));
        removal->deleted =
            asactl_directory_delete(directory, removal->pool, &removal->account, outcome);
        return removal->deleted;
    }
    return true;
}

/* --- report --- */

static void put_node(const removal_t *removal, const asactl_node_answer_t *answer)
{
    const char *node = asactl_out_safe(removal->pool, answer->node);

    if (answer->outcome.code != ASACTL_OK) {
        asactl_out_line("%s: its keys stay", node);
    } else if (answer->report.exists) {
        asactl_out_line("%s: holds no key of it any more", node);
    } else {
        asactl_out_line("%s: the key table is gone; httpd does not start again while AsaCredential "
                        "names it",
                        node);
    }
}

static asactl_exit_code_t report(const removal_t *removal, bool done,
                                 const asactl_outcome_t *outcome)
{
    bool dry = removal->run->settings->dry_run, partial = removal->plan.partial;
    json_t *nodes = json_array(), *spns = json_array();

    for (size_t i = 0; i < removal->answer_count; i++) {
        put_node(removal, &removal->answers[i]);
        json_array_append_new(nodes, asactl_node_show_json(&removal->answers[i]));
    }
    for (int i = 0; removal->plan.spns && i < removal->account.spns->nelts; i++) {
        json_array_append_new(
            spns, asactl_node_report_text(APR_ARRAY_IDX(removal->account.spns, i, const char *)));
    }
    if (!done && !asactl_out_is_json()) {
        asactl_out_failure(outcome);
    }
    asactl_out_line("%s", dry ? "Nothing was changed."
                          : done && partial
                              ? "The removal is not complete: what --force passed over "
                                "stays; run it again."
                          : done && !removal->seen.exists && removal->plan.nodes == 0
                              ? "There was nothing to remove. Is that its name?"
                          : done ? "The removal is complete."
                                 : "The removal is not complete; run it again.");
    asactl_out_json(json_pack("{s:o, s:b, s:b, s:o, s:o, s:b}", "account",
                              asactl_node_report_text(removal->account.sam), "dry_run", (int)dry,
                              "complete", (int)(done && !dry && !partial), "spns", spns, "nodes",
                              nodes, "deleted", (int)removal->deleted));
    if (!done && asactl_out_is_json()) {
        asactl_out_failure(outcome);
    }
    return !done ? outcome->code : partial && !dry ? ASACTL_FAILED : ASACTL_OK;
}

asactl_exit_code_t asactl_verb_remove(const asactl_run_t *run)
{
    removal_t removal = {.run = run, .pool = run->pool};
    asactl_outcome_t outcome = {.code = ASACTL_OK};

    if (!look(&removal, &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    show_plan(&removal);
    if (run->settings->dry_run) {
        return report(&removal, true, &outcome);
    }
    if (!asactl_verb_words_agreed(run, "Shall it be done?", &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    return report(&removal, apply(&removal, &outcome), &outcome);
}
