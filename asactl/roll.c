/* SPDX-License-Identifier: Apache-2.0
 *
 * Applies the steps of a roll, one after the other.
 */
#include "asactl/roll_private.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/node.h"
#include "asactl/out.h"

#define LOOK_AGAIN (APR_USEC_PER_SEC / 2)
#define OWN_ANSWER                                                                                 \
    (10 * APR_USEC_PER_SEC) /* the controller that was written to answers by itself */

static bool make(asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    const asactl_roll_held_t *ids;

    if (roll->password == NULL && !asactl_password_random(roll->pool, &roll->password, outcome)) {
        return false;
    }
    if (!asactl_roll_keys_make(roll->pool, &roll->account, roll->realm, roll->seen.kvno + 1,
                               roll->password, &roll->next, outcome)) {
        return false;
    }
    ids = asactl_roll_keys_ids(roll->pool, &roll->next);
    roll->seen.next = (asactl_roll_key_t){.kvno = roll->seen.kvno + 1, .count = roll->next.count};
    for (size_t i = 0; i < roll->next.count; i++) {
        roll->seen.next.ids[i] = ids[i].id;
    }
    roll->seen.made = true;
    return true;
}

static bool settle(asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    asactl_out_step("dropping keys that were staged and never used");
    roll->seen.settled = true;
    if (!asactl_roll_stage_settle(roll, outcome)) {
        return false;
    }
    asactl_roll_look_at_nodes(roll);
    return true;
}

/* The account is looked at once more as the last thing before the change: of two rolls at the same
 * time only one goes on, and the salt of the staged keys follows from its names. */
static bool still_ours(asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    asactl_account_t now;

    if (!asactl_directory_find(roll->directory, roll->pool, roll->account.sam, &now, outcome)) {
        return false;
    }
    if (now.kvno != 0 && now.kvno + 1 != roll->seen.next.kvno) {
        asactl_roll_look_at_controllers(roll);
        return asactl_outcome_fail(
            outcome, ASACTL_CONFLICT, "See that nobody else rolls it, then run it again.",
            roll->pool, "the password of %s was set by somebody else meanwhile", roll->account.sam);
    }
    if (strcmp(now.sam, roll->account.sam) != 0 || strcmp(now.upn, roll->account.upn) != 0) {
        return asactl_outcome_fail(
            outcome, ASACTL_CONFLICT, "Run it again.", roll->pool,
            "%s was renamed meanwhile, and the keys of its next password follow from its names",
            roll->account.sam);
    }
    return true;
}

/* The first controller's own word, by a ticket: the answer to the change may have been lost. */
static bool is_changed(asactl_roll_t *roll, apr_time_t patience)
{
    apr_time_t until = apr_time_now() + patience;

    do {
        asactl_roll_look_at_controllers(roll);
        if (asactl_roll_plan_follows(&roll->seen, &roll->seen.controllers[0])) {
            return true;
        }
        apr_sleep(LOOK_AGAIN);
    } while (apr_time_now() < until);
    return false;
}

/* Has the first controller said no, and shown by a ticket that it meant it? */
static bool is_refused(const asactl_roll_t *roll, const asactl_outcome_t *outcome)
{
    const asactl_roll_controller_t *first = &roll->seen.controllers[0];

    return outcome->code != ASACTL_UNREACHABLE && first->outcome.code == ASACTL_OK &&
           first->id != NULL;
}

static bool change(asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    bool told;

    if (!roll->seen.ask_workers && roll->staged + roll->pause > apr_time_now()) {
        asactl_out_step("waiting %.1f s for the workers to take kvno %u up",
                        (double)roll->pause / APR_USEC_PER_SEC, roll->seen.next.kvno);
        apr_sleep(roll->staged + roll->pause - apr_time_now());
    }
    if (!still_ours(roll, outcome)) {
        return false;
    }
    asactl_out_step("setting the password at %s", roll->seen.controllers[0].host);
    roll->tried = true;
    told = asactl_directory_set_password(roll->directory, roll->pool, &roll->account,
                                         roll->password, outcome);
    if (is_changed(roll, told || outcome->code == ASACTL_UNREACHABLE ? OWN_ANSWER : 0)) {
        if (!told) {
            asactl_out_warning("%s; but the password is set: a ticket proves it",
                               asactl_out_safe(roll->pool, outcome->sentence));
        }
        roll->changed = true;
        asactl_out_step("a ticket of %s proves that kvno %u is in use",
                        roll->seen.controllers[0].host, roll->seen.next.kvno);
        return true;
    }
    roll->tried = told || !is_refused(roll, outcome);
    return !told ? false
                 : asactl_outcome_fail(outcome, ASACTL_FAILED,
                                       "See with asactl account show who has set it.", roll->pool,
                                       "%s took the password, but its tickets are not sealed with "
                                       "the key of it",
                                       roll->seen.controllers[0].host);
}

