/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks for nodes that a roll would leave behind.
 */
#include "asactl/roll_others.h"

#include <strings.h>
#include <unistd.h>

#include <apr_strings.h>

#include "asactl/node.h"
#include "asactl/node_choice.h"
#include "asactl/out.h"

static apr_array_header_t *find_others(const asactl_roll_t *roll)
{
    const apr_array_header_t *all = asactl_node_choice_all(roll->pool, roll->settings);
    apr_array_header_t *others = apr_array_make(roll->pool, 8, sizeof(const char *));

    for (int i = 0; i < all->nelts; i++) {
        const char *node = APR_ARRAY_IDX(all, i, const char *);
        if (!asactl_node_choice_has(roll->nodes, node)) {
            APR_ARRAY_PUSH(others, const char *) = node;
        }
    }
    return others;
}

/* This machine, which the roll calls localhost, under the name that asactl.conf has for it. */
static bool is_here(const asactl_roll_t *roll, const asactl_node_report_t *report)
{
    char host[256] = "";

    return asactl_node_choice_has(roll->nodes, "localhost") && report->host != NULL &&
           gethostname(host, sizeof host - 1) == 0 && strcasecmp(host, report->host) == 0;
}

static bool refuse(const asactl_roll_t *roll, const char *node, asactl_outcome_t *outcome)
{
    asactl_outcome_fail(
        outcome, ASACTL_REFUSED_TO_ACT,
        apr_psprintf(
            roll->pool,
            "Name every node that serves the account: --to-all, or --to-server %s too. One "
            "that only missed a roll needs none: asactl copy --from NODE --to NODE. "
            "--force leaves it behind.",
            node),
        roll->pool, "%s holds keys of %s too, and would refuse every client with a new ticket",
        node, roll->account.sam);
    if (roll->settings->force) {
        asactl_out_warning("%s", asactl_out_safe(roll->pool, outcome->sentence));
    }
    return roll->settings->force;
}

/* What is not known of another site must not stop the roll of this one. */
bool asactl_roll_others_agree(const asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    const asactl_node_request_t request = {.verb = ASACTL_NODE_STATUS};
    const apr_array_header_t *others = find_others(roll);
    asactl_node_answer_t *answers =
        apr_pcalloc(roll->pool, ((size_t)others->nelts + 1) * sizeof *answers);

    if (others->nelts > 0) {
        (void)asactl_node_ask(roll->pool, roll->settings, &request, others, answers);
    }
    for (int i = 0; i < others->nelts; i++) {
        const asactl_node_answer_t *answer = &answers[i];
        if (answer->outcome.code != ASACTL_OK) {
            asactl_out_warning("%s; whether it holds keys of %s is not known, and this roll does "
                               "not bring it the next one",
                               asactl_out_safe(roll->pool, answer->outcome.sentence),
                               asactl_out_safe(roll->pool, roll->account.sam));
        } else if (!is_here(roll, &answer->report) &&
                   asactl_node_report_latest(&answer->report, roll->account.sam) != 0 &&
                   !refuse(roll, answer->node, outcome)) {
            return false;
        }
    }
    *outcome = (asactl_outcome_t){.code = ASACTL_OK};
    return true;
}
