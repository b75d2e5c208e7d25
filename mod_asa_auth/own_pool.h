/* SPDX-License-Identifier: Apache-2.0
 *
 * Pools that any thread may destroy.
 */
#ifndef MOD_ASA_AUTH_OWN_POOL_H
#define MOD_ASA_AUTH_OWN_POOL_H

#include <apr_pools.h>

/* A pool with an allocator of its own and no parent: used by one thread at a time, destroyed by
 * whichever is the last.  NULL without memory. */
apr_pool_t *mod_asa_own_pool(void);

/* The same, but it ends with its parent at the latest.  To be made, and ended, where the parent is
 * not used by another thread. */
apr_pool_t *mod_asa_own_pool_below(apr_pool_t *parent);

#endif