static const asactl_roll_controller_t *laggard(const asactl_roll_t *roll)
{
    for (size_t i = 0; i < roll->seen.controller_count; i++) {
        if (!asactl_roll_plan_follows(&roll->seen, &roll->seen.controllers[i])) {
            return &roll->seen.controllers[i];
        }
    }
    return NULL;
}

static bool wait_for_controllers(asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    apr_time_t until = apr_time_now() + roll->wait;
    const asactl_roll_controller_t *late;
    const char *said = "";

    while ((late = laggard(roll)) != NULL && apr_time_now() < until) {
        if (strcmp(said, late->host) != 0) {
            said = late->host;
            asactl_out_step("waiting for %s to use kvno %u", said, roll->seen.next.kvno);
        }
        apr_sleep(LOOK_AGAIN);
        asactl_roll_look_at_controllers(roll);
        if (asactl_roll_plan_lost(&roll->seen)) {
            return true; /* and the plan says so */
        }
    }
    if (late == NULL) {
        return true;
    }
    return asactl_outcome_fail(
        outcome, late->outcome.code == ASACTL_OK ? ASACTL_FAILED : late->outcome.code,
        "Every node holds both keys, so nobody is refused. See why it does not replicate, then run "
        "this again: it goes on from here.",
        roll->pool,
        late->outcome.code == ASACTL_OK ? "%s does not use kvno %u yet"
                                        : "%s does not show that it uses kvno %u",
        late->host, roll->seen.next.kvno);
}

/* --- the steps --- */

/* What can be foreseen refuses the roll before anything is anywhere. */
static bool rehearse(asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    asactl_out_step("asking the nodes whether they can take kvno %u", roll->seen.next.kvno);
    roll->seen.rehearsed = true;
    return asactl_roll_stage_rehearse(roll, outcome) &&
           asactl_roll_workers_rehearse(roll, roll->patience, outcome);
}

static bool do_step(asactl_roll_t *roll, asactl_roll_step_t step, asactl_outcome_t *outcome)
{
    switch (step) {
    case ASACTL_ROLL_MAKE:
        return make(roll, outcome);
    case ASACTL_ROLL_REHEARSE:
        return rehearse(roll, outcome);
    case ASACTL_ROLL_STAGE:
        asactl_out_step("staging kvno %u on the nodes", roll->seen.next.kvno);
        if (!asactl_roll_lock_note(roll->lock, &roll->seen.next, outcome) ||
            !asactl_roll_stage(roll, outcome)) {
            return false;
        }
        roll->staged = apr_time_now();
        asactl_roll_look_at_nodes(roll);
        return true;
    case ASACTL_ROLL_SEE:
        asactl_roll_workers_see(roll);
        return true;
    case ASACTL_ROLL_CHANGE:
        return change(roll, outcome);
    case ASACTL_ROLL_WAIT:
        return wait_for_controllers(roll, outcome);
    case ASACTL_ROLL_SETTLE:
        return settle(roll, outcome);
    default:
        return false;
    }
}

/* Staging that a node confirms and then does not show, would go on for ever. */
#define STAGES_MAX 3

bool asactl_roll_run(asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    int stages = 0;

    for (;;) {
        asactl_roll_step_t step = asactl_roll_plan_next(roll->pool, &roll->seen, outcome);

        if (step == ASACTL_ROLL_DONE) {
            return true;
        }
        if (step == ASACTL_ROLL_STAGE && ++stages > STAGES_MAX) {
            asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, roll->pool,
                                "the nodes do not keep the key that they take");
            step = ASACTL_ROLL_REFUSE;
        }
        if (step == ASACTL_ROLL_REFUSE || !do_step(roll, step, outcome)) {
            if (stages > 0 && roll->seen.made && !roll->tried) {
                asactl_roll_stage_withdraw(roll);
            }
            return false;
        }
    }
}

bool asactl_roll_rehearse(asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    return make(roll, outcome) && asactl_roll_stage_rehearse(roll, outcome) &&
           asactl_roll_workers_rehearse(roll, 0, outcome);
}

bool asactl_roll_end(const asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    return asactl_roll_lock_clear(roll->lock, outcome);
}
