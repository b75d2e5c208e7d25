/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks whether the running workers of every node hold the next key of a roll.
 */
#include "asactl/roll_private.h"

#include "asactl/node.h"
#include "asactl/node_workers.h"
#include "asactl/out.h"

#define LOOK_AGAIN (APR_USEC_PER_SEC / 2)

static void judge(const asactl_roll_t *roll, const asactl_node_workers_t *workers,
                  asactl_roll_node_t *node)
{
    const asactl_roll_key_t *next = &roll->seen.next;
    asactl_node_worker_key_t keys[ASACTL_ROLL_KEYS_MAX];
    asactl_node_workers_view_t view;

    for (size_t i = 0; i < next->count; i++) {
        keys[i] =
            (asactl_node_worker_key_t){roll->account.sam, roll->realm, next->kvno, next->ids[i]};
    }
    view = asactl_node_workers_compare(workers, keys, next->count);
    node->workers_words = asactl_node_workers_words(roll->pool, workers, &view, next->kvno);
    switch (workers->state) {
    case ASACTL_NODE_WORKERS_SEEN:
        node->workers = view.lacking == 0 ? ASACTL_ROLL_WORKERS_HOLD : ASACTL_ROLL_WORKERS_LACK;
        break;
    case ASACTL_NODE_WORKERS_NOT_RUNNING:
        node->workers = ASACTL_ROLL_WORKERS_DOWN;
        break;
    case ASACTL_NODE_WORKERS_UNSEEN:
        node->workers = ASACTL_ROLL_WORKERS_UNSEEN;
        node->workers_words = workers->error;
        break;
    default:
        node->workers = ASACTL_ROLL_WORKERS_UNSEEN;
        node->workers_words = "the asactl there does not ask them; it is of another version";
        break;
    }
}

static asactl_roll_node_t *look(asactl_roll_t *roll)
{
    const asactl_node_request_t request = {.verb = ASACTL_NODE_STATUS};
    size_t count = roll->seen.node_count;
    asactl_node_answer_t *answers = apr_pcalloc(roll->pool, (count + 1) * sizeof *answers);
    asactl_roll_node_t *list = apr_pcalloc(roll->pool, (count + 1) * sizeof *list);

    asactl_node_ask(roll->pool, roll->settings, &request, roll->nodes, answers);
    for (size_t i = 0; i < count; i++) {
        list[i] = roll->seen.nodes[i];
        list[i].outcome = answers[i].outcome;
        if (answers[i].outcome.code == ASACTL_OK) {
            judge(roll, &answers[i].report.workers, &list[i]);
        }
    }
    roll->seen.nodes = list;
    return list;
}

static void tell(const asactl_roll_t *roll)
{
    for (size_t i = 0; i < roll->seen.node_count; i++) {
        const asactl_roll_node_t *node = &roll->seen.nodes[i];
        if (node->workers == ASACTL_ROLL_WORKERS_HOLD) {
            asactl_out_line("%s: of its workers %s", asactl_out_safe(roll->pool, node->node),
                            node->workers_words);
        }
    }
}

void asactl_roll_workers_see(asactl_roll_t *roll)
{
    asactl_outcome_t finding;

    if (roll->see_until == 0) {
        asactl_out_step("waiting for the workers to take kvno %u up", roll->seen.next.kvno);
        roll->see_until = apr_time_now() + roll->patience;
    } else {
        apr_sleep(LOOK_AGAIN);
    }
    look(roll);
    roll->seen.late = apr_time_now() >= roll->see_until;
    if (asactl_roll_plan_workers(roll->pool, &roll->seen, &finding)) {
        tell(roll);
    }
}

/* As long as nothing is staged, none of them holds the next key. */
static bool can_be_seen(asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    asactl_roll_node_t *list = look(roll);

    for (size_t i = 0; i < roll->seen.node_count; i++) {
        if (list[i].outcome.code != ASACTL_OK) {
            *outcome = list[i].outcome;
            return false;
        }
        if (list[i].workers == ASACTL_ROLL_WORKERS_LACK) {
            list[i].workers = ASACTL_ROLL_WORKERS_UNKNOWN;
        }
    }
    return asactl_roll_plan_workers(roll->pool, &roll->seen, outcome);
}

bool asactl_roll_workers_rehearse(asactl_roll_t *roll, apr_time_t patience,
                                  asactl_outcome_t *outcome)
{
    apr_time_t until = apr_time_now() + patience;

    if (!roll->seen.ask_workers) {
        return true;
    }
    while (!can_be_seen(roll, outcome)) {
        if (apr_time_now() >= until) {
            return false;
        }
        apr_sleep(LOOK_AGAIN);
    }
    return true;
}
