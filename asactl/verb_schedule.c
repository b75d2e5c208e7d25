/* SPDX-License-Identifier: Apache-2.0
 *
 * schedule: writes, shows and removes the timer of an unattended roll.
 */
#include "asactl/verb_schedule.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <apr_file_info.h>
#include <apr_strings.h>

#include "asactl/node_choice.h"
#include "asactl/node_report.h"
#include "asactl/options.h"
#include "asactl/out.h"
#include "asactl/schedule_files.h"
#include "asactl/schedule_places.h"
#include "asactl/schedule_plan.h"
#include "asactl/systemctl.h"
#include "asactl/verb_words.h"
#include "core/time_text.h"

typedef asactl_schedule_places_t places_t;

static bool find_places(const asactl_run_t *run, places_t *out, asactl_outcome_t *outcome)
{
    const char *root = asactl_options_last(run->options, "root");
    apr_pool_t *pool = run->pool;

    if (run->settings->account == NULL) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE,
                                   "Name it with --account, or in asactl.conf.", pool,
                                   "a schedule for which account?");
    }
    if (run->words->nelts > 0) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "asactl help schedule", pool,
                                   "'%s' is one word too many", asactl_verb_words_at(run, 0));
    }
    if (root != NULL && root[0] != '/') {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "Give the whole path.", pool,
                                   "--root '%s' is no absolute path", root);
    }
    asactl_schedule_places_find(pool, root, run->settings->account, out);
    return true;
}

/* A file that somebody else made stays as it is. */
static bool is_free(const places_t *places, const char *file, asactl_outcome_t *outcome)
{
    const char *text;

    if (!asactl_schedule_files_read(places->pool, file, &text, NULL, outcome)) {
        return outcome->code == ASACTL_NOT_FOUND;
    }
    return asactl_schedule_plan_is_ours(text) ||
           asactl_outcome_fail(outcome, ASACTL_CONFLICT, "Move it away.", places->pool,
                               "%s was not made by asactl", file);
}

/* --- create --- */

static void add(apr_array_header_t *command, const char *word)
{
    APR_ARRAY_PUSH(command, const char *) = word;
}

static int add_option(void *command, const char *name, const char *value)
{
    apr_array_header_t *list = command;
    char *whole = NULL;

    if (*value == '\0' && strcmp(name, "to-all") != 0) {
        return 1; /* flags are for this run */
    }
    if (strcmp(name, "conf") == 0 &&
        apr_filepath_merge(&whole, NULL, value, 0, list->pool) == APR_SUCCESS) {
        value = whole;
    }
    add(list, apr_pstrcat(list->pool, "--", name, NULL));
    if (*value != '\0') {
        add(list, value);
    }
    return 1;
}

static bool make_command(const asactl_run_t *run, const places_t *places, const char *days,
                         apr_array_header_t **out, asactl_outcome_t *outcome)
{
    char program[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);

    if (len <= 0) {
        return asactl_outcome_fail(outcome, ASACTL_FAILED, "Mount /proc.", run->pool,
                                   "nobody knows where asactl lies");
    }
    *out = apr_array_make(run->pool, 16, sizeof(const char *));
    add(*out, apr_pstrmemdup(run->pool, program, (size_t)len));
    add(*out, "roll");
    apr_table_do(add_option, *out, run->global, NULL);
    if (apr_table_get(run->global, "account") == NULL) {
        add_option(*out, "account", run->settings->account);
    }
    apr_table_do(add_option, *out, run->options, "to-server", "to-array", "to-all", NULL);
    add(*out, "--yes");
    add_option(*out, "if-older", days);
    add_option(*out, "result", places->result_seen);
    return asactl_schedule_plan_check(run->pool, *out, outcome);
}

static bool write_files(const places_t *places, const asactl_schedule_t *schedule, bool cron,
                        asactl_outcome_t *outcome)
{
    apr_pool_t *pool = places->pool;

    const char *log =
        apr_pstrcat(pool, places->root != NULL ? places->root : "", schedule->log, NULL);

    if (!asactl_schedule_files_folder(pool, log, outcome)) {
        return false;
    }
    if (cron) {
        return asactl_schedule_files_write(pool, places->cron,
                                           asactl_schedule_plan_cron(pool, schedule), outcome);
    }
    return asactl_schedule_files_write(pool, places->service,
                                       asactl_schedule_plan_service(pool, schedule), outcome) &&
           asactl_schedule_files_write(pool, places->timer,
                                       asactl_schedule_plan_timer(pool, schedule), outcome);
}

