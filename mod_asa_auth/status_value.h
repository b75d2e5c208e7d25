/* SPDX-License-Identifier: Apache-2.0
 *
 * Values of asa-status as JSON, safe whatever they hold.
 *
 * Each function gives a new reference for the caller; the pool is for scratch.
 */
#ifndef MOD_ASA_AUTH_STATUS_VALUE_H
#define MOD_ASA_AUTH_STATUS_VALUE_H

#include <apr_pools.h>
#include <apr_time.h>
#include <jansson.h>

/* Cut after 1,024 bytes, without control characters; what is not UTF-8 is replaced.  NULL becomes
 * null. */
json_t *mod_asa_status_value_text(apr_pool_t *pool, const char *value);

/* "2026-11-26T19:08:15Z" in UTC; 0 becomes null. */
json_t *mod_asa_status_value_time(apr_pool_t *pool, apr_time_t when);

/* "2026-11-26T19:08:15.042Z". */
json_t *mod_asa_status_value_moment(apr_pool_t *pool, apr_time_t when);

#endif
