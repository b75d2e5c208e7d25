/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes JSON values of texts and times.
 */
#include "mod_asa_auth/status_value.h"

#include <string.h>

#include <apr_strings.h>

#include "core/log_field.h"

#define TEXT_LIMIT 1024

json_t *mod_asa_status_value_text(apr_pool_t *pool, const char *value)
{
    if (value == NULL) {
        return json_null();
    }
    return json_string(
        asa_log_field_clean(pool, value, strlen(value), ASA_LOG_FIELD_TEXT, TEXT_LIMIT));
}

static const char *seconds(apr_pool_t *pool, const apr_time_exp_t *utc)
{
    return apr_psprintf(pool, "%04d-%02d-%02dT%02d:%02d:%02d", utc->tm_year + 1900, utc->tm_mon + 1,
                        utc->tm_mday, utc->tm_hour, utc->tm_min, utc->tm_sec);
}

json_t *mod_asa_status_value_time(apr_pool_t *pool, apr_time_t when)
{
    apr_time_exp_t utc;

    if (when == 0) {
        return json_null();
    }
    apr_time_exp_gmt(&utc, when);
    return json_string(apr_pstrcat(pool, seconds(pool, &utc), "Z", NULL));
}

json_t *mod_asa_status_value_moment(apr_pool_t *pool, apr_time_t when)
{
    apr_time_exp_t utc;

    apr_time_exp_gmt(&utc, when);
    return json_string(
        apr_psprintf(pool, "%s.%03dZ", seconds(pool, &utc), (int)(utc.tm_usec / 1000)));
}
