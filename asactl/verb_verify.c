/* SPDX-License-Identifier: Apache-2.0
 *
 * verify: which names, which nodes, as whom; then the matrix.
 */
#include "asactl/verb_verify.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/directory.h"
#include "asactl/node_choice.h"
#include "asactl/options.h"
#include "asactl/out.h"
#include "asactl/setting_value.h"
#include "asactl/verb_words.h"
#include "asactl/verify.h"
#include "asactl/verify_show.h"
#include "asactl/visit_wire.h"
#include "core/host_realm.h"
#include "core/spn.h"

typedef struct {
    const asactl_run_t *run;
    asactl_verify_plan_t plan;
    apr_array_header_t *names, *skipped; /* asactl_verify_name_t */
} task_t;

static void add_names(task_t *task, const apr_array_header_t *spns)
{
    for (int i = 0; i < spns->nelts; i++) {
        asactl_verify_name_t name;
        asactl_verify_name_read(task->run->pool, APR_ARRAY_IDX(spns, i, const char *), &name);
        APR_ARRAY_PUSH(name.host != NULL ? task->names : task->skipped, asactl_verify_name_t) =
            name;
    }
}

/* Those of the command line; a name that cannot be tried is a mistake there. */
static bool take_named(task_t *task, const apr_array_header_t *named, asactl_outcome_t *outcome)
{
    for (int i = 0; i < named->nelts; i++) {
        const char *spn = APR_ARRAY_IDX(named, i, const char *);
        const char *defect = asa_spn_defect(spn);
        if (defect != NULL) {
            return asactl_outcome_fail(outcome, ASACTL_USAGE, "Write http/HOST.", task->run->pool,
                                       "--spn %s: %s", spn, defect);
        }
    }
    add_names(task, named);
    if (task->skipped->nelts > 0) {
        const asactl_verify_name_t *name = &APR_ARRAY_IDX(task->skipped, 0, asactl_verify_name_t);
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "Write http/HOST.", task->run->pool,
                                   "--spn %s cannot be tried: %s", name->spn, name->why);
    }
    return true;
}

static bool take_account(task_t *task, asactl_outcome_t *outcome)
{
    const asactl_run_t *run = task->run;
    asactl_account_t account;

    if (run->settings->account == NULL) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE,
                                   "Name it with --account or in asactl.conf, or the names with "
                                   "--spn.",
                                   run->pool, "the names of which account?");
    }
    if (!asactl_directory_find(task->plan.directory, run->pool, run->settings->account, &account,
                               outcome)) {
        return false;
    }
    task->plan.account = account.sam;
    add_names(task, account.spns);
    return task->names->nelts > 0 ||
           asactl_outcome_fail(outcome, ASACTL_NOT_FOUND,
                               "Give it the published ones: asactl spn add http/HOST.", run->pool,
                               "%s has no name of the class http", account.sam);
}

/* Without names the directory is needed; with names it only helps to explain. */
static bool find_names(task_t *task, asactl_outcome_t *outcome)
{
    const asactl_run_t *run = task->run;
    apr_array_header_t *named = apr_array_make(run->pool, 4, sizeof(const char *));
    bool open;

    asactl_node_choice_values(run->options, "spn", named);
    asactl_out_step("asking the directory");
    open = asactl_directory_open(run->pool, run->settings, &task->plan.directory, outcome);
    if (!open) {
        task->plan.directory = NULL;
    }
    if (!open && (named->nelts == 0 || outcome->code == ASACTL_CREDENTIALS)) {
        return false;
    }
    if (named->nelts == 0) {
        return take_account(task, outcome);
    }
    task->plan.account = run->settings->account;
    if (!open) {
        asactl_out_warning("the directory is not asked, so names that come out are not compared: "
                           "%s",
                           asactl_out_safe(run->pool, outcome->sentence));
    }
    return take_named(task, named, outcome);
}

