/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads, changes and reports the key table of this machine.
 */
#include "asactl/node_local.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <apr_strings.h>

#include "asactl/node_examine.h"
#include "asactl/node_httpd.h"
#include "asactl/node_plan.h"
#include "asactl/visit_here.h"
#include "core/keytab.h"

typedef struct {
    apr_pool_t *pool;
    const asactl_settings_t *settings;
    const asactl_node_request_t *request;
    const char *host;
    bool exists;
    const char *defect; /* of the key table that is there */
    bool denied;        /* this user may not read it */
    asa_keys_t held;
} local_t;

static void read_table(local_t *local)
{
    const char *file = local->settings->keytab;
    asa_keytab_image_t image;
    struct stat st;

    local->held = (asa_keys_t){0};
    local->exists = stat(file, &st) == 0 || errno != ENOENT;
    local->denied = faccessat(AT_FDCWD, file, R_OK, AT_EACCESS) != 0 && errno == EACCES;
    local->defect = local->exists ? asa_keytab_read(local->pool, file, &image) : NULL;
    if (local->exists && local->defect == NULL) {
        local->defect = asa_keytab_parse(local->pool, image.bytes, image.len, file, &local->held);
    }
}

/* --- the report --- */

static const char *user_name(apr_pool_t *pool, uid_t uid)
{
    const struct passwd *entry = getpwuid(uid);

    return entry != NULL ? apr_pstrdup(pool, entry->pw_name) : apr_psprintf(pool, "%u", uid);
}

static const char *group_name(apr_pool_t *pool, gid_t gid)
{
    const struct group *entry = getgrgid(gid);

    return entry != NULL ? apr_pstrdup(pool, entry->gr_name) : apr_psprintf(pool, "%u", gid);
}

static const asa_keyring_t *ring_of(const local_t *local, const asa_keys_t *keys)
{
    return asa_keyring_make(local->pool, keys, &local->host, 1);
}

static void report(const local_t *local, const asa_keys_t *keys, asactl_node_report_t *out)
{
    struct stat st;

    *out = (asactl_node_report_t){.host = local->host,
                                  .keytab = local->settings->keytab,
                                  .exists = local->exists,
                                  .defect = local->defect,
                                  .denied = local->defect != NULL && local->denied};
    out->keys = asactl_node_report_keys(local->pool, ring_of(local, keys));
    if (stat(local->settings->keytab, &st) == 0) {
        out->owner = user_name(local->pool, st.st_uid);
        out->group = group_name(local->pool, st.st_gid);
        out->mode = apr_psprintf(local->pool, "%04o", (unsigned)(st.st_mode & ALLPERMS));
    }
}

/* --- changes --- */

/* Of a new key table; one that is there keeps its own, and then the settings need not fit here. */
static bool find_rights(const local_t *local, asa_replace_rights_t *out, asactl_outcome_t *outcome)
{
    struct stat st;
    const asactl_settings_t *settings = local->settings;
    const struct passwd *user = settings->owner != NULL ? getpwnam(settings->owner) : NULL;
    const struct group *group = settings->group != NULL ? getgrnam(settings->group) : NULL;

    *out = (asa_replace_rights_t){0};
    if (stat(settings->keytab, &st) == 0) {
        return true;
    }
    if ((settings->owner != NULL && user == NULL) || (settings->group != NULL && group == NULL)) {
        return asactl_outcome_fail(
            outcome, ASACTL_USAGE, "Name another one in asactl.conf.", local->pool,
            "there is no %s '%s' here", user == NULL && settings->owner != NULL ? "user" : "group",
            user == NULL && settings->owner != NULL ? settings->owner : settings->group);
    }
    *out = (asa_replace_rights_t){user != NULL ? user->pw_uid : geteuid(),
                                  group != NULL ? group->gr_gid : getegid(), settings->mode};
    return true;
}

static bool fail_file(const local_t *local, const char *defect, int error,
                      asactl_outcome_t *outcome)
{
    asactl_exit_code_t code = ASACTL_FAILED;
    const char *remedy = NULL;

    switch (error) {
    case EACCES:
    case EPERM:
        code = ASACTL_DENIED;
        remedy = "Only the owner of the key table and its folder (mostly root) may replace it, and "
                 "nobody else may be able to write to that folder.";
        break;
    case EROFS:
        code = ASACTL_DENIED;
        remedy = "Mount the file system so that it can be written.";
        break;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        remedy = "Make room on that file system; the old key table is unchanged.";
        break;
    case EBUSY:
        remedy = "Run it again when the other run has ended.";
        break;
    case ENOENT:
        remedy = "Make the folder, or name another key table in asactl.conf.";
        break;
    default:
        break;
    }
    return asactl_outcome_fail(outcome, code, remedy, local->pool, "%s %s", local->settings->keytab,
                               defect);
}

static void fill_plan(const local_t *local, asactl_node_plan_t *plan)
{
    const asactl_node_request_t *request = local->request;

    *plan = (asactl_node_plan_t){.held = local->held,
                                 .arriving = request->keys,
                                 .account = request->account,
                                 .realm = request->realm,
                                 .node_names = &local->host,
                                 .node_name_count = 1,
                                 .now = (uint32_t)time(NULL),
                                 .ticket_life = request->ticket_life,
                                 .settled = request->settled,
                                 .unused = request->unused,
                                 .unused_count = request->unused_count,
                                 .force = request->force};
}

