/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds out which column is which.
 */
#include "asactl/log_schema.h"

#include <string.h>

/* The name of what is wanted in each kind of log; NULL: it does not say that. */
static const struct {
    const char *httpproxy, *iis, *address_book;
} names[ASACTL_LOG_WANTED] = {
    [ASACTL_LOG_DATE_TIME] = {"DateTime", "date", "date-time"},
    [ASACTL_LOG_TIME] = {NULL, "time", NULL},
    [ASACTL_LOG_REQUEST_ID] = {"RequestId", NULL, NULL},
    [ASACTL_LOG_PROTOCOL] = {"Protocol", NULL, NULL},
    [ASACTL_LOG_HOST] = {"UrlHost", "cs-host", NULL},
    [ASACTL_LOG_STEM] = {"UrlStem", "cs-uri-stem", NULL},
    [ASACTL_LOG_AUTHENTICATION_TYPE] = {"AuthenticationType", NULL, "authentication"},
    [ASACTL_LOG_IS_AUTHENTICATED] = {"IsAuthenticated", NULL, NULL},
    [ASACTL_LOG_USER] = {"AuthenticatedUser", "cs-username", "client-name"},
    [ASACTL_LOG_AGENT] = {"UserAgent", "cs(User-Agent)", NULL},
    [ASACTL_LOG_CLIENT] = {"ClientIpAddress", "c-ip", "client-ip"},
    [ASACTL_LOG_NODE] = {"ServerHostName", "s-computername", "server"},
    [ASACTL_LOG_NODE_ADDRESS] = {NULL, "s-ip", NULL},
    [ASACTL_LOG_STATUS] = {"HttpStatus", "sc-status", "rpc-status"},
    [ASACTL_LOG_SUBSTATUS] = {NULL, "sc-substatus", NULL},
    [ASACTL_LOG_WIN32_STATUS] = {NULL, "sc-win32-status", NULL},
    [ASACTL_LOG_ERROR_CODE] = {"ErrorCode", NULL, NULL},
    [ASACTL_LOG_QUERY] = {NULL, "cs-uri-query", NULL},
    [ASACTL_LOG_GENERIC_INFO] = {"GenericInfo", NULL, NULL},
    [ASACTL_LOG_OPERATION] = {NULL, NULL, "operation"},
    [ASACTL_LOG_FAILURES] = {NULL, NULL, "failures"},
    [ASACTL_LOG_PIPELINE] = {"HttpPipelineLatency", NULL, NULL},
    [ASACTL_LOG_TO_HANDLER] = {"ModuleToHandlerSwitchingLatency", NULL, NULL},
    [ASACTL_LOG_HANDLER] = {"RequestHandlerLatency", NULL, NULL},
    [ASACTL_LOG_TO_MODULE] = {"HandlerToModuleSwitchingLatency", NULL, NULL},
    [ASACTL_LOG_CLIENT_REQ_STREAM] = {"ClientReqStreamLatency", NULL, NULL},
    [ASACTL_LOG_BACKEND_REQ_INIT] = {"BackendReqInitLatency", NULL, NULL},
    [ASACTL_LOG_BACKEND_REQ_STREAM] = {"BackendReqStreamLatency", NULL, NULL},
    [ASACTL_LOG_BACKEND_PROCESSING] = {"BackendProcessingLatency", NULL, NULL},
    [ASACTL_LOG_BACKEND_RESP_STREAM] = {"BackendRespStreamLatency", NULL, NULL},
    [ASACTL_LOG_CLIENT_RESP_STREAM] = {"ClientRespStreamLatency", NULL, NULL},
    [ASACTL_LOG_CORE] = {"CoreLatency", NULL, NULL},
    [ASACTL_LOG_ROUTING] = {"RoutingLatency", NULL, NULL},
    [ASACTL_LOG_OVERHEAD] = {"HttpProxyOverhead", NULL, NULL},
    [ASACTL_LOG_TOTAL] = {"TotalRequestTime", NULL, NULL},
};

/* Without these a log cannot be read.  The first tells the kind: no sister log of Exchange's has
 * HttpProxyOverhead, and of IIS only the web's logs have cs-uri-stem. */
