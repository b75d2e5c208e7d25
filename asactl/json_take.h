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

#include <apr_tables.h>
#include <jansson.h>

/* A string of at most max bytes without NUL, or NULL for null; false for anything else. */
bool asactl_json_take_text(apr_pool_t *pool, const json_t *object, const char *name, size_t max,
                           const char **out);

bool asactl_json_take_bool(const json_t *object, const char *name, bool *out);

bool asactl_json_take_number(const json_t *object, const char *name, json_int_t min, json_int_t max,
                             json_int_t *out);

/* A number from 0 to INT_MAX. */
bool asactl_json_take_count(const json_t *object, const char *name, long *out);

/* Fills a row, which is zeroed, of a list. */
typedef bool asactl_json_take_row_t(apr_pool_t *pool, const json_t *json, void *row);

/* An array of at most max values, each of which becomes a row of size bytes; false: it is no such
 * array, or one of the values is refused. */
bool asactl_json_take_rows(apr_pool_t *pool, const json_t *list, size_t max, int size,
                           asactl_json_take_row_t *take, const apr_array_header_t **out);

#endif
