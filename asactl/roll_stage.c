/* SPDX-License-Identifier: Apache-2.0
 *
 * The next key of a roll and the nodes: whether they can take it, that they take it, and that they
 * give it back.
 */
#include "asactl/roll_private.h"

#include <apr_strings.h>

#include "asactl/node.h"
#include "asactl/out.h"

static void say_staged(const asactl_roll_t *roll, size_t count, const char *verb)
{
    for (size_t i = 0; i < count; i++) {
        const asactl_node_answer_t *answer = &roll->answers[i];
        if (answer->outcome.code == ASACTL_OK) {
            asactl_out_line("%s: %s kvno %u (%.1f s)", asactl_out_safe(roll->pool, answer->node),
                            verb, roll->seen.next.kvno, (double)answer->took / APR_USEC_PER_SEC);
        }
    }
}

static bool ask(asactl_roll_t *roll, const asactl_node_request_t *request,
                const apr_array_header_t *nodes, asactl_outcome_t *outcome)
{
    roll->answers = apr_pcalloc(roll->pool, ((size_t)nodes->nelts + 1) * sizeof *roll->answers);
    if (asactl_node_ask(roll->pool, roll->settings, request, nodes, roll->answers)) {
        return true;
    }
    for (int i = nodes->nelts - 1; i >= 0; i--) {
        *outcome = roll->answers[i].outcome.code != ASACTL_OK ? roll->answers[i].outcome : *outcome;
    }
    return false;
}

static void fill_request(const asactl_roll_t *roll, asactl_node_request_t *request)
{
    asa_keys_t lists[2] = {{0}, roll->next};

    *request = (asactl_node_request_t){.verb = ASACTL_NODE_INSTALL,
                                       .account = roll->account.sam,
                                       .realm = roll->realm,
                                       .force = roll->settings->force};
    asactl_roll_keys_select(roll->pool, &roll->known, roll->previous, NULL, &lists[0]);
    asactl_roll_keys_unite(roll->pool, lists, 2, &request->keys);
}

static const apr_array_header_t *unstaged(const asactl_roll_t *roll)
{
    apr_array_header_t *nodes = apr_array_make(roll->pool, 8, sizeof(const char *));

    for (size_t i = 0; i < roll->seen.node_count; i++) {
        if (!asactl_roll_plan_staged(&roll->seen, &roll->seen.nodes[i])) {
            APR_ARRAY_PUSH(nodes, const char *) = roll->seen.nodes[i].node;
        }
    }
    return nodes;
}

bool asactl_roll_stage_rehearse(asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    const apr_array_header_t *nodes = unstaged(roll);
    asactl_node_request_t request;
    bool can;

    fill_request(roll, &request);
    request.dry_run = true;
    can = ask(roll, &request, nodes, outcome);
    if (roll->settings->dry_run) {
        say_staged(roll, (size_t)nodes->nelts, "would take");
    }
    return can;
}

bool asactl_roll_stage(asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    const apr_array_header_t *nodes = unstaged(roll);
    asactl_node_request_t request;
    bool done;

    fill_request(roll, &request);
    done = ask(roll, &request, nodes, outcome);
    say_staged(roll, (size_t)nodes->nelts, "holds");
    return done;
}

bool asactl_roll_stage_settle(asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    asactl_node_request_t request;
    bool done;

    fill_request(roll, &request);
    request.unused = roll->seen.stale;
    request.unused_count = roll->seen.stale_count;
    done = ask(roll, &request, roll->nodes, outcome);
    say_staged(roll, (size_t)roll->nodes->nelts, "holds");
    return done;
}

/* --- back again --- */

static void doubt(const asactl_roll_t *roll, const char *node)
{
    asactl_out_warning("%s may still hold kvno %u, which nobody uses; the next roll drops it",
                       asactl_out_safe(roll->pool, node), roll->seen.next.kvno);
}

void asactl_roll_stage_withdraw(asactl_roll_t *roll)
{
    apr_array_header_t *nodes = apr_array_make(roll->pool, 8, sizeof(const char *));
    asactl_node_key_name_t names[ASACTL_ROLL_KEYS_MAX];
    asactl_node_request_t request = {.verb = ASACTL_NODE_INSTALL,
                                     .account = roll->account.sam,
                                     .realm = roll->realm,
                                     .unused = names,
                                     .unused_count = roll->seen.next.count};
    asactl_outcome_t ignored;

    for (size_t i = 0; i < roll->seen.next.count; i++) {
        names[i] = (asactl_node_key_name_t){roll->seen.next.kvno, roll->seen.next.ids[i]};
    }
    asactl_roll_look_at_nodes(roll);
    for (size_t i = 0; i < roll->seen.node_count; i++) {
        const asactl_roll_node_t *node = &roll->seen.nodes[i];
        if (node->outcome.code != ASACTL_OK) {
            doubt(roll, node->node);
        } else if (asactl_roll_plan_staged(&roll->seen, node)) {
            APR_ARRAY_PUSH(nodes, const char *) = node->node;
        }
    }
    if (nodes->nelts == 0) {
        return;
    }
    asactl_out_step("taking kvno %u back from the nodes: the directory was not changed",
                    roll->seen.next.kvno);
    ask(roll, &request, nodes, &ignored);
    for (int i = 0; i < nodes->nelts; i++) {
        if (roll->answers[i].outcome.code != ASACTL_OK) {
            doubt(roll, roll->answers[i].node);
        }
    }
}
