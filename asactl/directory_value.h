/* SPDX-License-Identifier: Apache-2.0
 *
 * Values of Active Directory's attributes: read with every length checked, and written into filters
 * and names so that nothing in them has a meaning.
 *
 * Pure, any thread; results live in the pool given.
 */
#ifndef ASACTL_DIRECTORY_VALUE_H
#define ASACTL_DIRECTORY_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>
#include <apr_time.h>

/* The value as a string; NULL if it holds a NUL. */
const char *asactl_directory_value_text(apr_pool_t *pool, const unsigned char *bytes, size_t len);

/* A whole decimal number, as LDAP writes an INTEGER (RFC 4517 section 3.3.16). */
bool asactl_directory_value_number(const unsigned char *bytes, size_t len, int64_t *out);

/* Times of 100 ns since 1601 (MS-ADTS section 2.2.17).  0 and the largest number mean never, which
 * gives 0; so does a time before 1970. */
bool asactl_directory_value_filetime(const unsigned char *bytes, size_t len, apr_time_t *out);

/* 20261126043113.0Z: a generalized time in UTC (RFC 4517 section 3.3.13). */
bool asactl_directory_value_time(const unsigned char *bytes, size_t len, apr_time_t *out);

/* text as an assertion of a filter (RFC 4515 section 3); '*' keeps its meaning if wildcards. */
const char *asactl_directory_value_filter(apr_pool_t *pool, const char *text, bool wildcards);

/* text as the value of a relative distinguished name (RFC 4514 section 2.4). */
const char *asactl_directory_value_rdn(apr_pool_t *pool, const char *text);

#endif
