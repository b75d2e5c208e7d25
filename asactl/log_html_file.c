/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes the HTML report beside its place, and renames it.
 */
#include "asactl/log_html_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "asactl/log_html.h"
#include "core/write_whole.h"

/* Its head stands within so many bytes. */
#define REPORT_BEGIN 2048

#define MODE_IF_NEW (S_IRUSR | S_IWUSR)
#define MODE_MASK   0777

/* Whether there is nothing in the file, or a report: its head says who made it. */
static bool may_go(const char *path)
{
    char begin[REPORT_BEGIN];
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    ssize_t len = fd >= 0 ? read(fd, begin, sizeof begin) : -1;

    if (fd >= 0) {
        close(fd);
    }
    return len == 0 || (len > 0 && memmem(begin, (size_t)len, ASACTL_LOG_HTML_MADE_BY,
                                          strlen(ASACTL_LOG_HTML_MADE_BY)) != NULL);
}

/* The mode of the file that is there, if it may be replaced; *outcome otherwise. */
static bool judge(apr_pool_t *pool, const char *path, mode_t *mode, asactl_outcome_t *outcome)
{
    struct stat st;

    *mode = MODE_IF_NEW;
    if (strcmp(path, "-") == 0) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "Name a file, as in --html report.html.",
                                   pool, "the HTML report is not written to standard output");
    }
    if (lstat(path, &st) != 0) {
        return errno == ENOENT ||
               asactl_outcome_fail(outcome, ASACTL_USAGE, "Name a file in a folder of yours.", pool,
                                   "%s: %s", path, strerror(errno));
    }
    if (!S_ISREG(st.st_mode)) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "Name another file.", pool,
                                   "%s is there, and is no regular file", path);
    }
    if (st.st_uid != geteuid()) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "Name another file, or remove that one.",
                                   pool, "%s is there, and belongs to somebody else", path);
    }
    if (!may_go(path)) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "Name a new file, or remove that one.",
                                   pool, "%s is there, and is no report of asactl log", path);
    }
    *mode = st.st_mode & MODE_MASK;
    return true;
}

static bool cannot_write(apr_pool_t *pool, const char *path, asactl_outcome_t *outcome)
{
    int error = errno;

    return asactl_outcome_fail(outcome, error == ENOSPC ? ASACTL_FAILED : ASACTL_USAGE,
                               error == ENOSPC
                                   ? "Make room on that disk, or name a file on another."
                                   : "Name a file in a folder that is there and that "
                                     "you may write to.",
                               pool, "%s cannot be written: %s", path, strerror(error));
}

/* Opens a new file of the caller's alone, beside path; its name in *fresh, and in *mode the one
 * that it gets at last.  Less than 0: *outcome says why not. */
static int open_fresh(apr_pool_t *pool, const char *path, char **fresh, mode_t *mode,
                      asactl_outcome_t *outcome)
{
    int fd;

    if (!judge(pool, path, mode, outcome)) {
        return -1;
    }
    *fresh = apr_pstrcat(pool, path, ".XXXXXX", NULL);
    fd = mkostemp(*fresh, O_CLOEXEC);
    if (fd < 0) {
        cannot_write(pool, path, outcome);
    }
    return fd;
}

bool asactl_log_html_file_check(apr_pool_t *pool, const char *path, asactl_outcome_t *outcome)
{
    char *fresh;
    mode_t mode;
    int fd = open_fresh(pool, path, &fresh, &mode, outcome);

    if (fd < 0) {
        return false;
    }
    close(fd);
    unlink(fresh);
    return true;
}

bool asactl_log_html_file_write(apr_pool_t *pool, const char *path, const char *bytes, size_t len,
                                asactl_outcome_t *outcome)
{
    char *fresh;
    mode_t mode;
    bool whole;
    int fd = open_fresh(pool, path, &fresh, &mode, outcome);

    if (fd < 0) {
        return false;
    }
    whole = asa_write_whole(fd, bytes, len) && fchmod(fd, mode) == 0 && fsync(fd) == 0;
    whole = close(fd) == 0 && whole;
    if (!whole || rename(fresh, path) != 0) {
        cannot_write(pool, path, outcome);
        unlink(fresh);
        return false;
    }
    return true;
}
