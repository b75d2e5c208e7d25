/* SPDX-License-Identifier: Apache-2.0
 *
 * A line of the Address Book log of Exchange 2010.
 */
#include "asactl/log_record_private.h"

#include <string.h>

#include "core/time_text.h"

bool asactl_log_record_is_address_book(const asactl_log_columns_t *columns)
{
    const asactl_log_text_t *column = columns->column;
    apr_time_t when;

    return columns->count == ASACTL_LOG_ADDRESS_BOOK_COLUMNS && column[7].len > 5 &&
           asactl_log_text_is((asactl_log_text_t){column[7].at, 5}, "ncacn") && column[8].len > 0 &&
           asa_time_text_read(column[0].at, column[0].len, &when);
}

asactl_log_line_kind_t asactl_log_record_address_book(const asactl_log_schema_t *schema,
                                                      const asactl_log_columns_t *columns,
                                                      asactl_log_record_t *record, const char **why)
{
    asactl_log_text_t when = asactl_log_record_column(schema, columns, ASACTL_LOG_DATE_TIME);
    asactl_log_text_t failures = asactl_log_record_column(schema, columns, ASACTL_LOG_FAILURES);

    if (!asa_time_text_read(when.at, when.len, &record->time)) {
        return asactl_log_record_end(ASACTL_LOG_LINE_BROKEN, "its time is none", why);
    }
    if (!asactl_log_record_number(asactl_log_record_column(schema, columns, ASACTL_LOG_STATUS),
                                  &record->status)) {
        return asactl_log_record_end(ASACTL_LOG_LINE_BROKEN, "its status is no number", why);
    }
    record->protocol = (asactl_log_text_t){"AddressBook", strlen("AddressBook")};
    record->user = asactl_log_record_column(schema, columns, ASACTL_LOG_USER);
    record->client =
        asactl_log_record_address(asactl_log_record_column(schema, columns, ASACTL_LOG_CLIENT));
    record->node = asactl_log_record_column(schema, columns, ASACTL_LOG_NODE);
    record->authentication_type =
        asactl_log_record_column(schema, columns, ASACTL_LOG_AUTHENTICATION_TYPE);
    record->authenticated =
        record->authentication_type.len > 0 && failures.len == 0 && record->status <= 0;
    return ASACTL_LOG_LINE_RECORD;
}
