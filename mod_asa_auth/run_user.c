/* SPDX-License-Identifier: Apache-2.0
 *
 * Tries a file access as the user that httpd's children run as.
 */
#include "mod_asa_auth/run_user.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <unixd.h>

/* In a process of its own, whose exit status is the answer: 0 yes, 1 no, 2 unknown. */
static int try_as_run_user(const char *path, int mode)
{
    const char *name = ap_unixd_config.user_name;
    gid_t gid = ap_unixd_config.group_id;
    int error = name != NULL && name[0] != '#' ? initgroups(name, gid) : setgroups(1, &gid);

    if (error != 0 || setgid(gid) != 0 || setuid(ap_unixd_config.user_id) != 0) {
        return 2;
    }
    return access(path, mode) == 0 ? 0 : 1;
}

bool mod_asa_run_user_may(const char *path, int mode)
{
    int status = 0;
    pid_t pid;

    if (geteuid() != 0 || ap_unixd_config.user_id == 0) { /* children run as who asks */
        return faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0;
    }
    pid = fork();
    if (pid == 0) {
        _exit(try_as_run_user(path, mode));
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 1;
}
