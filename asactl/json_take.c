/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges and copies single values of JSON.
 */
#include "asactl/json_take.h"

#include <limits.h>
#include <string.h>

#include <apr_strings.h>

bool asactl_json_take_text(apr_pool_t *pool, const json_t *object, const char *name, size_t max,
                           const char **out)
{
    const json_t *value = json_object_get(object, name);

    *out = NULL;
    if (json_is_string(value) && json_string_length(value) <= max &&
        strlen(json_string_value(value)) == json_string_length(value)) {
        *out = apr_pstrdup(pool, json_string_value(value));
        return true;
    }
    return json_is_null(value);
}

bool asactl_json_take_bool(const json_t *object, const char *name, bool *out)
{
    const json_t *value = json_object_get(object, name);

    *out = json_is_true(value);
    return json_is_boolean(value);
}

bool asactl_json_take_number(const json_t *object, const char *name, json_int_t min, json_int_t max,
                             json_int_t *out)
{
    const json_t *value = json_object_get(object, name);

    *out = json_integer_value(value);
    return json_is_integer(value) && *out >= min && *out <= max;
}

bool asactl_json_take_count(const json_t *object, const char *name, long *out)
{
    json_int_t number;
    bool good = asactl_json_take_number(object, name, 0, INT_MAX, &number);

    *out = good ? (long)number : 0;
    return good;
}

bool asactl_json_take_rows(apr_pool_t *pool, const json_t *list, size_t max, int size,
                           asactl_json_take_row_t *take, const apr_array_header_t **out)
{
    size_t count = json_array_size(list);
    apr_array_header_t *rows;

    if (!json_is_array(list) || count > max) {
        return false;
    }
    rows = apr_array_make(pool, (int)count + 1, size);
    for (size_t i = 0; i < count; i++) {
        if (!take(pool, json_array_get(list, i), apr_array_push(rows))) {
            return false;
        }
    }
    *out = rows;
    return true;
}
