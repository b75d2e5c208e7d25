/* SPDX-License-Identifier: Apache-2.0
 *
 * Key tables: from files (MIT "keytab file format", version 0x0502) to keys in memory, and from
 * those to a MEMORY key table for an acceptor, or back to a file.
 *
 * Images are secrets too: they are wiped when the pool that holds them is cleared.
 *
 * Threads: each call is independent; results may be read by any thread while their pool lives.
 */
#ifndef CORE_KEYTAB_H
#define CORE_KEYTAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <apr_pools.h>

#include "core/keytab_format.h"
#include "core/replace.h"

/* The largest file that is read. */
#define ASA_KEYTAB_SIZE_MAX (1024 * 1024)

/* What tells one state of a file from another. All zero: no file. */
typedef struct asa_keytab_stamp_t {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified;
    struct timespec changed;
} asa_keytab_stamp_t;

/* The bytes of a file, in the pool, wiped when it is cleared.  Returns NULL, or a sentence when the
 * file cannot be opened, is not a regular file, is locked by a writer, is too large or changes
 * while it is read. */
typedef struct asa_keytab_image_t {
    const unsigned char *bytes;
    size_t len;
} asa_keytab_image_t;

const char *asa_keytab_read(apr_pool_t *pool, const char *file, asa_keytab_image_t *out);

/* The present state of a file; all zero when it is not there. */
void asa_keytab_stamp(const char *file, asa_keytab_stamp_t *out);
bool asa_keytab_stamp_equal(const asa_keytab_stamp_t *a, const asa_keytab_stamp_t *b);

/* Does a writer hold its lock on the file?  False also when it cannot be opened. */
bool asa_keytab_is_locked(const char *file);

/* One list of keys out of several. */
void asa_keytab_join(apr_pool_t *pool, const asa_keys_t *lists, size_t list_count, asa_keys_t *out);

/* Puts keys into a new MEMORY key table and keeps it until the pool is cleared.  An acceptor tries
 * them in the order given.  Returns NULL and its name ("MEMORY:…"), or a sentence. */
const char *asa_keytab_publish(apr_pool_t *pool, const asa_keys_t *keys, const char **name_out);

/* The same, as the Kerberos library's own handle (krb5_keytab), for calls that want one. */
struct _krb5_kt;
const char *asa_keytab_hold(apr_pool_t *pool, const asa_keys_t *keys, struct _krb5_kt **out);

/* Writes the keys to the file that asa_replace_begin prepared, in one step; no key: removes it.
 * What is in place is a whole table that its reader takes, or what was there before.  Returns NULL,
 * or a sentence (from the pool); *error is then an errno, 0 when the keys themselves are the
 * matter.
 */
const char *asa_keytab_write(apr_pool_t *pool, asa_replace_t *replace, const asa_keys_t *keys,
                             const asa_replace_rights_t *if_new, int *error);

/* Whether that could be done, with no key on the disk: asa_replace_rehearse. */
const char *asa_keytab_rehearse(apr_pool_t *pool, asa_replace_t *replace, const asa_keys_t *keys,
                                const asa_replace_rights_t *if_new, int *error);

#endif
