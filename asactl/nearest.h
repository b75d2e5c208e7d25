/* SPDX-License-Identifier: Apache-2.0
 *
 * The known names that are nearest to a mistyped one.
 *
 * Pure; results live in the pool given.
 */
#ifndef ASACTL_NEAREST_H
#define ASACTL_NEAREST_H

#include <apr_tables.h>

/* "Did you mean A, B or C?" with the nearest of the names (const char *), each behind the prefix;
 * NULL if none is near. */
const char *asactl_nearest_question(apr_pool_t *pool, const char *prefix, const char *typed,
                                    const apr_array_header_t *names);

#endif