static bool check(const asactl_run_t *run, const places_t *places, bool cron,
                  asactl_outcome_t *outcome)
{
    const apr_array_header_t *nodes;

    if (!asactl_node_choice_asked(run, "schedule create", "to", &nodes, outcome) ||
        !is_free(places, places->service, outcome) || !is_free(places, places->timer, outcome) ||
        !is_free(places, places->cron, outcome)) {
        return false;
    }
    *outcome = (asactl_outcome_t){.code = ASACTL_OK};
    return cron || places->root != NULL || run->settings->dry_run || asactl_systemctl_is_there() ||
           asactl_outcome_fail(outcome, ASACTL_FAILED,
                               "Say --cron, or --root / to write the units all the same.",
                               run->pool, "systemd does not run this machine");
}

static bool is_there(const places_t *places, const char *file)
{
    asactl_outcome_t outcome;
    const char *text;

    return asactl_schedule_files_read(places->pool, file, &text, NULL, &outcome);
}

/* Stops the timer before its units go; below a root there is nothing to stop, only its link. */
static bool drop_units(const places_t *places, asactl_outcome_t *outcome)
{
    const char *link =
        apr_pstrcat(places->pool, places->root != NULL ? places->root : "",
                    "/etc/systemd/system/timers.target.wants/", places->name, ".timer", NULL);
    bool live =
        places->root == NULL && asactl_systemctl_is_there() && is_there(places, places->timer);

    return (!live ||
            asactl_systemctl_disable(
                places->pool, apr_pstrcat(places->pool, places->name, ".timer", NULL), outcome)) &&
           asactl_schedule_files_remove(places->pool, places->timer, outcome) &&
           asactl_schedule_files_remove(places->pool, places->service, outcome) &&
           asactl_schedule_files_remove(places->pool, link, outcome) &&
           (!live || asactl_systemctl_forget(places->pool, places->name, outcome));
}

/* One of both: two would roll twice. */
static bool drop_other(const places_t *places, bool cron, asactl_outcome_t *outcome)
{
    return cron ? drop_units(places, outcome)
                : asactl_schedule_files_remove(places->pool, places->cron, outcome);
}

static void show_created(const asactl_run_t *run, const places_t *places,
                         const asactl_schedule_t *schedule, bool cron)
{
    const char *timer = cron ? places->cron : places->timer;

    asactl_out_line("%s: looks daily at %02u:%02u, and rolls a password that is %u days old.",
                    asactl_out_safe(run->pool, timer), schedule->hour, schedule->minute,
                    schedule->days);
    if (!cron && places->root != NULL) {
        asactl_out_line("Nothing was started: systemctl daemon-reload; systemctl enable --now "
                        "%s.timer",
                        places->name);
    }
    if (run->settings->client_keytab == NULL) {
        asactl_out_line("It runs without a person's ticket: name a key table in asactl.conf with "
                        "client-keytab; asactl.conf(5) shows how.");
    }
    if (run->settings->dry_run) {
        asactl_out_line("Nothing was changed.");
    }
    asactl_out_json(json_pack(
        "{s:o, s:o, s:b, s:i, s:o, s:o}", "account", asactl_node_report_text(schedule->account),
        "file", asactl_node_report_text(timer), "dry_run", (int)run->settings->dry_run, "days",
        (int)schedule->days, "log", asactl_node_report_text(places->log_seen), "result",
        asactl_node_report_text(places->result_seen)));
}

