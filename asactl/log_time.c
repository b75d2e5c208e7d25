/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads times that are asked for.
 */
#include "asactl/log_time.h"

#include <string.h>

#include "core/number_text.h"
#include "core/time_text.h"

#define MOST_AMOUNT 999999 /* of units of "how long ago" */

bool asactl_log_time_ask(const char *text, apr_time_t now, apr_time_t *out)
{
    static const char units[] = "smhdw";
    static const unsigned seconds[] = {1, 60, 3600, 86400, 7 * 86400};
    size_t count = asa_number_text_span(text);
    const char *unit = text[count] != '\0' ? strchr(units, text[count]) : NULL;
    uint64_t amount;

    if (unit == NULL || text[count + 1] != '\0' ||
        !asa_number_text_read(text, count, MOST_AMOUNT, &amount)) {
        return asa_time_text_read(text, strlen(text), out);
    }
    *out = now - apr_time_from_sec(amount * seconds[unit - units]);
    return true;
}
