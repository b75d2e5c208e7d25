/* SPDX-License-Identifier: Apache-2.0
 *
 * Names the files of an unattended roll, and finds the one that starts it.
 */
#include "asactl/schedule_places.h"

#include <apr_strings.h>

#include "asactl/schedule_files.h"
#include "asactl/schedule_plan.h"

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