/* A key table that cannot be read is not replaced by one that lacks what it held. */
static bool judge_table(const local_t *local, asactl_outcome_t *outcome)
{
    if (local->defect == NULL ||
        (local->request->verb == ASACTL_NODE_INSTALL && local->request->force && local->exists)) {
        return true;
    }
    return asactl_outcome_fail(outcome, ASACTL_FAILED,
                               "Look at the file; --force replaces it as a whole.", local->pool,
                               "%s %s", local->settings->keytab, local->defect);
}

static bool change(local_t *local, asa_replace_t *replace, const asa_replace_rights_t *rights,
                   asactl_node_answer_t *answer)
{
    asactl_node_plan_t plan;
    asa_keys_t keys;
    const char *defect = NULL;
    int error = 0;
    bool changed;

    read_table(local);
    if (!judge_table(local, &answer->outcome)) {
        return false;
    }
    fill_plan(local, &plan);
    if (!(local->request->verb == ASACTL_NODE_INSTALL
              ? asactl_node_plan_install
              : asactl_node_plan_remove)(local->pool, &plan, &keys, &changed, &answer->outcome)) {
        return false;
    }
    if (changed) {
        defect = (local->request->dry_run ? asa_keytab_rehearse : asa_keytab_write)(
            local->pool, replace, &keys, rights, &error);
    }
    if (defect != NULL) {
        return fail_file(local, defect, error, &answer->outcome);
    }
    if (changed && !local->request->dry_run) {
        read_table(local);
        keys = local->held;
    }
    answer->changed = changed;
    report(local, &keys, &answer->report);
    return true;
}

static bool lock_and_change(local_t *local, asactl_node_answer_t *answer)
{
    asa_replace_rights_t rights;
    asa_replace_t *replace;
    apr_pool_t *lock;
    const char *defect;
    int error;
    bool done;

    if (!find_rights(local, &rights, &answer->outcome)) {
        return false;
    }
    apr_pool_create(&lock, local->pool);
    defect = asa_replace_begin(lock, local->settings->keytab, &replace, &error);
    done = defect == NULL ? change(local, replace, &rights, answer)
                          : fail_file(local, defect, error, &answer->outcome);
    apr_pool_destroy(lock);
    return done;
}

static bool export(local_t *local, asactl_node_answer_t *answer)
{
    asactl_node_plan_t plan;

    read_table(local);
    if (!judge_table(local, &answer->outcome)) {
        return false;
    }
    fill_plan(local, &plan);
    asactl_node_plan_export(local->pool, &plan, &answer->keys);
    if (answer->keys.count == 0) {
        return asactl_outcome_fail(&answer->outcome, ASACTL_NOT_FOUND, NULL, local->pool,
                                   "%s holds no key of %s@%s", local->settings->keytab,
                                   local->request->account, local->request->realm);
    }
    report(local, &local->held, &answer->report);
    return true;
}

static void examine(local_t *local, asactl_node_answer_t *answer)
{
    asactl_node_facts_t *facts = apr_palloc(local->pool, sizeof *facts);

    read_table(local);
    report(local, &local->held, &answer->report);
    asactl_node_examine(local->pool, local->settings, local->request,
                        local->defect == NULL ? ring_of(local, &local->held) : NULL,
                        &answer->report, facts);
    answer->facts = facts;
}

static void visit(local_t *local, asactl_node_answer_t *answer)
{
    const asactl_node_request_t *request = local->request;

    read_table(local);
    report(local, &local->held, &answer->report);
    answer->visits =
        apr_pmemdup(local->pool, request->visits, request->visit_count * sizeof *request->visits);
    answer->visit_count = request->visit_count;
    asactl_visit_here_do(local->pool, local->settings, answer->visits, answer->visit_count);
}

void asactl_node_local_do(apr_pool_t *pool, const asactl_settings_t *settings,
                          const asactl_node_request_t *request, asactl_node_answer_t *answer)
{
    char host[HOST_NAME_MAX + 1] = "";
    local_t local = {.pool = pool, .settings = settings, .request = request};

    gethostname(host, sizeof host - 1);
    local.host = apr_pstrdup(pool, host);
    answer->outcome = (asactl_outcome_t){.code = ASACTL_OK};
    answer->changed = false;
    answer->keys = (asa_keys_t){0};
    answer->report = (asactl_node_report_t){0};
    answer->facts = NULL;
    answer->visit_count = 0;
    if (request->verb == ASACTL_NODE_VISIT) {
        visit(&local, answer);
        return;
    }
    if (request->verb == ASACTL_NODE_STATUS) {
        read_table(&local);
        report(&local, &local.held, &answer->report);
        asactl_node_httpd_ask(pool, settings, &answer->report.workers);
        return;
    }
    if (request->verb == ASACTL_NODE_EXAMINE) {
        examine(&local, answer);
        return;
    }
    if (request->account == NULL || request->realm == NULL) {
        asactl_outcome_fail(&answer->outcome, ASACTL_USAGE,
                            "Name them with --account and --realm, or in asactl.conf.", pool,
                            "which account, of which realm?");
        return;
    }
    if (request->verb == ASACTL_NODE_EXPORT) {
        export(&local, answer);
    } else {
        lock_and_change(&local, answer);
    }
}