/* Who must come out: the caller, as the directory knows him; NULL: it does not. */
static const char *find_user(const task_t *task, const char *client)
{
    asactl_account_t account;
    asactl_outcome_t outcome;
    const char *at = client != NULL ? strrchr(client, '@') : NULL;

    if (task->plan.directory == NULL || at == NULL || strcmp(at + 1, task->plan.realm) != 0 ||
        strpbrk(client, "/\\") != NULL ||
        !asactl_directory_find(task->plan.directory, task->run->pool,
                               apr_pstrmemdup(task->run->pool, client, (size_t)(at - client)),
                               &account, &outcome)) {
        return NULL;
    }
    return apr_pstrcat(task->run->pool, account.netbios_domain, "\\", account.sam, NULL);
}

static bool take_tickets(task_t *task, asactl_outcome_t *outcome)
{
    const asactl_run_t *run = task->run;
    const asactl_caller_t *caller = NULL;
    asactl_caller_t *own;

    if (task->plan.directory != NULL) {
        caller = asactl_directory_caller(task->plan.directory);
    } else if (asactl_caller_open(run->pool, run->settings, &own, outcome)) {
        caller = own;
    }
    if (caller == NULL ||
        !asactl_service_tickets_open(run->pool, asactl_caller_tickets(caller), task->plan.realm,
                                     &task->plan.tickets, outcome)) {
        return false;
    }
    task->plan.user = find_user(task, asactl_service_tickets_client(task->plan.tickets));
    return true;
}

static bool read_path(task_t *task, asactl_outcome_t *outcome)
{
    const char *path = asactl_options_last(task->run->options, "path");

    if (path != NULL &&
        (path[0] != '/' || asactl_setting_value_page(
                               apr_pstrcat(task->run->pool, "https://host", path, NULL)) != NULL)) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "It must be a path, like /mapi/.",
                                   task->run->pool, "--path is '%s'", path);
    }
    task->plan.path = path;
    return true;
}

static bool prepare(task_t *task, asactl_outcome_t *outcome)
{
    const asactl_run_t *run = task->run;
    const asactl_settings_t *settings = run->settings;

    task->plan.settings = settings;
    task->plan.realm =
        settings->realm != NULL ? settings->realm : asa_host_realm_default(run->pool);
    task->plan.balancer = apr_table_get(run->options, "no-balancer") == NULL;
    task->plan.nodes = asactl_node_choice_named(run->pool, settings, run->words);
    task->plan.whole = asactl_node_choice_has_array(task->plan.nodes, settings);
    if (task->plan.realm == NULL) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE,
                                   "Name it with --realm, or in asactl.conf.", run->pool,
                                   "the names of which realm?");
    }
    if (!read_path(task, outcome) || !find_names(task, outcome)) {
        return false;
    }
    task->plan.names = task->names;
    if (2 * task->names->nelts > ASACTL_VISIT_WIRE_MAX) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "Name some of them with --spn.",
                                   run->pool, "%d names are more than the %d that one run can try",
                                   task->names->nelts, ASACTL_VISIT_WIRE_MAX / 2);
    }
    return take_tickets(task, outcome);
}

asactl_exit_code_t asactl_verb_verify(const asactl_run_t *run)
{
    task_t task = {.run = run,
                   .names = apr_array_make(run->pool, 8, sizeof(asactl_verify_name_t)),
                   .skipped = apr_array_make(run->pool, 8, sizeof(asactl_verify_name_t))};
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    asactl_verify_t verify;
    size_t yes, no;

    if (!prepare(&task, &outcome)) {
        return asactl_verb_words_fail(&outcome);
    }
    asactl_verify_run(run->pool, &task.plan, &verify);
    asactl_verify_show_json(run->pool, &verify, task.skipped);
    asactl_verify_show_text(run->pool, &verify, task.skipped, run->settings->verbose);
    yes = asactl_verify_show_count(&verify, ASACTL_VERIFY_YES);
    no = asactl_verify_show_count(&verify, ASACTL_VERIFY_NO);
    return no > 0 ? ASACTL_FAILED : yes > 0 ? ASACTL_OK : ASACTL_NOT_FOUND;
}
