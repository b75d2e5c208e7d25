/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether this process, now, could write a server's HttpProxy log.
 */
#ifndef MOD_ASA_AUTH_SERVED_LOG_H
#define MOD_ASA_AUTH_SERVED_LOG_H

#include <apr_tables.h>

/* NULL, or what stands in the way, as "PATH: Permission denied", from the pool.  protocols: const
 * char *, each with a folder of its own.  Any thread. */
const char *mod_asa_served_log_trouble(apr_pool_t *pool, const char *folder,
                                       const apr_array_header_t *protocols);

#endif
