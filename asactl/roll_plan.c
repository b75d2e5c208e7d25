/* SPDX-License-Identifier: Apache-2.0
 *
 * Decides the next step of a roll.
 */
#include "asactl/roll_plan.h"

#include <string.h>

bool asactl_roll_plan_is(const asactl_roll_key_t *key, const char *id)
{
    for (size_t i = 0; id != NULL && key->kvno != 0 && i < key->count; i++) {
        if (strcmp(key->ids[i], id) == 0) {
            return true;
        }
    }
    return false;
}

static bool holds(const asactl_roll_node_t *node, uint32_t kvno, const char *id)
{
    for (size_t i = 0; i < node->count; i++) {
        if (node->held[i].kvno == kvno && strcmp(node->held[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_noted(const apr_array_header_t *noted, const char *id)
{
    for (int i = 0; i < noted->nelts; i++) {
        if (asactl_roll_plan_is(&APR_ARRAY_IDX(noted, i, asactl_roll_key_t), id)) {
            return true;
        }
    }
    return false;
}

void asactl_roll_plan_stale(apr_pool_t *pool, const asactl_roll_held_t *held, size_t count,
                            const apr_array_header_t *noted, uint32_t above,
                            asactl_roll_seen_t *seen)
{
    asactl_roll_held_t *stale = apr_palloc(pool, (count + 1) * sizeof *stale);

    seen->stale = stale;
    seen->stale_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (held[i].kvno > above && is_noted(noted, held[i].id)) {
            stale[seen->stale_count++] = held[i];
        }
    }
}

bool asactl_roll_plan_lost(const asactl_roll_seen_t *seen)
{
    for (size_t i = 0; i < seen->controller_count; i++) {
        const asactl_roll_controller_t *one = &seen->controllers[i];
        if (one->followed && one->outcome.code == ASACTL_OK &&
            !asactl_roll_plan_follows(seen, one)) {
            return true;
        }
    }
    return false;
}

bool asactl_roll_plan_staged(const asactl_roll_seen_t *seen, const asactl_roll_node_t *node)
{
    for (size_t i = 0; i < seen->next.count; i++) {
        if (!holds(node, seen->next.kvno, seen->next.ids[i])) {
            return false;
        }
    }
    return true;
}

bool asactl_roll_plan_follows(const asactl_roll_seen_t *seen,
                              const asactl_roll_controller_t *controller)
{
    return asactl_roll_plan_is(&seen->next, controller->id);
}

static bool all_staged(const asactl_roll_seen_t *seen)
{
    for (size_t i = 0; i < seen->node_count; i++) {
        if (!asactl_roll_plan_staged(seen, &seen->nodes[i])) {
            return false;
        }
    }
    return true;
}

/* How many controllers use the next key. */
static size_t followers(const asactl_roll_seen_t *seen)
{
    size_t count = 0;

    for (size_t i = 0; i < seen->controller_count; i++) {
        count += asactl_roll_plan_follows(seen, &seen->controllers[i]) ? 1 : 0;
    }
    return count;
}

static bool nodes_answer(const asactl_roll_seen_t *seen, asactl_outcome_t *outcome)
{
    for (size_t i = 0; i < seen->node_count; i++) {
        if (seen->nodes[i].outcome.code != ASACTL_OK) {
            *outcome = seen->nodes[i].outcome;
            return false;
        }
    }
    return true;
}

/* A controller that is still behind would give out tickets for a key that this roll makes the one
 * before Previous. */
static bool controllers_agree(apr_pool_t *pool, const asactl_roll_seen_t *seen,
                              asactl_outcome_t *outcome)
{
    const asactl_roll_controller_t *first = &seen->controllers[0];

    for (size_t i = 0; i < seen->controller_count; i++) {
        const asactl_roll_controller_t *one = &seen->controllers[i];
        if (one->outcome.code != ASACTL_OK) {
            *outcome = one->outcome;
            return false;
        }
        if (one->kvno != first->kvno || (one->id == NULL) != (first->id == NULL) ||
            (one->id != NULL && strcmp(one->id, first->id) != 0)) {
            return asactl_outcome_fail(
                outcome, ASACTL_FAILED,
                "Wait until the controllers have replicated, or see why "
                "they do not; then run it again.",
                pool, "%s does not use the same key of %s (kvno %u) as %s (kvno %u)", one->host,
                seen->account, one->kvno, first->host, first->kvno);
        }
    }
    return true;
}

/* May a roll go on towards a change of the directory? */
static bool may_change(apr_pool_t *pool, const asactl_roll_seen_t *seen, asactl_outcome_t *outcome)
{
    if (seen->node_count == 0 || seen->controller_count == 0) {
        return asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, pool, "no %s is known",
                                   seen->node_count == 0 ? "node" : "domain controller");
    }
    if (seen->disabled) {
        return asactl_outcome_fail(outcome, ASACTL_FAILED, "Enable it first.", pool,
                                   "the account %s is disabled", seen->account);
    }
    if (!nodes_answer(seen, outcome) || !controllers_agree(pool, seen, outcome)) {
        return false;
    }
    if (seen->made && seen->next.kvno != seen->kvno + 1) {
        return asactl_outcome_fail(
            outcome, ASACTL_CONFLICT, "See that nobody else rolls it, then run it again.", pool,
            "the password of %s was set by somebody else meanwhile", seen->account);
    }
    return true;
}

static bool judge_workers(apr_pool_t *pool, const asactl_roll_seen_t *seen,
                          const asactl_roll_node_t *node, asactl_outcome_t *outcome)
{
    switch (node->workers) {
    case ASACTL_ROLL_WORKERS_LACK:
        return asactl_outcome_fail(
            outcome, ASACTL_FAILED,
            "Look at its error log and asa-status: httpd's group must be able to read the key "
            "table (chmod 640), and AsaCredential must name it. --status none goes on without "
            "seeing the workers of any node.",
            pool, "%s: its workers do not take kvno %u up: %s", node->node, seen->next.kvno,
            node->workers_words);
    case ASACTL_ROLL_WORKERS_UNSEEN:
        return asactl_outcome_fail(
            outcome, ASACTL_FAILED,
            "Mend that; or --status none goes on without seeing the workers of any node.", pool,
            "%s: nobody can see which keys its workers hold: %s", node->node, node->workers_words);
    case ASACTL_ROLL_WORKERS_DOWN:
        return asactl_outcome_fail(
            outcome, ASACTL_FAILED,
            "Start it, or leave the node out. If it runs, httpd in asactl.conf must be an address "
            "that it listens on. --status none goes on without seeing the workers of any node.",
            pool, "%s: no httpd answers there", node->node);
    default:
        return true;
    }
}

bool asactl_roll_plan_workers(apr_pool_t *pool, const asactl_roll_seen_t *seen,
                              asactl_outcome_t *outcome)
{
    for (size_t i = 0; i < seen->node_count; i++) {
        if (!judge_workers(pool, seen, &seen->nodes[i], outcome)) {
            return false;
        }
    }
    return true;
}

static bool have_looked(const asactl_roll_seen_t *seen)
{
    for (size_t i = 0; i < seen->node_count; i++) {
        if (seen->nodes[i].workers == ASACTL_ROLL_WORKERS_UNKNOWN) {
            return false;
        }
    }
    return true;
}

/* The key is on every node: the last step before the change, or the change. */
static asactl_roll_step_t see_or_change(apr_pool_t *pool, const asactl_roll_seen_t *seen,
                                        asactl_outcome_t *outcome)
{
    asactl_outcome_t finding = {.code = ASACTL_OK};

    if (!seen->ask_workers ||
        (have_looked(seen) && asactl_roll_plan_workers(pool, seen, &finding))) {
        return ASACTL_ROLL_CHANGE;
    }
    if (!have_looked(seen) || !seen->late) {
        return ASACTL_ROLL_SEE;
    }
    *outcome = finding;
    return ASACTL_ROLL_REFUSE;
}

/* Does a node still hold a key that a killed roll left?  Keys that came since the begin are not
 * ours to judge: another roll may be about to use them. */
static bool has_stale(const asactl_roll_seen_t *seen)
{
    for (size_t i = 0; i < seen->node_count; i++) {
        for (size_t j = 0; j < seen->stale_count; j++) {
            if (!asactl_roll_plan_is(&seen->next, seen->stale[j].id) &&
                holds(&seen->nodes[i], seen->stale[j].kvno, seen->stale[j].id)) {
                return true;
            }
        }
    }
    return false;
}

asactl_roll_step_t asactl_roll_plan_next(apr_pool_t *pool, const asactl_roll_seen_t *seen,
                                         asactl_outcome_t *outcome)
{
    size_t following = followers(seen);

    *outcome = (asactl_outcome_t){.code = ASACTL_OK};
    if (asactl_roll_plan_lost(seen)) {
        asactl_outcome_fail(
            outcome, ASACTL_CONFLICT,
            "Nobody is refused, as every node holds both keys. See that nobody else rolls it.",
            pool, "another roll of %s has set another password meanwhile", seen->account);
        return ASACTL_ROLL_REFUSE;
    }
    if (following == 0) {
        if (!may_change(pool, seen, outcome)) {
            return ASACTL_ROLL_REFUSE;
        }
        if (!seen->made) {
            return ASACTL_ROLL_MAKE;
        }
        if (!seen->rehearsed) {
            return ASACTL_ROLL_REHEARSE;
        }
        return all_staged(seen) ? see_or_change(pool, seen, outcome) : ASACTL_ROLL_STAGE;
    }
    if (!nodes_answer(seen, outcome)) {
        return ASACTL_ROLL_REFUSE;
    }
    if (!all_staged(seen)) {
        return ASACTL_ROLL_STAGE;
    }
    if (following < seen->controller_count) {
        return ASACTL_ROLL_WAIT;
    }
    return !seen->settled && has_stale(seen) ? ASACTL_ROLL_SETTLE : ASACTL_ROLL_DONE;
}
