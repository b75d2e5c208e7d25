/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks the Kerberos configuration for a host's realm.
 */
#include "core/host_realm.h"

#include <stddef.h>

#include <apr_strings.h>
#include <krb5.h>

/* The library answers with the empty name of a referral realm when no line maps the host. */
const char *asa_host_realm_of(apr_pool_t *pool, const char *host)
{
    krb5_context context;
    const char *realm = NULL;
    char **list;

    if (krb5_init_context(&context) != 0) {
        return NULL;
    }
    if (krb5_get_host_realm(context, host, &list) == 0) {
        if (list[0] != NULL && list[0][0] != '\0') {
            realm = apr_pstrdup(pool, list[0]);
        }
        krb5_free_host_realm(context, list);
    }
    krb5_free_context(context);
    return realm;
}

const char *asa_host_realm_default(apr_pool_t *pool)
{
    krb5_context context;
    const char *realm = NULL;
    char *name;

    if (krb5_init_context(&context) != 0) {
        return NULL;
    }
    if (krb5_get_default_realm(context, &name) == 0) {
        realm = apr_pstrdup(pool, name);
        krb5_free_default_realm(context, name);
    }
    krb5_free_context(context);
    return realm;
}
