/* SPDX-License-Identifier: Apache-2.0
 *
 * Fills outcomes.
 */
#include "asactl/outcome.h"

#include <stdarg.h>

#include <apr_strings.h>

bool asactl_outcome_fail(asactl_outcome_t *out, asactl_exit_code_t code, const char *remedy,
                         apr_pool_t *pool, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    out->sentence = apr_pvsprintf(pool, format, arguments);
    va_end(arguments);
    out->code = code;
    out->remedy = remedy;
    return false;
}
