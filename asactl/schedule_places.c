/* SPDX-License-Identifier: Apache-2.0
 *
 * Names the files of an unattended roll, and finds the one that starts it.
 */
#include "asactl/schedule_places.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/schedule_files.h"
#include "asactl/schedule_plan.h"
#include "core/number_text.h"

void asactl_schedule_places_find(apr_pool_t *pool, const char *root, const char *account,
                                 asactl_schedule_places_t *out)
{
    *out = (asactl_schedule_places_t){
        .pool = pool, .root = root, .name = asactl_schedule_plan_name(pool, account)};
    root = root != NULL ? root : "";
    out->service = apr_pstrcat(pool, root, "/etc/systemd/system/", out->name, ".service", NULL);
    out->timer = apr_pstrcat(pool, root, "/etc/systemd/system/", out->name, ".timer", NULL);
    out->cron = apr_pstrcat(pool, root, "/etc/cron.d/", out->name, NULL);
    out->log_seen = apr_pstrcat(pool, "/var/log/asactl/", out->name, ".log", NULL);
    out->result_seen = apr_pstrcat(pool, "/var/lib/asactl/", out->name, ".json", NULL);
    out->result = apr_pstrcat(pool, root, out->result_seen, NULL);
}

const char *asactl_schedule_places_timer(const asactl_schedule_places_t *places, const char **text,
                                         apr_time_t *made, asactl_outcome_t *outcome)
{
    const char *const files[] = {places->timer, places->cron, places->service};

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (asactl_schedule_files_read(places->pool, files[i], text, made, outcome)) {
            return files[i];
        }
        if (outcome->code != ASACTL_NOT_FOUND) {
            return NULL;
        }
    }
    asactl_outcome_fail(outcome, ASACTL_NOT_FOUND, "asactl schedule create makes one.",
                        places->pool, "there is no schedule for this account");
    return NULL;
}

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

unsigned asactl_schedule_places_days(const asactl_schedule_places_t *places)
{
    asactl_outcome_t outcome;
    const char *text;

    return asactl_schedule_files_read(places->pool, places->service, &text, NULL, &outcome) ||
                   asactl_schedule_files_read(places->pool, places->cron, &text, NULL, &outcome)
               ? days_in(text)
               : 0;
}
