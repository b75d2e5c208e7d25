/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes JSON values of texts and times.
 */
#include "mod_asa_auth/status_value.h"

#include <string.h>

#include "core/log_field.h"
#include "core/time_text.h"

#define TEXT_LIMIT 1024

json_t *mod_asa_status_value_text(apr_pool_t *pool, const char *value)
{
    if (value == NULL) {
        return json_null();
    }
    return json_string(
        asa_log_field_clean(pool, value, strlen(value), ASA_LOG_FIELD_TEXT, TEXT_LIMIT));
}

json_t *mod_asa_status_value_time(apr_pool_t *pool, apr_time_t when)
{
    return when == 0 ? json_null() : json_string(asa_time_text_iso(pool, when));
}

json_t *mod_asa_status_value_moment(apr_pool_t *pool, apr_time_t when)
{
    return json_string(asa_time_text_iso_ms(pool, when));
}
