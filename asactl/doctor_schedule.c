/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks at the unattended roll of this machine.
 */
#include "asactl/doctor_look.h"

#include <string.h>

#include "asactl/schedule_files.h"
#include "asactl/schedule_places.h"
#include "core/number_text.h"

/* The number behind --if-older in the command of a unit or a cron line; 0: there is none. */
static unsigned days_in(const char *text)
{
    static const char option[] = "--if-older";
    const char *at = strstr(text, option);
    uint64_t days = 0;

    if (at == NULL) {
        return 0;
    }
    at += sizeof option - 1;
    at += strspn(at, "\"' ");
    asa_number_text_read(at, asa_number_text_span(at), 99999, &days);
    return (unsigned)days;
}

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
    if (asactl_schedule_files_read(pool, places.service, &text, NULL, &outcome) ||
        asactl_schedule_files_read(pool, places.cron, &text, NULL, &outcome)) {
        out->days = days_in(text);
    }
    if (asactl_roll_result_read(pool, places.result, last, &outcome)) {
        out->last = last;
    } else if (outcome.code != ASACTL_NOT_FOUND) {
        out->unseen = outcome.sentence;
    }
}
