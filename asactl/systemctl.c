/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs systemctl and waits for it.
 */
#include "asactl/systemctl.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_strings.h>

bool asactl_systemctl_is_there(void)
{
    struct stat st;

    return lstat("/run/systemd/system", &st) == 0 && S_ISDIR(st.st_mode);
}

static bool run(apr_pool_t *pool, const char *verb, const char *option, const char *unit,
                asactl_outcome_t *outcome)
{
    const char *argv[] = {"systemctl", "--quiet", verb, option, unit, NULL};
    pid_t pid;
    int status, error;

    error = posix_spawnp(&pid, argv[0], NULL, NULL, (char **)argv, environ);
    if (error != 0) {
        return asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, pool,
                                   "systemctl cannot be run: %s", strerror(error));
    }
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, pool, "systemctl was lost: %s",
                                       strerror(errno));
        }
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return asactl_outcome_fail(outcome, ASACTL_FAILED,
                                   "Its own words stand above; the files are in place.", pool,
                                   "systemctl %s failed", verb);
    }
    return true;
}

static bool reload(apr_pool_t *pool, asactl_outcome_t *outcome)
{
    return run(pool, "daemon-reload", NULL, NULL, outcome);
}

bool asactl_systemctl_enable(apr_pool_t *pool, const char *timer, asactl_outcome_t *outcome)
{
    return reload(pool, outcome) && run(pool, "enable", "--now", timer, outcome);
}

bool asactl_systemctl_disable(apr_pool_t *pool, const char *timer, asactl_outcome_t *outcome)
{
    return run(pool, "disable", "--now", timer, outcome);
}

bool asactl_systemctl_forget(apr_pool_t *pool, const char *name, asactl_outcome_t *outcome)
{
    /* A pattern that fits nothing is no error, as the name of a unit that is not loaded would be.
     */
    return reload(pool, outcome) &&
           run(pool, "reset-failed", "--", apr_pstrcat(pool, name, ".*", NULL), outcome);
}
