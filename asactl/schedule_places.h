/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the files of an unattended roll lie, and which of them starts it.
 *
 * Strings live in the pool given.
 */
#ifndef ASACTL_SCHEDULE_PLACES_H
#define ASACTL_SCHEDULE_PLACES_H

#include <apr_pools.h>
#include <apr_time.h>

#include "asactl/outcome.h"

typedef struct asactl_schedule_places_t {
    apr_pool_t *pool;
    const char *root; /* NULL: this machine as it runs */
    const char *name;
    const char *service, *timer, *cron, *result; /* below root */
    const char *log_seen, *result_seen;          /* as the roll sees them */
} asactl_schedule_places_t;

void asactl_schedule_places_find(apr_pool_t *pool, const char *root, const char *account,
                                 asactl_schedule_places_t *out);

/* The file that starts the roll, its text and when it was made: the timer or the cron line; the
 * service, where a create that was killed left that alone.  NULL if there is none, with
 * ASACTL_NOT_FOUND, or if it cannot be read. */
const char *asactl_schedule_places_timer(const asactl_schedule_places_t *places, const char **text,
                                         apr_time_t *made, asactl_outcome_t *outcome);

/* After how many days the roll is due that these files start; 0: not known. */
unsigned asactl_schedule_places_days(const asactl_schedule_places_t *places);

#endif
