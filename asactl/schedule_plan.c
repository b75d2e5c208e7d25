/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes the units and the cron line of an unattended roll, and judges its last result.
 */
#include "asactl/schedule_plan.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/options.h"
#include "asactl/plain_name.h"
#include "asactl/shell_word.h"
#include "core/number_text.h"
#include "core/time_text.h"

#define MARK "# Made by asactl schedule create; asactl schedule remove takes it away.\n"

#define DAYS_MAX 3650
/* A daily run that has not come for this long will not come. */
#define OVERDUE (3 * ASA_TIME_DAY)

const char *asactl_schedule_plan_name(apr_pool_t *pool, const char *account)
{
    size_t len = strlen(account);

    if (len > 1 && account[len - 1] == '$') {
        account = apr_pstrndup(pool, account, len - 1);
    }
    return apr_pstrcat(pool, "asactl-roll-", asactl_plain_name(pool, account), NULL);
}

bool asactl_schedule_plan_is_ours(const char *text)
{
    return strncmp(text, MARK, strlen(MARK)) == 0;
}

/* "03:17" */
static bool read_time(const char *at, unsigned *hour_out, unsigned *minute_out)
{
    uint64_t hour, minute;

    if (strlen(at) != 5 || at[2] != ':' || !asa_number_text_read(at, 2, 23, &hour) ||
        !asa_number_text_read(at + 3, 2, 59, &minute)) {
        return false;
    }
    *hour_out = (unsigned)hour;
    *minute_out = (unsigned)minute;
    return true;
}

bool asactl_schedule_plan_times(apr_pool_t *pool, const char *days, const char *at,
                                asactl_schedule_t *out, asactl_outcome_t *outcome)
{
    return asactl_options_number(pool, "every", days, "days", 1, DAYS_MAX, &out->days, outcome) &&
           (read_time(at, &out->hour, &out->minute) ||
            asactl_outcome_fail(outcome, ASACTL_USAGE, "Give hours and minutes, like 03:17.", pool,
                                "--at '%s' is no time of day", at));
}

bool asactl_schedule_plan_check(apr_pool_t *pool, const apr_array_header_t *command,
                                asactl_outcome_t *outcome)
{
    for (int i = 0; i < command->nelts; i++) {
        for (const char *at = APR_ARRAY_IDX(command, i, const char *); *at != '\0'; at++) {
            if ((unsigned char)*at < ' ' || *at == 0x7f) {
                return asactl_outcome_fail(outcome, ASACTL_USAGE, "Use plain names.", pool,
                                           "a word of the schedule's command holds a control "
                                           "character");
            }
        }
    }
    return true;
}

/* --- words as systemd and sh read them --- */

/* Every occurrence of a character of "what" gets the text before it. */
static const char *escaped(apr_pool_t *pool, const char *text, const char *what, bool doubled,
                           const char *before)
{
    const char *out = "";

    while (*text != '\0') {
        size_t plain = strcspn(text, what);
        out = apr_pstrcat(pool, out, apr_pstrmemdup(pool, text, plain), NULL);
        text += plain;
        if (*text != '\0') {
            char one[2] = {*text++, '\0'};
            out = apr_pstrcat(pool, out, doubled ? one : before, one, NULL);
        }
    }
    return out;
}

/* Quotes and specifiers: systemd.service(5), "Command lines". */
static const char *for_systemd(apr_pool_t *pool, const char *word)
{
    word = escaped(pool, word, "\\\"", false, "\\");
    word = escaped(pool, word, "%$", true, "");
    return apr_pstrcat(pool, "\"", word, "\"", NULL);
}

/* '%' ends a command of crontab(5) unless '\' stands before it. */
static const char *for_cron(apr_pool_t *pool, const char *word)
{
    return escaped(pool, asactl_shell_word(pool, word), "%", false, "\\");
}

static const char *command_line(apr_pool_t *pool, const asactl_schedule_t *schedule,
                                const char *(*quote)(apr_pool_t *, const char *))
{
    const char *line = "";

    for (int i = 0; i < schedule->command->nelts; i++) {
        line = apr_pstrcat(pool, line, i > 0 ? " " : "",
                           quote(pool, APR_ARRAY_IDX(schedule->command, i, const char *)), NULL);
    }
    return line;
}

/* --- the files --- */

const char *asactl_schedule_plan_service(apr_pool_t *pool, const asactl_schedule_t *schedule)
{
    const char *log = escaped(pool, schedule->log, "%", true, "");

    return apr_pstrcat(pool, MARK "[Unit]\nDescription=Roll the password of ",
                       escaped(pool, schedule->account, "%", true, ""),
                       " if it is due\nDocumentation=man:asactl(8)\n"
                       "Wants=network-online.target\nAfter=network-online.target\n\n"
                       "[Service]\nType=oneshot\nExecStart=",
                       command_line(pool, schedule, for_systemd), "\nStandardOutput=append:", log,
                       "\nStandardError=append:", log,
                       "\nTimeoutStartSec=2h\nNoNewPrivileges=yes\n", NULL);
}

const char *asactl_schedule_plan_timer(apr_pool_t *pool, const asactl_schedule_t *schedule)
{
    return apr_psprintf(pool,
                        MARK "[Unit]\nDescription=Look daily whether the password of %s is due\n"
                             "Documentation=man:asactl(8)\n\n"
                             "[Timer]\nOnCalendar=*-*-* %02u:%02u:00\nRandomizedDelaySec=10min\n"
                             "Persistent=true\n\n[Install]\nWantedBy=timers.target\n",
                        escaped(pool, schedule->account, "%", true, ""), schedule->hour,
                        schedule->minute);
}

const char *asactl_schedule_plan_cron(apr_pool_t *pool, const asactl_schedule_t *schedule)
{
    return apr_psprintf(pool, MARK "%u %u * * * root %s >>%s 2>&1\n", schedule->minute,
                        schedule->hour, command_line(pool, schedule, for_cron),
                        for_cron(pool, schedule->log));
}

const char *asactl_schedule_plan_finding(apr_pool_t *pool, apr_time_t made,
                                         const asactl_roll_result_t *last, apr_time_t now)
{
    if (last != NULL && last->code != ASACTL_OK && last->time >= made) {
        return apr_psprintf(pool, "the last run failed: %s",
                            last->sentence != NULL ? last->sentence : "it did not say why");
    }
    if ((last != NULL && last->time > made ? last->time : made) + OVERDUE < now) {
        return last != NULL ? "it has not run for three days" : "it has never run";
    }
    return NULL;
}
