/* SPDX-License-Identifier: Apache-2.0
 *
 * Tries a log folder and the protocols' folders in it.
 */
#include "mod_asa_auth/served_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <apr_strings.h>

static const char *try_folder(apr_pool_t *pool, const char *path, bool may_lack)
{
    char text[128];

    if (faccessat(AT_FDCWD, path, R_OK | W_OK | X_OK, AT_EACCESS) == 0 ||
        (may_lack && errno == ENOENT)) {
        return NULL;
    }
    return apr_pstrcat(pool, path, ": ", apr_strerror(errno, text, sizeof text), NULL);
}

const char *mod_asa_served_log_trouble(apr_pool_t *pool, const char *folder,
                                       const apr_array_header_t *protocols)
{
    const char *trouble = try_folder(pool, folder, false);
    struct statvfs space;

    /* A protocol's folder that is missing is made with the first line. */
    for (int i = 0; trouble == NULL && i < protocols->nelts; i++) {
        trouble = try_folder(
            pool, apr_pstrcat(pool, folder, "/", APR_ARRAY_IDX(protocols, i, const char *), NULL),
            true);
    }
    if (trouble == NULL && statvfs(folder, &space) == 0 && space.f_bavail == 0) {
        trouble = apr_pstrcat(pool, folder, ": No space left on device", NULL);
    }
    return trouble;
}
