/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges the schedule and what came of its last run.
 */
#include "asactl/doctor_schedule_checks.h"

#include "asactl/schedule_plan.h"
#include "core/time_text.h"

/* The first node that has a schedule; NULL: none. */
static const asactl_node_answer_t *node_with_schedule(const asactl_doctor_facts_t *facts)
{
    for (size_t i = 0; i < facts->node_count; i++) {
        if (facts->nodes[i].facts != NULL && facts->nodes[i].facts->schedule.file != NULL) {
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
    } else if (schedule->file == NULL) {
        asactl_doctor_warn(list, NULL, NULL,
                           "neither this machine nor a node has a schedule for %s",
                           facts->settings->account);
    } else if (schedule->half) {
        asactl_doctor_fail(list, schedule->file, "Run asactl schedule create again.",
                           "the timer of the schedule is missing");
    } else if (schedule->days > 0) {
        asactl_doctor_ok(list, "%s rolls a password that is %u days old", schedule->file,
                         schedule->days);
    } else {
        asactl_doctor_ok(list, "%s is there", schedule->file);
    }
}

void asactl_doctor_check_schedule_result(const asactl_doctor_facts_t *facts,
                                         asactl_doctor_list_t *list)
{
    const asactl_doctor_schedule_t *schedule = &facts->schedule;
    const asactl_node_answer_t *node = node_with_schedule(facts);
    const char *finding;

    if (schedule->file == NULL && node != NULL && node->facts->schedule.finding != NULL) {
        asactl_doctor_fail(list, node->node, NULL, "the schedule on %s: %s", node->node,
                           node->facts->schedule.finding);
        return;
    }
    if (schedule->file == NULL) {
        asactl_doctor_ok(list, "no schedule of this machine is overdue");
        return;
    }
    finding = asactl_schedule_plan_finding(list->pool, schedule->made, schedule->last, facts->now);
    if (finding != NULL) {
        asactl_doctor_fail(list, schedule->file, NULL, "the schedule: %s", finding);
    } else if (schedule->last == NULL) {
        asactl_doctor_ok(list, "the schedule is new, and has not run yet");
    } else if (facts->found && schedule->days > 0) {
        asactl_doctor_ok(list, "it last looked on %s and rolls next on %s",
                         asa_time_text_day(list->pool, schedule->last->time),
                         asa_time_text_day(list->pool, facts->account.password_set +
                                                           schedule->days * ASA_TIME_DAY));
    } else {
        asactl_doctor_ok(list, "it last looked on %s",
                         asa_time_text_day(list->pool, schedule->last->time));
    }
}
