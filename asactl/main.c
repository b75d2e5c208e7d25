/* SPDX-License-Identifier: Apache-2.0
 *
 * The program asactl: command line, settings, directory, verb, exit code.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "asactl/directory.h"
#include "asactl/help.h"
#include "asactl/options.h"
#include "asactl/out.h"
#include "asactl/settings.h"
#include "asactl/verb.h"

/* May more memory be locked than the limit says?  Asked of the kernel, as a capability may be one
 * of a user namespace, which does not count. */
static bool may_lock_all(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    struct rlimit limit;
    void *probe;
    bool may;

    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) {
        return false;
    }
    if (limit.rlim_cur == RLIM_INFINITY) {
        return true;
    }
    probe = mmap(NULL, limit.rlim_cur + page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (probe == MAP_FAILED) {
        return false;
    }
    may = mlock2(probe, limit.rlim_cur + page, MLOCK_ONFAULT) == 0;
    munmap(probe, limit.rlim_cur + page);
    return may;
}

/* Keys lie in many places: pools, libkrb5, libldap.  All memory is kept from the swap where it may
 * be locked without a limit; under one, a later allocation would fail half-way through a roll, so
 * there only passwords are kept (password.h). */
static void keep_from_swap(void)
{
    if (may_lock_all()) {
        (void)mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
    }
}

/* Keys and passwords pass through this process: they reach no core file and no debugger of the same
 * user, and no file that it makes begins its life readable by others.  A reader that goes away (a
 * pager, a domain controller) must not end a roll half-way, so SIGPIPE becomes an error of
 * the write. */
static bool protect(apr_pool_t *pool, asactl_outcome_t *outcome)
{
    const struct rlimit none = {0, 0};

    umask(077);
    signal(SIGPIPE, SIG_IGN);
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return asactl_outcome_fail(outcome, ASACTL_FAILED, "Run it where it may do so.", pool,
                                   "core files cannot be switched off");
    }
    keep_from_swap();
    return true;
}

static asactl_exit_code_t fail(const asactl_outcome_t *outcome)
{
    asactl_out_failure(outcome);
    return outcome->code;
}

/* Words that begin the names of verbs, but name none: "asactl account". */
static asactl_exit_code_t run_unnamed(apr_pool_t *pool, const asactl_options_t *options)
{
    const asactl_run_t run = {.pool = pool, .words = options->words, .options = options->own};
    const char *begun = apr_array_pstrcat(pool, options->words, ' ');
    asactl_outcome_t outcome;

    if (begun[0] == '\0' || options->help) {
        return asactl_help_run(&run);
    }
    asactl_outcome_fail(&outcome, ASACTL_USAGE,
                        apr_pstrcat(pool, "asactl help ", begun, " lists them.", NULL), pool,
                        "there are several verbs that begin with '%s'", begun);
    return fail(&outcome);
}

static asactl_exit_code_t run_verb(apr_pool_t *pool, const asactl_options_t *options)
{
    asactl_settings_t settings;
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    asactl_run_t run = {.pool = pool,
                        .settings = &settings,
                        .words = options->words,
                        .options = options->own,
                        .global = options->global};

    if (!asactl_settings_read(pool, asactl_options_last(options->global, "conf"), &settings,
                              &outcome) ||
        !asactl_settings_override(pool, options->global, &settings, &outcome)) {
        return fail(&outcome);
    }
    if ((options->verb->needs & ASACTL_NEEDS_DIRECTORY) != 0 &&
        !asactl_directory_open(pool, &settings, &run.directory, &outcome)) {
        return fail(&outcome);
    }
    return options->verb->run(&run);
}

static asactl_exit_code_t run(apr_pool_t *pool, int argc, const char *const *argv)
{
    asactl_options_t options;
    asactl_outcome_t outcome = {.code = ASACTL_OK};

    asactl_out_begin(asactl_options_flag(argc, argv, "json"));
    if (!protect(pool, &outcome) ||
        !asactl_options_read(pool, asactl_verbs, argc, argv, &options, &outcome)) {
        return fail(&outcome);
    }
    if (options.version) {
        asactl_out_line("asactl %s", ASA_VERSION);
        asactl_out_json(json_pack("{s:s}", "version", ASA_VERSION));
        return ASACTL_OK;
    }
    if (options.verb == NULL) {
        return run_unnamed(pool, &options);
    }
    if (options.help) {
        asactl_help_verb(pool, options.verb);
        return ASACTL_OK;
    }
    /* Help needs no settings: it works beside a broken asactl.conf. */
    if (options.verb->run == asactl_help_run) {
        return asactl_help_run(
            &(asactl_run_t){.pool = pool, .words = options.words, .options = options.own});
    }
    return run_verb(pool, &options);
}

int main(int argc, const char *const *argv)
{
    apr_pool_t *pool;
    asactl_exit_code_t code;

    if (apr_app_initialize(&argc, &argv, NULL) != APR_SUCCESS ||
        apr_pool_create(&pool, NULL) != APR_SUCCESS) {
        return ASACTL_FAILED;
    }
    code = run(pool, argc, argv);
    apr_pool_destroy(pool);
    apr_terminate();
    return asactl_out_end() || code != ASACTL_OK ? (int)code : (int)ASACTL_FAILED;
}
