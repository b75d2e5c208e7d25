/* SPDX-License-Identifier: Apache-2.0
 *
 * Which realm the Kerberos configuration says that a host belongs to, and the default realm.
 *
 * Threads: any.  Reads krb5.conf.
 */
#ifndef CORE_HOST_REALM_H
#define CORE_HOST_REALM_H

#include <apr_pools.h>

/* The realm that [domain_realm] maps the host to, from the pool; NULL when it says nothing about
 * it. */
const char *asa_host_realm_of(apr_pool_t *pool, const char *host);

/* default_realm, from the pool; NULL when there is none. */
const char *asa_host_realm_default(apr_pool_t *pool);

#endif
