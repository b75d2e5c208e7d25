/* SPDX-License-Identifier: Apache-2.0
 *
 * The columns of a line, and what stands in them in every kind of log.
 */
#include "asactl/log_record_private.h"

#include <string.h>

asactl_log_text_t asactl_log_record_column(const asactl_log_schema_t *schema,
                                           const asactl_log_columns_t *columns,
                                           asactl_log_wanted_t wanted)
{
    int column = schema->where[wanted];

    return column < 0 ? (asactl_log_text_t){"", 0} : columns->column[column];
}

bool asactl_log_record_number(asactl_log_text_t text, int *out)
{
    long long value;

    *out = -1;
    if (text.len == 0) {
        return true;
    }
    if (text.len > 9 || !asactl_log_text_number(text, &value)) {
        return false;
    }
    *out = (int)value;
    return true;
}

asactl_log_text_t asactl_log_record_address(asactl_log_text_t text)
{
    const char *space = text.len > 0 ? memchr(text.at, ' ', text.len) : NULL;
    const char *colon, *close;

    text.len = space != NULL ? (size_t)(space - text.at) : text.len;
    if (text.len > 0 && text.at[0] == '[') {
        close = memchr(text.at, ']', text.len);
        return close == NULL ? text
                             : (asactl_log_text_t){text.at + 1, (size_t)(close - text.at) - 1};
    }
    /* One colon stands in front of a port; an IPv6 address has more. */
    colon = text.len > 0 ? memchr(text.at, ':', text.len) : NULL;
    if (colon != NULL && memchr(colon + 1, ':', text.len - (size_t)(colon + 1 - text.at)) == NULL) {
        text.len = (size_t)(colon - text.at);
    }
    return text;
}
