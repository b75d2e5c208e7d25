/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks at the unattended roll of this machine.
 */
#include "asactl/doctor_look.h"

#include "asactl/schedule_places.h"

void asactl_doctor_look_at_schedule(apr_pool_t *pool, asactl_doctor_facts_t *facts)
{
    asactl_doctor_schedule_t *out = &facts->schedule;
    asactl_roll_result_t *last = apr_pcalloc(pool, sizeof *last);
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    asactl_schedule_places_t places;
    const char *text;

    asactl_schedule_places_find(pool, NULL, facts->settings->account, &places);
    out->file = asactl_schedule_places_timer(&places, &text, &out->made, &outcome);
    if (out->file == NULL) {
        out->unseen = outcome.code != ASACTL_NOT_FOUND ? outcome.sentence : NULL;
        return;
    }
    out->half = out->file == places.service;
    out->days = asactl_schedule_places_days(&places);
    if (asactl_roll_result_read(pool, places.result, last, &outcome)) {
        out->last = last;
    } else if (outcome.code != ASACTL_NOT_FOUND) {
        out->unseen = outcome.sentence;
    }
}
