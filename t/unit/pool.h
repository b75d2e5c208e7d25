/* SPDX-License-Identifier: Apache-2.0
 *
 * A pool for each unit test: cmocka's setup and teardown, after apr_initialize().
 *
 * One thread; what a test makes lives until it ends.
 */
#ifndef T_UNIT_POOL_H
#define T_UNIT_POOL_H

#include <apr_pools.h>

static apr_pool_t *pool;

static inline int open_pool(void **state)
{
    (void)state;
    return apr_pool_create(&pool, NULL);
}

static inline int close_pool(void **state)
{
    (void)state;
    apr_pool_destroy(pool);
    return 0;
}

#endif
