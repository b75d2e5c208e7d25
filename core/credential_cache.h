/* SPDX-License-Identifier: Apache-2.0
 *
 * Credential caches in memory: where tickets lie that the Kerberos library is to find by a name.
 *
 * Any thread; a cache may be used by several.
 */
#ifndef CORE_CREDENTIAL_CACHE_H
#define CORE_CREDENTIAL_CACHE_H

#include <apr_pools.h>

/* The name ("MEMORY:...") of a new cache, which is destroyed with the pool; NULL if that cannot be.
 */
const char *asa_credential_cache_make(apr_pool_t *pool);

#endif
