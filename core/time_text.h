/* SPDX-License-Identifier: Apache-2.0
 *
 * Times as text, and back: ISO 8601 in UTC (RFC 3339 section 5.6), as logs and JSON carry them, and
 * the shorter forms for people.
 *
 * No form stands for "never": a time of 0 is 1970, and who has another word for it says so.
 * Pure, any thread; texts live in the pool given.
 */
#ifndef CORE_TIME_TEXT_H
#define CORE_TIME_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>
#include <apr_time.h>

#define ASA_TIME_HOUR apr_time_from_sec(3600)
#define ASA_TIME_DAY  apr_time_from_sec(86400)

/* "2026-11-26T19:08:15Z" */
const char *asa_time_text_iso(apr_pool_t *pool, apr_time_t when);

/* "2026-11-26T19:08:15.042Z" */
const char *asa_time_text_iso_ms(apr_pool_t *pool, apr_time_t when);

/* "2026-11-26 19:08:15Z" */
const char *asa_time_text_utc(apr_pool_t *pool, apr_time_t when);

/* "2026-11-26 19:08:15", where a title says that it is UTC; so the next two. */
const char *asa_time_text_second(apr_pool_t *pool, apr_time_t when);

/* "2026-11-26 19:08" */
const char *asa_time_text_minute(apr_pool_t *pool, apr_time_t when);

/* "2026-11-26" */
const char *asa_time_text_day(apr_pool_t *pool, apr_time_t when);

/* Reads "2026-11-26T19:08:15.042Z", also with a space for the T, without the Z, without or with one
 * to seven digits of a fraction, and the date alone: the whole text.  Years 1970 to 9999; nothing
 * is allocated. */
bool asa_time_text_read(const char *text, size_t len, apr_time_t *out);

#endif
