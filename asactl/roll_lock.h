/* SPDX-License-Identifier: Apache-2.0
 *
 * One roll of an account at a time on this machine, and a note of the keys that its rolls set out
 * to set: a line for each, the last one's at the end.  So the next run can tell a roll that was
 * killed behind the change of the directory from one that is to begin, and its own left-over keys
 * from those of another machine, which may be about to use them.
 *
 * The note holds kvnos and key ids, no secret.  It lies where a restart of the machine clears it;
 * without it a roll begins anew, which is as safe.  The lock ends with the process.
 */
#ifndef ASACTL_ROLL_LOCK_H
#define ASACTL_ROLL_LOCK_H

#include <apr_tables.h>

#include "asactl/roll_plan.h"

typedef struct asactl_roll_lock_t asactl_roll_lock_t;

/* Held until the pool is cleared.  ASACTL_CONFLICT if another roll holds it. */
bool asactl_roll_lock_take(apr_pool_t *pool, const char *realm, const char *account,
                           asactl_roll_lock_t **out, asactl_outcome_t *outcome);

/* The keys noted since the last clear (asactl_roll_key_t, oldest first), as roll_note.h reads them.
 */
const apr_array_header_t *asactl_roll_lock_read(const asactl_roll_lock_t *lock, apr_pool_t *pool);

/* Notes a key behind the others, on the disk before it returns.  When ASACTL_ROLL_NOTE_MAX bytes
 * are full it begins anew: what was forgotten then stays on the nodes until it is too old. */
bool asactl_roll_lock_note(const asactl_roll_lock_t *lock, const asactl_roll_key_t *key,
                           asactl_outcome_t *outcome);

bool asactl_roll_lock_clear(const asactl_roll_lock_t *lock, asactl_outcome_t *outcome);

#endif
