/* SPDX-License-Identifier: Apache-2.0
 *
 * Credential caches in memory: where tickets lie that the Kerberos library is to find by a name.
 *
 * Any thread; a cache may be used by several.
 */
#ifndef CORE_CREDENTIAL_CACHE_H
#define CORE_CREDENTIAL_CACHE_H

#include <stdint.h>

#include <apr_pools.h>

struct _krb5_context;
struct _krb5_creds;

/* The name ("MEMORY:...") of a new cache, which is destroyed with the pool; NULL if that cannot be.
 */
const char *asa_credential_cache_make(apr_pool_t *pool);

/* Ends one of that pool before the pool ends. */
void asa_credential_cache_destroy(apr_pool_t *pool, const char *name);

/* Puts this one ticket into the cache of that name, in place of all that it held.  Returns a code
 * of libkrb5, 0 for success. */
int32_t asa_credential_cache_keep(struct _krb5_context *context, const char *name,
                                  struct _krb5_creds *ticket);

/* Fills one cache with all that another holds, likewise. */
int32_t asa_credential_cache_copy(struct _krb5_context *context, const char *from, const char *to);

#endif
