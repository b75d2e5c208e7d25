/* SPDX-License-Identifier: Apache-2.0
 *
 * The key table files of one credential: reading them all, and noticing that one has changed.
 *
 * The parent reads them while it is configured; each child then looks at them again and again from
 * one thread.  Not for several threads at once.
 */
#ifndef MOD_ASA_AUTH_KEY_FILES_H
#define MOD_ASA_AUTH_KEY_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include <apr_tables.h>
#include <apr_time.h>

#include "core/keytab.h"

typedef struct mod_asa_key_files_t mod_asa_key_files_t;

/* paths: const char *, absolute; kept. */
mod_asa_key_files_t *mod_asa_key_files_make(apr_pool_t *pool, const apr_array_header_t *paths);

const apr_array_header_t *mod_asa_key_files_paths(const mod_asa_key_files_t *files);

/* All keys of all files, in the pool.  Returns NULL, or "PATH is empty" when any file is not good,
 * or when no key is of a realm that before (NULL: anything goes) has keys of.  What is good is
 * remembered (last_good.h). */
const char *mod_asa_key_files_read(const mod_asa_key_files_t *files, apr_pool_t *pool,
                                   const asa_keys_t *before, asa_keys_t *out);

/* The same from what was remembered at the last good reading of any process.  Returns NULL or a
 * sentence. */
const char *mod_asa_key_files_recall(const mod_asa_key_files_t *files, apr_pool_t *pool,
                                     asa_keys_t *out);

/* Names the files, in one list, whose mode lets everybody read them; NULL if there is none. */
const char *mod_asa_key_files_world_readable(const mod_asa_key_files_t *files, apr_pool_t *pool);

/* Has a file changed since the last mark, stayed the same since the last look, and no writer's lock
 * on it? */
bool mod_asa_key_files_look(mod_asa_key_files_t *files);

/* For a process that begins long after the mark: files that have not changed for half a second
 * before now have settled already, so that the next look finds them. */
void mod_asa_key_files_begin(mod_asa_key_files_t *files, apr_time_t now);

/* The state that was seen last is dealt with. */
void mod_asa_key_files_mark(mod_asa_key_files_t *files);

/* A number that tells this state of the files from others, the same in every process. */
uint64_t mod_asa_key_files_state(const mod_asa_key_files_t *files);

#endif
