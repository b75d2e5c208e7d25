/* SPDX-License-Identifier: Apache-2.0
 *
 * Words for times.
 */
#include "asactl/doctor_time.h"

#include <apr_strings.h>

const char *asactl_doctor_time_date(apr_pool_t *pool, apr_time_t time)
{
    apr_time_exp_t at;

    return apr_time_exp_gmt(&at, time) != APR_SUCCESS
               ? "?"
               : apr_psprintf(pool, "%04d-%02d-%02d", at.tm_year + 1900, at.tm_mon + 1, at.tm_mday);
}

const char *asactl_doctor_time_ahead(apr_pool_t *pool, apr_time_t ahead)
{
    apr_time_t off = apr_time_sec(ahead < 0 ? -ahead : ahead);

    return apr_psprintf(pool, "%" APR_TIME_T_FMT " s %s", off, ahead < 0 ? "behind" : "ahead of");
}
