/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets that live in a pool are overwritten before its memory goes back.
 */
#ifndef CORE_WIPE_H
#define CORE_WIPE_H

#include <stddef.h>

#include <apr_pools.h>

/* Overwrites the bytes, which live as long as the pool, when it is cleared or destroyed. */
void asa_wipe_at_end(apr_pool_t *pool, void *bytes, size_t len);

#endif
