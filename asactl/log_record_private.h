/* SPDX-License-Identifier: Apache-2.0
 *
 * What the readers of the kinds of log share; only log_record*.c use it.
 *
 * Pure, any thread, no allocation.
 */
#ifndef ASACTL_LOG_RECORD_PRIVATE_H
#define ASACTL_LOG_RECORD_PRIVATE_H

#include "asactl/log_record.h"

/* The column of what is wanted; empty if there is none. */
asactl_log_text_t asactl_log_record_column(const asactl_log_schema_t *schema,
                                           const asactl_log_columns_t *columns,
                                           asactl_log_wanted_t wanted);

/* Why a line is no record. */
static inline asactl_log_line_kind_t asactl_log_record_end(asactl_log_line_kind_t kind,
                                                           const char *sentence, const char **why)
{
    *why = sentence;
    return kind;
}

/* A line of the Address Book log of Exchange 2010, whose head is not known: told by its content. */
bool asactl_log_record_is_address_book(const asactl_log_columns_t *columns);

/* Each fills *record, which is zeroed but for its kind, from a line with the schema's columns. */
asactl_log_line_kind_t asactl_log_record_httpproxy(const asactl_log_schema_t *schema,
                                                   const asactl_log_columns_t *columns,
                                                   asactl_log_record_t *record, const char **why);
asactl_log_line_kind_t asactl_log_record_iis(const asactl_log_schema_t *schema,
                                             const asactl_log_columns_t *columns,
                                             asactl_log_record_t *record, const char **why);
asactl_log_line_kind_t asactl_log_record_address_book(const asactl_log_schema_t *schema,
                                                      const asactl_log_columns_t *columns,
                                                      asactl_log_record_t *record,
                                                      const char **why);

/* A number of at most nine digits, or -1 for an empty text; false if it is neither. */
bool asactl_log_record_number(asactl_log_text_t text, int *out);

/* The first address of a list, without its port. */
asactl_log_text_t asactl_log_record_address(asactl_log_text_t text);

#endif
