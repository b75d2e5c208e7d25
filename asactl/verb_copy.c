/* SPDX-License-Identifier: Apache-2.0
 *
 * copy: takes the account's keys from a node that holds them and installs them on others.
 */
#include "asactl/verb_copy.h"

#include <apr_strings.h>

#include "asactl/node.h"
#include "asactl/node_choice.h"
#include "asactl/node_show.h"
#include "asactl/options.h"
#include "asactl/out.h"
#include "core/host_realm.h"

static asactl_exit_code_t fail(const asactl_outcome_t *outcome)
{
    asactl_out_failure(outcome);
    return outcome->code;
}

static bool export(const asactl_run_t *run, const char *from, asactl_node_request_t *request,
                   asactl_outcome_t *outcome)
{
    apr_array_header_t *nodes = apr_array_make(run->pool, 1, sizeof(const char *));
    asactl_node_answer_t answer = {0};

    *request = (asactl_node_request_t){.verb = ASACTL_NODE_EXPORT,
                                       .account = run->settings->account,
                                       .realm = run->settings->realm != NULL
                                                    ? run->settings->realm
                                                    : asa_host_realm_default(run->pool)};
    if (request->account == NULL) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE,
                                   "Name it with --account, or in asactl.conf.", run->pool,
                                   "the keys of which account?");
    }
    APR_ARRAY_PUSH(nodes, const char *) = from;
    if (!asactl_node_ask(run->pool, run->settings, request, nodes, &answer)) {
        *outcome = answer.outcome;
        if (outcome->code == ASACTL_NOT_FOUND && outcome->remedy == NULL) {
            outcome->remedy = "asactl status shows which nodes hold some; if none does, asactl "
                              "roll gives new ones to all.";
        }
        return false;
    }
    request->keys = answer.keys;
    return true;
}

static void show(const asactl_run_t *run, const asactl_node_answer_t *answers, size_t count)
{
    json_t *nodes = json_array();

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(nodes, asactl_node_show_json(&answers[i]));
        if (answers[i].outcome.code == ASACTL_OK) {
            asactl_out_line("%s: %s", asactl_out_safe(run->pool, answers[i].node),
                            !answers[i].changed      ? "holds these keys already"
                            : run->settings->dry_run ? "would take the keys"
                                                     : "has taken the keys");
        }
    }
    asactl_out_json(json_pack("{s:o, s:o}", "account",
                              asactl_node_report_text(run->settings->account), "nodes", nodes));
    asactl_node_show_table(run->pool, answers, count, run->settings->account, 0, false);
}

asactl_exit_code_t asactl_verb_copy(const asactl_run_t *run)
{
    apr_array_header_t *words = apr_array_copy(run->pool, run->words);
    const char *from = asactl_options_last(run->options, "from");
    const apr_array_header_t *nodes;
    asactl_node_request_t request;
    asactl_node_answer_t *answers;
    asactl_outcome_t outcome;

    asactl_node_choice_values(run->options, "to", words);
    if (from == NULL || words->nelts == 0) {
        asactl_outcome_fail(&outcome, ASACTL_USAGE, "asactl copy --from NODE --to NODE…", run->pool,
                            "copy from which node, and to which?");
        return fail(&outcome);
    }
    if (!export(run, from, &request, &outcome)) {
        return fail(&outcome);
    }
    nodes = asactl_node_choice_named(run->pool, run->settings, words);
    answers = apr_pcalloc(run->pool, ((size_t)nodes->nelts + 1) * sizeof *answers);
    request.verb = ASACTL_NODE_INSTALL;
    request.force = run->settings->force;
    request.dry_run = run->settings->dry_run;
    asactl_node_ask(run->pool, run->settings, &request, nodes, answers);
    show(run, answers, (size_t)nodes->nelts);
    return asactl_node_show_failures(answers, (size_t)nodes->nelts);
}