static const asactl_log_wanted_t httpproxy_needs[] = {ASACTL_LOG_OVERHEAD,
                                                      ASACTL_LOG_DATE_TIME,
                                                      ASACTL_LOG_REQUEST_ID,
                                                      ASACTL_LOG_PROTOCOL,
                                                      ASACTL_LOG_AUTHENTICATION_TYPE,
                                                      ASACTL_LOG_TOTAL,
                                                      ASACTL_LOG_IS_AUTHENTICATED,
                                                      ASACTL_LOG_USER,
                                                      ASACTL_LOG_CLIENT,
                                                      ASACTL_LOG_STATUS,
                                                      ASACTL_LOG_GENERIC_INFO};
static const asactl_log_wanted_t iis_needs[] = {ASACTL_LOG_STEM,      ASACTL_LOG_TIME,
                                                ASACTL_LOG_DATE_TIME, ASACTL_LOG_USER,
                                                ASACTL_LOG_CLIENT,    ASACTL_LOG_STATUS};
static const asactl_log_wanted_t address_book_needs[] = {
    ASACTL_LOG_AUTHENTICATION_TYPE, ASACTL_LOG_DATE_TIME, ASACTL_LOG_USER, ASACTL_LOG_OPERATION};

/* The Address Book log's columns by their place, as no head of it is known. */
static const struct {
    asactl_log_wanted_t wanted;
    int16_t column;
} address_book_places[] = {
    {ASACTL_LOG_DATE_TIME, 0}, {ASACTL_LOG_USER, 3},
    {ASACTL_LOG_CLIENT, 5},    {ASACTL_LOG_NODE, 6},
    {ASACTL_LOG_OPERATION, 8}, {ASACTL_LOG_STATUS, 9},
    {ASACTL_LOG_FAILURES, 12}, {ASACTL_LOG_AUTHENTICATION_TYPE, 13},
};

static const struct {
    size_t columns;
    const char *name;
} generations[] = {
    {53, "HttpProxy, 53 columns (Exchange 2013 RTM)"},
    {64, "HttpProxy, 64 columns (Exchange 2013 CU3)"},
    {68, "HttpProxy, 68 columns (Exchange 2013 CU5)"},
    {69, "HttpProxy, 69 columns (Exchange 2013 CU7, 2016)"},
    {70, "HttpProxy, 70 columns"},
    {74, "HttpProxy, 74 columns (Exchange 2016, 2019, SE)"},
};

static const char *name_in(asactl_log_kind_t kind, size_t wanted)
{
    return kind == ASACTL_LOG_HTTPPROXY ? names[wanted].httpproxy
           : kind == ASACTL_LOG_IIS     ? names[wanted].iis
                                        : names[wanted].address_book;
}

static void forget(asactl_log_schema_t *schema)
{
    schema->kind = ASACTL_LOG_UNKNOWN;
    schema->columns = 0;
    for (size_t i = 0; i < ASACTL_LOG_WANTED; i++) {
        schema->where[i] = -1;
    }
}

void asactl_log_schema_begin(asactl_log_schema_t *schema)
{
    forget(schema);
    schema->heads = schema->ours_to_read = false;
}

/* Follows the names if they are those of this kind of log; a name that stands twice is no head. */
static bool follow(asactl_log_schema_t *schema, asactl_log_kind_t kind,
                   const asactl_log_wanted_t *needs, size_t count,
                   const asactl_log_columns_t *columns)
{
    bool once = true;

    forget(schema);
    for (size_t i = 0; i < columns->count; i++) {
        for (size_t wanted = 0; wanted < ASACTL_LOG_WANTED; wanted++) {
            const char *name = name_in(kind, wanted);

            if (name == NULL || !asactl_log_text_is(columns->column[i], name)) {
                continue;
            }
            once = once && schema->where[wanted] < 0;
            schema->where[wanted] = (int16_t)i;
        }
    }
    schema->heads = true;
    schema->ours_to_read = schema->ours_to_read || schema->where[needs[0]] >= 0;
    for (size_t i = 0; i < count; i++) {
        once = once && schema->where[needs[i]] >= 0;
    }
    if (!once) {
        forget(schema);
        return false;
    }
    schema->kind = kind;
    schema->columns = columns->count;
    return true;
}

#define FOLLOW(schema, kind, needs, columns)                                                       \
    follow(schema, kind, needs, sizeof(needs) / sizeof((needs)[0]), columns)

