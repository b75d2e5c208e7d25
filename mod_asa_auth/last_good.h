/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes of each key table as any process of this httpd last found them good, so that a file
 * that has turned bad keeps neither a restarted server nor a child that comes later from signing
 * users in with the keys that the others hold.
 *
 * The bytes are memory that parent and children share, without a name, and wiped by the parent when
 * no configuration uses the file any more.  They are not in a pool, because the module's code is
 * unloaded and loaded again at a restart.
 *
 * What a child that was taken over writes there can be wrong keys, which it could sign users in
 * with anyway; it cannot hurt the parent or stop it.
 */
#ifndef MOD_ASA_AUTH_LAST_GOOD_H
#define MOD_ASA_AUTH_LAST_GOOD_H

#include <stdbool.h>

#include <apr_pools.h>

#include "core/keytab.h"

/* Begins a configuration: key tables that were not kept or recalled since the last begin are wiped
 * and forgotten.  In the parent only. */
void mod_asa_last_good_begin(void);

/* A file that the parent has not kept before its children began is kept for the caller alone. In a
 * child, from one thread at a time. */
void mod_asa_last_good_keep(const char *path, const asa_keytab_image_t *image);

/* A copy that is wiped with its pool.  False if that file was never found good. */
bool mod_asa_last_good_recall(const char *path, apr_pool_t *pool, asa_keytab_image_t *out);

#endif
