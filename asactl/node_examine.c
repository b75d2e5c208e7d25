/* SPDX-License-Identifier: Apache-2.0
 *
 * Gathers the facts of this machine.
 */
#include "asactl/node_examine.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/node_guard.h"
#include "asactl/node_health.h"
#include "asactl/node_httpd.h"
#include "asactl/node_logs.h"
#include "asactl/node_opening.h"
#include "asactl/schedule_places.h"
#include "asactl/schedule_plan.h"

#define AGAIN     5
#define AGAIN_NAP apr_time_from_msec(200)

/* A child of httpd that has just begun holds nothing yet, as one that found no key does. */
static bool has_beginner(const asactl_node_workers_t *workers)
{
    for (int i = 0; workers->list != NULL && i < workers->list->nelts; i++) {
        if (APR_ARRAY_IDX(workers->list, i, asactl_node_worker_t).keys->nelts == 0) {
            return true;
        }
    }
    return false;
}

static void look_at_httpd(apr_pool_t *pool, const asactl_settings_t *settings,
                          asactl_node_workers_t *workers, asactl_node_facts_t *out)
{
    asactl_node_served_t *served = apr_palloc(pool, sizeof *served);

    out->served_error = asactl_node_httpd_look(pool, settings, workers, served);
    for (int i = 0; out->served_error == NULL && i < AGAIN && has_beginner(workers); i++) {
        apr_sleep(AGAIN_NAP);
        out->served_error = asactl_node_httpd_look(pool, settings, workers, served);
    }
    out->served = out->served_error == NULL ? served : NULL;
    out->health = out->served != NULL ? asactl_node_health_ask(pool, settings, served)
                                      : apr_array_make(pool, 1, sizeof(asactl_node_health_t));
}

/* --- the schedule --- */

static void look_at_schedule(apr_pool_t *pool, const char *account, asactl_node_schedule_t *out)
{
    asactl_roll_result_t *last = apr_palloc(pool, sizeof *last);
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    asactl_schedule_places_t places;
    const char *text;

    asactl_schedule_places_find(pool, NULL, account, &places);
    out->file = asactl_schedule_places_timer(&places, &text, &out->made, &outcome);
    out->days = asactl_schedule_places_days(&places);
    if (out->file == NULL) {
        out->finding = outcome.code != ASACTL_NOT_FOUND ? outcome.sentence : NULL;
        return;
    }
    if (asactl_roll_result_read(pool, places.result, last, &outcome)) {
        out->last = last;
    } else if (outcome.code != ASACTL_NOT_FOUND) {
        out->finding = outcome.sentence;
        return;
    }
    out->finding = out->file == places.service
                       ? "the timer is missing: run schedule create again"
                       : asactl_schedule_plan_finding(pool, out->made, out->last, apr_time_now());
}

/* --- the logs --- */

static bool has(const apr_array_header_t *list, const char *text)
{
    for (int i = 0; i < list->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(list, i, const char *), text) == 0) {
            return true;
        }
    }
    return false;
}

static const apr_array_header_t *log_folders(apr_pool_t *pool, const asactl_node_served_t *served)
{
    apr_array_header_t *folders = apr_array_make(pool, 4, sizeof(const char *));

    for (int i = 0; served != NULL && i < served->servers->nelts; i++) {
        const char *folder = APR_ARRAY_IDX(served->servers, i, asactl_node_server_t).log_folder;
        if (folder != NULL && !has(folders, folder)) {
            APR_ARRAY_PUSH(folders, const char *) = folder;
        }
    }
    return folders;
}

static void look_at_logs(apr_pool_t *pool, const apr_array_header_t *folders,
                         asactl_node_facts_t *out)
{
    apr_array_header_t *logs = apr_array_make(pool, folders->nelts + 1, sizeof(asactl_node_log_t));

    for (int i = 0; i < folders->nelts; i++) {
        asactl_node_logs_look(pool, APR_ARRAY_IDX(folders, i, const char *), apr_array_push(logs));
    }
    out->logs = logs;
}

void asactl_node_examine(apr_pool_t *pool, const asactl_settings_t *settings,
                         const asactl_node_request_t *request, const asa_keyring_t *ring,
                         asactl_node_report_t *report, asactl_node_facts_t *out)
{
    asactl_node_denial_scope_t scope = {.keytab = settings->keytab};

    *out = (asactl_node_facts_t){.time = apr_time_now(), .version = ASA_VERSION};
    look_at_httpd(pool, settings, &report->workers, out);
    if (request->ticket != NULL && ring != NULL) {
        asactl_node_opening_try(pool, ring, request->account, request->ticket, &out->opening);
    }
    scope.folders = log_folders(pool, out->served);
    asactl_node_guard_look(pool, "", &scope, &out->guard);
    look_at_logs(pool, scope.folders, out);
    if (request->account != NULL) {
        look_at_schedule(pool, request->account, &out->schedule);
    }
}
