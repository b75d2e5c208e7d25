/* SPDX-License-Identifier: Apache-2.0
 *
 * Takes single values out of hostile JSON: bounded and of the right kind, or not at all.
 *
 * Pure; strings are copied into the pool given.
 */
#ifndef ASACTL_JSON_TAKE_H
#define ASACTL_JSON_TAKE_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>
#include <jansson.h>

/* A string of at most max bytes without NUL, or NULL for null; false for anything else. */
bool asactl_json_take_text(apr_pool_t *pool, const json_t *object, const char *name, size_t max,
                           const char **out);

bool asactl_json_take_number(const json_t *object, const char *name, json_int_t min, json_int_t max,
                             json_int_t *out);

#endif
