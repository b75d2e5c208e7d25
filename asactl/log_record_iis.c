/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a line of a W3C log of IIS, as Exchange's front end writes it.
 */
#include "asactl/log_record.h"

#include <string.h>

#include <apr_time.h>

#include "asactl/log_record_private.h"
#include "core/time_text.h"

#define REQUEST_ID     "cafeReqId="
#define REQUEST_ID_LEN 36

/* The virtual directories of Exchange, and the folders of their HttpProxy logs. */
static const struct {
    const char *folder, *protocol;
} folders[] = {
    {"autodiscover", "Autodiscover"},
    {"mapi", "Mapi"},
    {"rpc", "RpcHttp"},
    {"rpcwithcert", "RpcHttp"},
    {"ews", "Ews"},
    {"oab", "Oab"},
    {"owa", "Owa"},
    {"ecp", "Ecp"},
    {"powershell", "PowerShell"},
    {"microsoft-server-activesync", "Eas"},
    {"api", "Rest"},
    {"pushnotifications", "PushNotifications"},
};

static asactl_log_text_t protocol_of(asactl_log_text_t stem)
{
    asactl_log_text_t folder = {stem.at, 0};

    if (stem.len > 0 && stem.at[0] == '/') {
        const char *slash = memchr(stem.at + 1, '/', stem.len - 1);

        folder.at = stem.at + 1;
        folder.len = slash != NULL ? (size_t)(slash - stem.at) - 1 : stem.len - 1;
    }
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        if (asactl_log_text_is(folder, folders[i].folder)) {
            return (asactl_log_text_t){folders[i].protocol, strlen(folders[i].protocol)};
        }
    }
    return (asactl_log_text_t){"", 0};
}

/* Exchange adds the RequestId of the HttpProxy log to the query. */
static asactl_log_text_t request_id_of(asactl_log_text_t query)
{
    const char *at = memmem(query.at, query.len, REQUEST_ID, strlen(REQUEST_ID));
    size_t rest;

    if (at == NULL) {
        return (asactl_log_text_t){"", 0};
    }
    at += strlen(REQUEST_ID);
    rest = query.len - (size_t)(at - query.at);
    return (asactl_log_text_t){at, rest < REQUEST_ID_LEN ? rest : REQUEST_ID_LEN};
}

static bool read_time(asactl_log_text_t date, asactl_log_text_t clock, apr_time_t *out)
{
    char both[32];

    if (date.len != strlen("yyyy-mm-dd") || clock.len < strlen("hh:mm:ss") ||
        date.len + 1 + clock.len > sizeof both) {
        return false;
    }
    memcpy(both, date.at, date.len);
    both[date.len] = ' ';
    memcpy(both + date.len + 1, clock.at, clock.len);
    return asa_time_text_read(both, date.len + 1 + clock.len, out);
}

static bool read_win32_status(asactl_log_text_t text, int64_t *out)
{
    long long value = -1;

    if (text.len > 0 && !asactl_log_text_number(text, &value)) {
        return false;
    }
    *out = value;
    return true;
}

asactl_log_line_kind_t asactl_log_record_iis(const asactl_log_schema_t *schema,
                                             const asactl_log_columns_t *columns,
                                             asactl_log_record_t *record, const char **why)
{
#define COLUMN(wanted) asactl_log_record_column(schema, columns, ASACTL_LOG_##wanted)
    if (!read_time(COLUMN(DATE_TIME), COLUMN(TIME), &record->time)) {
        *why = "its time is none";
        return ASACTL_LOG_LINE_BROKEN;
    }
    if (!asactl_log_record_number(COLUMN(STATUS), &record->status) || record->status < 0 ||
        !asactl_log_record_number(COLUMN(SUBSTATUS), &record->substatus) ||
        !read_win32_status(COLUMN(WIN32_STATUS), &record->win32_status)) {
        *why = "its status is no number";
        return ASACTL_LOG_LINE_BROKEN;
    }
    record->request_id = request_id_of(COLUMN(QUERY));
    record->protocol = protocol_of(COLUMN(STEM));
    record->vhost = COLUMN(HOST);
    record->node = COLUMN(NODE);
    if (record->node.len == 0) {
        record->node = COLUMN(NODE_ADDRESS);
    }
    record->user = COLUMN(USER);
    record->client = asactl_log_record_address(COLUMN(CLIENT));
    record->agent = COLUMN(AGENT);
    record->authenticated = record->user.len > 0 && record->status != 401;
#undef COLUMN
    return ASACTL_LOG_LINE_RECORD;
}
