/* SPDX-License-Identifier: Apache-2.0
 *
 * Logs that are kept open while they are followed: what was written to one shortly before it was
 * moved out of sight or deleted is read all the same, and what a writer that was not told yet still
 * writes to it.
 *
 * Bounded: of many logs those that changed last are kept.
 *
 * One thread; files are closed with the pool.
 */
#ifndef ASACTL_LOG_HELD_H
#define ASACTL_LOG_HELD_H

#include <apr_pools.h>

#include "asactl/log_files.h"

/* So many logs are written at a time at most: one for each protocol of a few nodes. */
enum { ASACTL_LOG_HELD_MAX = 64 };

typedef struct asactl_log_held_t asactl_log_held_t;

asactl_log_held_t *asactl_log_held_make(apr_pool_t *pool);

/* Keeps a log that was read open, if it is still there and among those that changed last. */
void asactl_log_held_keep(asactl_log_held_t *held, const asactl_log_file_t *file);

/* Calls take for each log that met says was not met, with a path that opens it, until it has not
 * grown for a while and is let go. */
void asactl_log_held_visit(asactl_log_held_t *held, apr_pool_t *pool,
                           bool (*met)(void *data, dev_t device, ino_t inode),
                           void (*take)(void *data, const asactl_log_file_t *file), void *data);

#endif
