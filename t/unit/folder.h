/* SPDX-License-Identifier: Apache-2.0
 *
 * A private folder for one test program, with files that its tests write; removed at its end.
 */
#ifndef T_UNIT_FOLDER_H
#define T_UNIT_FOLDER_H

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_pools.h>
#include <apr_strings.h>

static inline int folder_remove_one(const char *path, const struct stat *st, int type,
                                    struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

static inline void folder_remove(const char *folder)
{
    nftw(folder, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline const char *folder_make(apr_pool_t *pool)
{
    const char *parent = getenv("TMPDIR");
    char *folder =
        apr_pstrcat(pool, parent != NULL ? parent : "/tmp", "/mod_asa_auth-XXXXXX", NULL);

    if (mkdtemp(folder) == NULL) {
        perror(folder);
        abort();
    }
    return folder;
}

/* Writes in place: what is there keeps its inode. */
static inline void folder_write(const char *path, const void *bytes, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0 || write(fd, bytes, len) != (ssize_t)len || close(fd) != 0) {
        perror(path);
        abort();
    }
}

/* Puts a new file over what is there. */
static inline void folder_replace(apr_pool_t *pool, const char *path, const void *bytes, size_t len)
{
    const char *next = apr_pstrcat(pool, path, ".next", NULL);

    folder_write(next, bytes, len);
    if (rename(next, path) != 0) {
        perror(path);
        abort();
    }
}

#endif
