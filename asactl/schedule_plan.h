/* SPDX-License-Identifier: Apache-2.0
 *
 * The texts of an unattended roll: units of systemd.service(5) and systemd.timer(5), or a line of
 * crontab(5).
 *
 * The timer comes daily and the roll looks whether it is due, as neither systemd's calendar nor
 * cron knows "every three weeks", and a roll that failed is tried again the next day.  Pure;
 * results live in the pool given.
 */
#ifndef ASACTL_SCHEDULE_PLAN_H
#define ASACTL_SCHEDULE_PLAN_H

#include <stdbool.h>

#include <apr_pools.h>
#include <apr_tables.h>
#include <apr_time.h>

#include "asactl/outcome.h"
#include "asactl/roll_result.h"

#define ASACTL_SCHEDULE_DAYS "21"
#define ASACTL_SCHEDULE_AT   "03:17"

typedef struct asactl_schedule_t {
    const char *account;               /* sAMAccountName */
    const apr_array_header_t *command; /* const char *: program and arguments */
    const char *log;                   /* absolute file name */
    unsigned days, hour, minute;       /* local time, as systemd and cron have it */
} asactl_schedule_t;

/* The files' name without folder and ending: "asactl-roll-exch2016asa". */
const char *asactl_schedule_plan_name(apr_pool_t *pool, const char *account);

/* "HH:MM" and a number of days, 1 to 3650, whole strings.  ASACTL_USAGE. */
bool asactl_schedule_plan_times(apr_pool_t *pool, const char *days, const char *at,
                                asactl_schedule_t *out, asactl_outcome_t *outcome);

/* No word may hold a control character: it would begin a line of its own.  ASACTL_USAGE. */
bool asactl_schedule_plan_check(apr_pool_t *pool, const apr_array_header_t *command,
                                asactl_outcome_t *outcome);

const char *asactl_schedule_plan_service(apr_pool_t *pool, const asactl_schedule_t *schedule);
const char *asactl_schedule_plan_timer(apr_pool_t *pool, const asactl_schedule_t *schedule);
/* For a file in /etc/cron.d, with the user root in its sixth field. */
const char *asactl_schedule_plan_cron(apr_pool_t *pool, const asactl_schedule_t *schedule);

/* Did asactl write this file? */
bool asactl_schedule_plan_is_ours(const char *text);

/* What is wrong with a schedule that was made at this time, given its last result (NULL: none);
 * NULL if nothing is. */
const char *asactl_schedule_plan_finding(apr_pool_t *pool, apr_time_t made,
                                         const asactl_roll_result_t *last, apr_time_t now);

#endif
