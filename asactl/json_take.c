/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges and copies single values of JSON.
 */
#include "asactl/json_take.h"

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

bool asactl_json_take_number(const json_t *object, const char *name, json_int_t min, json_int_t max,
                             json_int_t *out)
{
    const json_t *value = json_object_get(object, name);

    *out = json_integer_value(value);
    return json_is_integer(value) && *out >= min && *out <= max;
}
