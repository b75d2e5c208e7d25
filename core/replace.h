/* SPDX-License-Identifier: Apache-2.0
 *
 * Replaces a file by a new one in one step, so that whoever opens it sees the old or the new one
 * whole, whatever happens in between.
 *
 * For secrets: the new file is nobody else's from its first instant, its folder must belong to us
 * or root and be writable by nobody else, and symbolic links are not followed.
 */
#ifndef CORE_REPLACE_H
#define CORE_REPLACE_H

#include <stddef.h>
#include <sys/types.h>

#include <apr_pools.h>

/* A folder that is locked against other replacers (flock). */
typedef struct asa_replace_t asa_replace_t;

/* Owner and mode of a file that was not there before; one that was keeps its own, without any right
 * for others. */
typedef struct asa_replace_rights_t {
    uid_t uid;
    gid_t gid;
    mode_t mode;
} asa_replace_rights_t;

/* Locks the folder of path until the pool is cleared, waiting up to 10 s for another holder.
 * Returns NULL, or a sentence (from the pool); *error is then an errno. */
const char *asa_replace_begin(apr_pool_t *pool, const char *path, asa_replace_t **out, int *error);

/* Writes, syncs, renames, syncs the folder.  After a failure the old file is there unchanged; only
 * the last step can fail after the replacement, and says so.  Results as above. */
const char *asa_replace_write(asa_replace_t *replace, const unsigned char *bytes, size_t len,
                              const asa_replace_rights_t *if_new, int *error);

/* Everything that asa_replace_write does but the replacement: a new file with room for len bytes
 * (zeros), with its owner and mode, comes and goes.  Results as above. */
const char *asa_replace_rehearse(asa_replace_t *replace, size_t len,
                                 const asa_replace_rights_t *if_new, int *error);

/* Removes the file and syncs the folder. It need not exist. */
const char *asa_replace_remove(asa_replace_t *replace, int *error);

#endif
