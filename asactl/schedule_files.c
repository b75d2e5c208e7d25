/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes, reads and removes the files of a schedule.
 */
#include "asactl/schedule_files.h"

#include "core/write_whole.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#define TEXT_MAX 65536

static bool failed(apr_pool_t *pool, const char *file, const char *what, asactl_outcome_t *outcome)
{
    int error = errno;

    return asactl_outcome_fail(outcome,
                               error == ENOENT                     ? ASACTL_NOT_FOUND
                               : error == EACCES || error == EPERM ? ASACTL_DENIED
                                                                   : ASACTL_FAILED,
                               error == EACCES || error == EPERM ? "Run it as root." : NULL, pool,
                               "%s cannot be %s: %s", file, what, strerror(error));
}

bool asactl_schedule_files_folder(apr_pool_t *pool, const char *file, asactl_outcome_t *outcome)
{
    const char *slash = strrchr(file, '/');
    const char *folder =
        slash != NULL && slash > file ? apr_pstrmemdup(pool, file, (size_t)(slash - file)) : "/";

    return mkdir(folder, 0755) == 0
               ? chmod(folder, 0755) == 0 || failed(pool, folder, "opened to others", outcome)
               : errno == EEXIST || failed(pool, folder, "made", outcome);
}

static bool put(int fd, const char *text)
{
    return asa_write_whole(fd, text, strlen(text)) && fchmod(fd, 0644) == 0 && fsync(fd) == 0;
}

bool asactl_schedule_files_write(apr_pool_t *pool, const char *file, const char *text,
                                 asactl_outcome_t *outcome)
{
    char *temporary = apr_pstrcat(pool, file, ".XXXXXX", NULL);
    struct stat st;
    bool done;
    int fd;

    if (lstat(file, &st) == 0 && !S_ISREG(st.st_mode)) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "Name another file.", pool,
                                   "%s is no regular file and is not replaced", file);
    }
    if (!asactl_schedule_files_folder(pool, file, outcome)) {
        return false;
    }
    fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0) {
        return failed(pool, file, "written", outcome);
    }
    done = put(fd, text);
    done = close(fd) == 0 && done && rename(temporary, file) == 0;
    if (!done) {
        failed(pool, file, "written", outcome);
        unlink(temporary);
    }
    return done;
}

bool asactl_schedule_files_read(apr_pool_t *pool, const char *file, const char **text,
                                apr_time_t *changed, asactl_outcome_t *outcome)
{
    char *buffer = apr_pcalloc(pool, TEXT_MAX + 1);
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    ssize_t len;

    if (fd < 0) {
        return failed(pool, file, "read", outcome);
    }
    len = fstat(fd, &st) == 0 ? read(fd, buffer, TEXT_MAX) : -1;
    close(fd);
    if (len < 0) {
        return failed(pool, file, "read", outcome);
    }
    *text = buffer;
    if (changed != NULL) {
        *changed = apr_time_from_sec(st.st_mtime);
    }
    return true;
}

bool asactl_schedule_files_remove(apr_pool_t *pool, const char *file, asactl_outcome_t *outcome)
{
    return unlink(file) == 0 || errno == ENOENT || failed(pool, file, "removed", outcome);
}
