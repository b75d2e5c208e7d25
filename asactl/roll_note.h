/* SPDX-License-Identifier: Apache-2.0
 *
 * The note in the lock of a roll, as text: a line for each key that a roll set out to set, its kvno
 * and the ids of its keys.
 *
 * "KVNO ID [ID [ID]]", the kvno from 1 on, ids in lower-case hexadecimal digits.  A line that is
 * anything else, or has no end, is left out; the others count.  No more than ASACTL_ROLL_NOTE_MAX
 * bytes of a note are read.  Pure; strings live in the pool given.
 */
#ifndef ASACTL_ROLL_NOTE_H
#define ASACTL_ROLL_NOTE_H

#include <apr_tables.h>

#include "asactl/roll_plan.h"

#define ASACTL_ROLL_NOTE_MAX 8192

/* The keys (asactl_roll_key_t), in the order of their lines. */
apr_array_header_t *asactl_roll_note_read(apr_pool_t *pool, const char *bytes, size_t len);

/* The line of a key, with its end. */
const char *asactl_roll_note_line(apr_pool_t *pool, const asactl_roll_key_t *key);

#endif
