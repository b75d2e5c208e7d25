/* SPDX-License-Identifier: Apache-2.0
 *
 * Which column of a log's lines is which: told by the file itself, never by a product's version.
 *
 * Exchange writes the names twice, as a bare row and behind "#Fields:", in either order, and again
 * wherever it goes on in a file; IIS writes "#Fields: " with spaces.  Names are compared without
 * case.  Only the Address Book log of Exchange 2010 is known without names, by its 15 columns.
 *
 * A log of these kinds whose head lacks a column that is needed, or has lost its head, cannot be
 * judged; it is told from another program's log, so that nobody can sign in unseen in it.
 *
 * Pure, any thread, no allocation.
 */
#ifndef ASACTL_LOG_SCHEMA_H
#define ASACTL_LOG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "asactl/log_line.h"

#define ASACTL_LOG_ADDRESS_BOOK_COLUMNS 15

typedef enum {
    ASACTL_LOG_UNKNOWN, /* no head has been read yet */
    ASACTL_LOG_HTTPPROXY,
    ASACTL_LOG_IIS,
    ASACTL_LOG_ADDRESS_BOOK
} asactl_log_kind_t;

/* What is asked of a line; one row each in log_schema.c, with its name in every kind of log. */
typedef enum {
    ASACTL_LOG_DATE_TIME,
    ASACTL_LOG_TIME, /* IIS: date and time apart */
    ASACTL_LOG_REQUEST_ID,
    ASACTL_LOG_PROTOCOL,
    ASACTL_LOG_HOST,
    ASACTL_LOG_STEM,
    ASACTL_LOG_AUTHENTICATION_TYPE,
    ASACTL_LOG_IS_AUTHENTICATED,
    ASACTL_LOG_USER,
    ASACTL_LOG_AGENT,
    ASACTL_LOG_CLIENT,
    ASACTL_LOG_NODE,
    ASACTL_LOG_NODE_ADDRESS, /* IIS */
    ASACTL_LOG_STATUS,
    ASACTL_LOG_SUBSTATUS,
    ASACTL_LOG_WIN32_STATUS,
    ASACTL_LOG_ERROR_CODE,
    ASACTL_LOG_QUERY,
    ASACTL_LOG_GENERIC_INFO,
    ASACTL_LOG_OPERATION, /* Address Book */
    ASACTL_LOG_FAILURES,  /* Address Book */
    /* latencies, for the sums that Exchange's lines keep */
    ASACTL_LOG_PIPELINE,
    ASACTL_LOG_TO_HANDLER,
    ASACTL_LOG_HANDLER,
    ASACTL_LOG_TO_MODULE,
    ASACTL_LOG_CLIENT_REQ_STREAM,
    ASACTL_LOG_BACKEND_REQ_INIT,
    ASACTL_LOG_BACKEND_REQ_STREAM,
    ASACTL_LOG_BACKEND_PROCESSING,
    ASACTL_LOG_BACKEND_RESP_STREAM,
    ASACTL_LOG_CLIENT_RESP_STREAM,
    ASACTL_LOG_CORE,
    ASACTL_LOG_ROUTING,
    ASACTL_LOG_OVERHEAD,
    ASACTL_LOG_TOTAL,
    ASACTL_LOG_WANTED
} asactl_log_wanted_t;

/* Everything that the lines of a file before the present one have told. */
typedef struct asactl_log_schema_t {
    asactl_log_kind_t kind;
    size_t columns;                   /* of a line: 53 to 74 of HttpProxy */
    int16_t where[ASACTL_LOG_WANTED]; /* column of what is wanted; -1 = there is none */
    bool heads;                       /* a head has been read, of whichever log */
    bool ours_to_read;                /* the file is a log of these kinds, so that a line that
                                       * cannot be read for want of a head is broken, not foreign */
} asactl_log_schema_t;

/* Before the first line of a file. */
void asactl_log_schema_begin(asactl_log_schema_t *schema);

/* What a line that begins with '#' says.  False if it names columns, and they are not those that
 * are needed: the lines behind it cannot be read. */
bool asactl_log_schema_comment(asactl_log_schema_t *schema, const char *line, size_t len);

/* Whether the columns are names, those of a bare row; *schema follows them, or knows nothing any
 * more if they are no known log's. */
bool asactl_log_schema_row(asactl_log_schema_t *schema, const asactl_log_columns_t *columns);

/* Whether the columns of a line without a head before it are those of an HttpProxy or IIS log. */
bool asactl_log_schema_looks_headless(const asactl_log_schema_t *schema,
                                      const asactl_log_columns_t *csv,
                                      const asactl_log_columns_t *w3c);

/* Takes the columns by their place, for lines that are an Address Book log's by their content. */
void asactl_log_schema_address_book(asactl_log_schema_t *schema);

/* "HttpProxy, 74 columns (Exchange 2016, 2019, SE)", "IIS", "Address Book (Exchange 2010)"; a
 * constant.  Lines of mod_asa_auth are known by their proof, not by their columns. */
const char *asactl_log_schema_name(const asactl_log_schema_t *schema);

#endif
