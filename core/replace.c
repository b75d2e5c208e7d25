/* SPDX-License-Identifier: Apache-2.0
 *
 * Replaces a file in one step: temporary file beside it, sync, rename, sync of the folder.
 */
#include "core/replace.h"

#include "core/write_whole.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>
#include <apr_time.h>

#define LOCK_WAIT_MAX apr_time_from_sec(10)
#define LOCK_WAIT     apr_time_from_msec(20)

#define RIGHTS_OF_OTHERS 07 /* in a mode */

struct asa_replace_t {
    apr_pool_t *pool;
    int folder;
    const char *folder_name;
    const char *name; /* within the folder */
    const char
        *fresh; /* of the temporary file: one name, so that a killed run leaves one at most */
};

/* "cannot be WHAT: WHY" */
static const char *failed(apr_pool_t *pool, const char *what, int *error)
{
    *error = errno;
    return apr_psprintf(pool, "cannot be %s: %s", what, strerror(*error));
}

static const char *refused(const char *sentence, int *error)
{
    *error = EPERM;
    return sentence;
}

static apr_status_t close_folder(void *data)
{
    close(((asa_replace_t *)data)->folder); /* and with it, unlock */
    return APR_SUCCESS;
}

/* Who may write to the folder could put another file in the place of ours at any time. */
static const char *judge_folder(const asa_replace_t *replace, int *error)
{
    struct stat st;

    if (fstat(replace->folder, &st) != 0) {
        return failed(replace->pool, "replaced, its folder cannot be examined", error);
    }
    if (st.st_uid != 0 && st.st_uid != geteuid()) {
        return refused("lies in a folder that belongs to somebody else", error);
    }
    if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return refused("lies in a folder that others may write to", error);
    }
    return NULL;
}

static const char *lock_folder(const asa_replace_t *replace, int *error)
{
    apr_time_t deadline = apr_time_now() + LOCK_WAIT_MAX;

    while (flock(replace->folder, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return failed(replace->pool, "replaced, its folder cannot be locked", error);
        }
        if (apr_time_now() > deadline) {
            *error = EBUSY;
            return "is being replaced by another run";
        }
        apr_sleep(LOCK_WAIT);
    }
    return NULL;
}

const char *asa_replace_begin(apr_pool_t *pool, const char *path, asa_replace_t **out, int *error)
{
    asa_replace_t *replace = apr_pcalloc(pool, sizeof *replace);
    const char *slash = strrchr(path, '/');
    const char *defect;

    *error = 0;
    replace->pool = pool;
    replace->name = slash != NULL ? slash + 1 : path;
    replace->folder_name = slash == NULL   ? "."
                           : slash == path ? "/"
                                           : apr_pstrndup(pool, path, (apr_size_t)(slash - path));
    replace->fresh = apr_pstrcat(pool, ".", replace->name, ".new", NULL);
    if (*replace->name == '\0') {
        return refused("is no name of a file", error);
    }
    replace->folder = open(replace->folder_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (replace->folder < 0) {
        return failed(pool, "replaced, its folder cannot be opened", error);
    }
    apr_pool_cleanup_register(pool, replace, close_folder, apr_pool_cleanup_null);
    defect = judge_folder(replace, error);
    defect = defect != NULL ? defect : lock_folder(replace, error);
    *out = defect == NULL ? replace : NULL;
    return defect;
}

/* What the new file is to be like: as the old one, else as told. */
static const char *find_rights(const asa_replace_t *replace, const asa_replace_rights_t *if_new,
                               asa_replace_rights_t *out, int *error)
{
    struct stat st;

    *error = 0;
    *out = *if_new;
    if (fstatat(replace->folder, replace->name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        if (!S_ISREG(st.st_mode)) {
            return refused("is not a regular file", error);
        }
        *out = (asa_replace_rights_t){st.st_uid, st.st_gid, st.st_mode & ALLPERMS};
    } else if (errno != ENOENT) {
        return failed(replace->pool, "examined", error);
    }
    out->mode &= ~(mode_t)RIGHTS_OF_OTHERS;
    return NULL;
}

/* The owner first: a change of owner may take bits from the mode. */
static bool set_rights(int fd, const asa_replace_rights_t *rights)
{
    struct stat st;

    return fstat(fd, &st) == 0 &&
           ((st.st_uid == rights->uid && st.st_gid == rights->gid) ||
            fchown(fd, rights->uid, rights->gid) == 0) &&
           fchmod(fd, rights->mode) == 0;
}

static const char *fill(const asa_replace_t *replace, int fd, const unsigned char *bytes,
                        size_t len, const asa_replace_rights_t *rights, int *error)
{
    if (!asa_write_whole(fd, bytes, len)) {
        return failed(replace->pool, "written", error);
    }
    if (!set_rights(fd, rights)) {
        return failed(replace->pool, "given its owner and mode", error);
    }
    return fsync(fd) == 0 ? NULL : failed(replace->pool, "written to the disk", error);
}

static const char *sync_folder(const asa_replace_t *replace, int *error)
{
    return fsync(replace->folder) == 0
               ? NULL
               : failed(replace->pool, "made safe against a power failure (it is replaced)", error);
}

/* The temporary file, whole and synced; after a failure there is none. */
static const char *make_fresh(const asa_replace_t *replace, const unsigned char *bytes, size_t len,
                              const asa_replace_rights_t *if_new, int *error)
{
    asa_replace_rights_t rights;
    const char *defect = find_rights(replace, if_new, &rights, error);
    int fd;

    if (defect != NULL) {
        return defect;
    }
    /* What a killed run left; nobody else uses it while we hold the lock. */
    unlinkat(replace->folder, replace->fresh, 0);
    fd = openat(replace->folder, replace->fresh,
                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0) {
        return failed(replace->pool, "replaced, its folder takes no new file", error);
    }
    defect = fill(replace, fd, bytes, len, &rights, error);
    if (close(fd) != 0 && defect == NULL) {
        defect = failed(replace->pool, "written", error);
    }
    if (defect != NULL) {
        unlinkat(replace->folder, replace->fresh, 0);
    }
    return defect;
}

const char *asa_replace_write(asa_replace_t *replace, const unsigned char *bytes, size_t len,
                              const asa_replace_rights_t *if_new, int *error)
{
    const char *defect = make_fresh(replace, bytes, len, if_new, error);

    if (defect != NULL) {
        return defect;
    }
    if (renameat(replace->folder, replace->fresh, replace->folder, replace->name) != 0) {
        defect = failed(replace->pool, "put in its place", error);
        unlinkat(replace->folder, replace->fresh, 0);
        return defect;
    }
    return sync_folder(replace, error);
}

const char *asa_replace_rehearse(asa_replace_t *replace, size_t len,
                                 const asa_replace_rights_t *if_new, int *error)
{
    const unsigned char *zeros = apr_pcalloc(replace->pool, len + 1);
    const char *defect = make_fresh(replace, zeros, len, if_new, error);

    if (defect == NULL && unlinkat(replace->folder, replace->fresh, 0) != 0) {
        defect = failed(replace->pool, "replaced, its folder keeps a file that is to go", error);
    }
    return defect;
}

const char *asa_replace_remove(asa_replace_t *replace, int *error)
{
    asa_replace_rights_t rights = {0};
    const char *defect = find_rights(replace, &rights, &rights, error);

    if (defect != NULL) {
        return defect;
    }
    unlinkat(replace->folder, replace->fresh, 0);
    if (unlinkat(replace->folder, replace->name, 0) != 0 && errno != ENOENT) {
        return failed(replace->pool, "removed", error);
    }
    return sync_folder(replace, error);
}
