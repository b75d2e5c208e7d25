/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges the schedule and what came of its last run.
 */
#include "asactl/doctor_schedule_checks.h"

#include <apr_strings.h>

#include "asactl/schedule_plan.h"
#include "core/time_text.h"

/* What a node says of its schedule; NULL: it has none, or was not seen. */
static const asactl_node_schedule_t *schedule_of(const asactl_doctor_facts_t *facts, size_t i)
{
    const asactl_node_answer_t *node = &facts->nodes[i];

    return node->outcome.code == ASACTL_OK && node->facts != NULL &&
                   node->facts->schedule.file != NULL
               ? &node->facts->schedule
               : NULL;
}

/* The first node that has a schedule; NULL: none. */
static const asactl_node_answer_t *node_with_schedule(const asactl_doctor_facts_t *facts)
{
    for (size_t i = 0; i < facts->node_count; i++) {
        if (schedule_of(facts, i) != NULL) {
            return &facts->nodes[i];
        }
    }
    return NULL;
}

void asactl_doctor_check_schedule(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    const asactl_doctor_schedule_t *schedule = &facts->schedule;
    const asactl_node_answer_t *node = node_with_schedule(facts);

    if (schedule->file == NULL && node != NULL) {
        asactl_doctor_ok(list, "%s has a schedule", node->node);
    } else if (schedule->file == NULL && asactl_doctor_list_said(list) == 0) {
        /* A node that was not seen, as has been said then, may have it. */
        asactl_doctor_warn(list, NULL, NULL,
                           "neither this machine nor a node has a schedule for %s",
                           facts->settings->account);
    } else if (schedule->half) {
        asactl_doctor_fail(list, schedule->file, "Run asactl schedule create again.",
                           "the timer of the schedule is missing");
    } else if (schedule->days > 0) {
        asactl_doctor_ok(list, "%s rolls a password that is %u days old", schedule->file,
                         schedule->days);
    } else if (schedule->file != NULL) {
        asactl_doctor_ok(list, "%s is there", schedule->file);
    }
}

/* Where it ran last and when it is due, if nothing is wrong with it. */
static void tell(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list, const char *where,
                 const asactl_roll_result_t *last, long days)
{
    const char *next = facts->found && days > 0
                           ? apr_pstrcat(list->pool, ", and the password is rolled next on ",
                                         asa_time_text_day(list->pool, facts->account.password_set +
                                                                           days * ASA_TIME_DAY),
                                         NULL)
                           : "";

    if (last == NULL) {
        asactl_doctor_ok(list, "%s is new, and has not run yet%s", where, next);
    } else {
        asactl_doctor_ok(list, "%s last ran on %s%s", where,
                         asa_time_text_day(list->pool, last->time), next);
    }
}

void asactl_doctor_check_schedule_result(const asactl_doctor_facts_t *facts,
                                         asactl_doctor_list_t *list)
{
    const asactl_doctor_schedule_t *schedule = &facts->schedule;
    const asactl_node_answer_t *node = node_with_schedule(facts);
    const char *finding =
        schedule->file != NULL
            ? asactl_schedule_plan_finding(list->pool, schedule->made, schedule->last, facts->now)
            : NULL;

    if (finding != NULL) {
        asactl_doctor_fail(list, schedule->file, NULL, "the schedule: %s", finding);
    }
    for (size_t i = 0; i < facts->node_count; i++) {
        const asactl_node_schedule_t *there = schedule_of(facts, i);

        if (there != NULL && there->finding != NULL) {
            asactl_doctor_fail(list, facts->nodes[i].node, NULL, "the schedule on %s: %s",
                               facts->nodes[i].node, there->finding);
        }
    }
    if (schedule->file != NULL) {
        tell(facts, list, "the schedule", schedule->last, (long)schedule->days);
    } else if (node != NULL) {
        tell(facts, list, apr_pstrcat(list->pool, "the schedule on ", node->node, NULL),
             node->facts->schedule.last, node->facts->schedule.days);
    }
    asactl_doctor_ok(list, "there is no schedule that could be overdue");
}
