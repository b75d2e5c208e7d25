/* SPDX-License-Identifier: Apache-2.0
 *
 * What every fuzz target starts from: the entry point, a check that ends the process, a pool for
 * each input.
 *
 * One thread.
 */
#ifndef T_FUZZ_TARGET_H
#define T_FUZZ_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <apr_general.h>
#include <apr_pools.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static inline void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* The caller destroys it. */
static inline apr_pool_t *make_pool(void)
{
    static apr_pool_t *root;
    apr_pool_t *pool = NULL;

    if (root == NULL) {
        check(apr_initialize() == APR_SUCCESS && apr_pool_create(&root, NULL) == APR_SUCCESS);
    }
    check(apr_pool_create(&pool, root) == APR_SUCCESS);
    return pool;
}

#endif