asactl_exit_code_t asactl_verb_schedule_create(const asactl_run_t *run)
{
    const char *days = asactl_options_last(run->options, "every");
    const char *at = asactl_options_last(run->options, "at");
    bool cron = apr_table_get(run->options, "cron") != NULL;
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    asactl_schedule_t schedule = {.account = run->settings->account};
    apr_array_header_t *command;
    places_t places;

    days = days != NULL ? days : ASACTL_SCHEDULE_DAYS;
    if (!find_places(run, &places, &outcome) ||
        !asactl_schedule_plan_times(run->pool, days, at != NULL ? at : ASACTL_SCHEDULE_AT,
                                    &schedule, &outcome) ||
        !check(run, &places, cron, &outcome) ||
        !make_command(run, &places, days, &command, &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    schedule.command = command;
    schedule.log = places.log_seen;
    if (!run->settings->dry_run &&
        (!write_files(&places, &schedule, cron, &outcome) || !drop_other(&places, cron, &outcome) ||
         (!cron && places.root == NULL &&
          !asactl_systemctl_enable(run->pool, apr_pstrcat(run->pool, places.name, ".timer", NULL),
                                   &outcome)))) {
        return asactl_verb_words_fail(&outcome);
    }
    show_created(run, &places, &schedule, cron);
    return ASACTL_OK;
}

/* --- show --- */

static json_t *last_json(const asactl_roll_result_t *last)
{
    return last == NULL
               ? json_null()
               : json_pack("{s:I, s:i, s:o}", "time", (json_int_t)apr_time_sec(last->time), "code",
                           (int)last->code, "sentence", asactl_node_report_text(last->sentence));
}

asactl_exit_code_t asactl_verb_schedule_show(const asactl_run_t *run)
{
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    asactl_roll_result_t result;
    const asactl_roll_result_t *last = &result;
    const char *timer, *text, *finding;
    apr_time_t made = 0;
    places_t places;

    if (!find_places(run, &places, &outcome) ||
        (timer = asactl_schedule_places_timer(&places, &text, &made, &outcome)) == NULL) {
        return asactl_verb_words_fail(&outcome);
    }
    if (!asactl_roll_result_read(run->pool, places.result, &result, &outcome)) {
        if (outcome.code != ASACTL_NOT_FOUND) {
            return asactl_verb_words_fail(&outcome);
        }
        last = NULL;
    }
    finding = asactl_schedule_plan_finding(run->pool, made, last, apr_time_now());
    if (timer == places.service) {
        finding = "the timer is missing: run schedule create again";
    }
    asactl_out_line("schedule  %s", asactl_out_safe(run->pool, timer));
    asactl_out_line("last run  %s",
                    last != NULL ? asa_time_text_utc(run->pool, last->time) : "none yet");
    asactl_out_line("result    %s", finding != NULL ? asactl_out_safe(run->pool, finding)
                                                    : (last != NULL ? "in order" : "none yet"));
    asactl_out_line("log       %s", asactl_out_safe(run->pool, places.log_seen));
    asactl_out_json(json_pack("{s:o, s:o, s:o, s:b, s:o}", "account",
                              asactl_node_report_text(run->settings->account), "file",
                              asactl_node_report_text(timer), "last", last_json(last), "ok",
                              (int)(finding == NULL), "finding", asactl_node_report_text(finding)));
    return finding == NULL ? ASACTL_OK : ASACTL_FAILED;
}

/* --- remove --- */

asactl_exit_code_t asactl_verb_schedule_remove(const asactl_run_t *run)
{
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    apr_pool_t *pool = run->pool;
    apr_time_t made;
    const char *timer, *text;
    places_t places;

    if (!find_places(run, &places, &outcome) ||
        (timer = asactl_schedule_places_timer(&places, &text, &made, &outcome)) == NULL ||
        !is_free(&places, places.service, &outcome) || !is_free(&places, places.timer, &outcome) ||
        !is_free(&places, places.cron, &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    outcome = (asactl_outcome_t){.code = ASACTL_OK};
    if (!run->settings->dry_run &&
        (!drop_other(&places, true, &outcome) || !drop_other(&places, false, &outcome) ||
         !asactl_schedule_files_remove(pool, places.result, &outcome))) {
        return asactl_verb_words_fail(&outcome);
    }
    asactl_out_line("%s %s", asactl_out_safe(pool, timer),
                    run->settings->dry_run ? "would go" : "is gone");
    asactl_out_json(
        json_pack("{s:o, s:o, s:b}", "account", asactl_node_report_text(run->settings->account),
                  "file", asactl_node_report_text(timer), "dry_run", (int)run->settings->dry_run));
    return ASACTL_OK;
}
