/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes and destroys credential caches in memory.
 */
#include "core/credential_cache.h"

#include <apr_strings.h>
#include <krb5.h>

/* A cache outlives the context that it was made with, so each call has one of its own. */
static apr_status_t destroy_cache(void *data)
{
    krb5_context context;
    krb5_ccache cache;

    if (krb5_init_context(&context) == 0) {
        if (krb5_cc_resolve(context, data, &cache) == 0) {
            krb5_cc_destroy(context, cache);
        }
        krb5_free_context(context);
    }
    return APR_SUCCESS;
}

const char *asa_credential_cache_make(apr_pool_t *pool)
{
    const char *name = NULL;
    krb5_context context;
    krb5_ccache cache;

    if (krb5_init_context(&context) != 0) {
        return NULL;
    }
    if (krb5_cc_new_unique(context, "MEMORY", NULL, &cache) == 0) {
        name = apr_pstrcat(pool, "MEMORY:", krb5_cc_get_name(context, cache), NULL);
        krb5_cc_close(context, cache);
        apr_pool_cleanup_register(pool, name, destroy_cache, apr_pool_cleanup_null);
    }
    krb5_free_context(context);
    return name;
}
