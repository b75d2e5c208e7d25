/* SPDX-License-Identifier: Apache-2.0
 *
 * One roll of an account at a time on this machine, and a note of which key it set out to set: so
 * that the next run can tell a roll that was killed behind the change of the directory from one
 * that is to begin.
 *
 * The note holds a kvno and key ids, no secret.  It lies where a restart of the machine clears it;
 * without it a roll begins anew, which is as safe.  The lock ends with the process.
 */
#ifndef ASACTL_ROLL_LOCK_H
#define ASACTL_ROLL_LOCK_H

#include "asactl/roll_plan.h"

typedef struct asactl_roll_lock_t asactl_roll_lock_t;

/* Held until the pool is cleared.  ASACTL_CONFLICT if another roll holds it. */
bool asactl_roll_lock_take(apr_pool_t *pool, const char *realm, const char *account,
                           asactl_roll_lock_t **out, asactl_outcome_t *outcome);

/* The key noted; kvno 0 if there is none. */
void asactl_roll_lock_read(const asactl_roll_lock_t *lock, apr_pool_t *pool,
                           asactl_roll_key_t *out);

/* Notes the key, on the disk before it returns; NULL removes the note. */
bool asactl_roll_lock_note(const asactl_roll_lock_t *lock, const asactl_roll_key_t *key,
                           asactl_outcome_t *outcome);

#endif
