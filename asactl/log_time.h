/* SPDX-License-Identifier: Apache-2.0
 *
 * Times as logs write them, and as people ask for them.
 *
 * Pure, any thread; years 1970 to 9999, UTC.
 */
#ifndef ASACTL_LOG_TIME_H
#define ASACTL_LOG_TIME_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>
#include <apr_time.h>

/* "2014-02-19T13:30:49.219Z", also with a space for the T, without the Z, without or with one to
 * seven digits of a fraction, and the date alone: the whole text. */
bool asactl_log_time_read(const char *text, size_t len, apr_time_t *out);

/* What --since and --until take: the above, or how long ago: "30m", "2h", "3d", "1w" before now. */
bool asactl_log_time_ask(const char *text, apr_time_t now, apr_time_t *out);

/* "2014-02-19T13:30:49.219Z"; NULL for 0, which stands for never. */
const char *asactl_log_time_iso(apr_pool_t *pool, apr_time_t when);

/* The same for people: "2014-02-19 13:30:49"; "never" for 0. */
const char *asactl_log_time_plain(apr_pool_t *pool, apr_time_t when);

#endif
