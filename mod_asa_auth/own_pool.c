/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes pools that belong to no other.
 */
#include "mod_asa_auth/own_pool.h"

#include <apr_allocator.h>

apr_pool_t *mod_asa_own_pool(void)
{
    return mod_asa_own_pool_below(NULL);
}

apr_pool_t *mod_asa_own_pool_below(apr_pool_t *parent)
{
    apr_allocator_t *allocator;
    apr_pool_t *pool;

    if (apr_allocator_create(&allocator) != APR_SUCCESS) {
        return NULL;
    }
    if (apr_pool_create_ex(&pool, parent, NULL, allocator) != APR_SUCCESS) {
        apr_allocator_destroy(allocator);
        return NULL;
    }
    apr_allocator_owner_set(allocator, pool);
    return pool;
}