static bool follow_csv(asactl_log_schema_t *schema, const asactl_log_columns_t *columns)
{
    return FOLLOW(schema, ASACTL_LOG_HTTPPROXY, httpproxy_needs, columns) ||
           FOLLOW(schema, ASACTL_LOG_ADDRESS_BOOK, address_book_needs, columns);
}

/* Removes what begins with prefix; false: it does not. */
static bool behind(const char **at, size_t *len, const char *prefix)
{
    size_t count = strlen(prefix);

    if (*len < count || !asactl_log_text_is((asactl_log_text_t){*at, count}, prefix)) {
        return false;
    }
    *at += count;
    *len -= count;
    while (*len > 0 && **at == ' ') {
        (*at)++;
        (*len)--;
    }
    return true;
}

bool asactl_log_schema_comment(asactl_log_schema_t *schema, const char *line, size_t len)
{
    asactl_log_columns_t columns;
    const char *why;

    if (behind(&line, &len, "#Log-type:")) {
        schema->ours_to_read = behind(&line, &len, "HttpProxy Logs");
        return true;
    }
    if (!behind(&line, &len, "#Fields:")) {
        return true;
    }
    while (len > 0 && line[len - 1] == ' ') {
        len--;
    }
    if (asactl_log_line_split_csv(line, len, &columns, &why) && follow_csv(schema, &columns)) {
        return true;
    }
    if (asactl_log_line_split_w3c(line, len, &columns, &why) &&
        FOLLOW(schema, ASACTL_LOG_IIS, iis_needs, &columns)) {
        return true;
    }
    forget(schema);
    return false;
}

bool asactl_log_schema_row(asactl_log_schema_t *schema, const asactl_log_columns_t *columns)
{
    asactl_log_schema_t next = *schema;

    if (columns->count == 0 || (!asactl_log_text_is(columns->column[0], "DateTime") &&
                                !asactl_log_text_is(columns->column[0], "date-time"))) {
        return false;
    }
    (void)follow_csv(&next, columns);
    *schema = next;
    return true;
}

static bool is_generation(size_t columns)
{
    for (size_t i = 0; i < sizeof(generations) / sizeof(generations[0]); i++) {
        if (generations[i].columns == columns) {
            return true;
        }
    }
    return false;
}

static bool is_address(asactl_log_text_t text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (strchr("0123456789abcdefABCDEF.:%", text.at[i]) == NULL || text.at[i] == '\0') {
            return false;
        }
    }
    return text.len > 0;
}

bool asactl_log_schema_looks_headless(const asactl_log_schema_t *schema,
                                      const asactl_log_columns_t *csv,
                                      const asactl_log_columns_t *w3c)
{
    const size_t request_id = 32, time = strlen("2026-11-26T08:00:00.000Z");
    const size_t date = strlen("2026-11-26"), clock = strlen("08:00:00"), iis_least = 12;

    if (schema->heads) {
        return false;
    }
    return (is_generation(csv->count) && csv->column[0].len == time &&
            csv->column[1].len >= request_id) ||
           (w3c->count >= iis_least && w3c->column[0].len == date && w3c->column[1].len == clock &&
            is_address(w3c->column[2]));
}

void asactl_log_schema_address_book(asactl_log_schema_t *schema)
{
    forget(schema);
    schema->kind = ASACTL_LOG_ADDRESS_BOOK;
    schema->columns = ASACTL_LOG_ADDRESS_BOOK_COLUMNS;
    for (size_t i = 0; i < sizeof(address_book_places) / sizeof(address_book_places[0]); i++) {
        schema->where[address_book_places[i].wanted] = address_book_places[i].column;
    }
}

const char *asactl_log_schema_name(const asactl_log_schema_t *schema)
{
    if (schema->kind != ASACTL_LOG_HTTPPROXY) {
        return schema->kind == ASACTL_LOG_IIS            ? "IIS"
               : schema->kind == ASACTL_LOG_ADDRESS_BOOK ? "Address Book (Exchange 2010)"
                                                         : "unknown";
    }
    for (size_t i = 0; i < sizeof(generations) / sizeof(generations[0]); i++) {
        if (generations[i].columns == schema->columns) {
            return generations[i].name;
        }
    }
    return "HttpProxy, an unknown generation";
}
