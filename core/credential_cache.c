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

void asa_credential_cache_destroy(apr_pool_t *pool, const char *name)
{
    apr_pool_cleanup_run(pool, (void *)name, destroy_cache);
}

int32_t asa_credential_cache_keep(krb5_context context, const char *name, krb5_creds *ticket)
{
    krb5_ccache cache;
    krb5_error_code code = krb5_cc_resolve(context, name, &cache);

    if (code == 0) {
        code = krb5_cc_initialize(context, cache, ticket->client);
        if (code == 0) {
            code = krb5_cc_store_cred(context, cache, ticket);
        }
        krb5_cc_close(context, cache);
    }
    return code;
}

static krb5_error_code copy_all(krb5_context context, krb5_ccache from, krb5_ccache to)
{
    krb5_principal owner;
    krb5_error_code code = krb5_cc_get_principal(context, from, &owner);

    if (code == 0) {
        code = krb5_cc_initialize(context, to, owner);
        if (code == 0) {
            code = krb5_cc_copy_creds(context, from, to);
        }
        krb5_free_principal(context, owner);
    }
    return code;
}

int32_t asa_credential_cache_copy(krb5_context context, const char *from_name, const char *to_name)
{
    krb5_ccache from, to;
    krb5_error_code code = krb5_cc_resolve(context, from_name, &from);

    if (code != 0) {
        return code;
    }
    code = krb5_cc_resolve(context, to_name, &to);
    if (code == 0) {
        code = copy_all(context, from, to);
        krb5_cc_close(context, to);
    }
    krb5_cc_close(context, from);
    return code;
}
