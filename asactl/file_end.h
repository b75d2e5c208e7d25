/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of a file that others write: of logs, which grow without a limit.
 */
#ifndef ASACTL_FILE_END_H
#define ASACTL_FILE_END_H

#include <stddef.h>

#include <apr_pools.h>

/* The last bytes of a regular file, max of them at most, in the pool; without the beginning of a
 * line that does not fit.  Relative to the folder's descriptor dir (AT_FDCWD); a symbolic link is
 * not followed.  Gives 0 or an errno value: EINVAL if it is no regular file. */
int asactl_file_end_read(apr_pool_t *pool, int dir, const char *file, size_t max, const char **text,
                         size_t *len);

/* The first bytes, in the same way. */
int asactl_file_end_begin(apr_pool_t *pool, int dir, const char *file, size_t max,
                          const char **text, size_t *len);

#endif
