/* SPDX-License-Identifier: Apache-2.0
 *
 * Head, line and file name of the HttpProxy log.
 */
#include "core/httpproxy_record.h"

#include <string.h>

#include <apr_cstr.h>
#include <apr_strings.h>

#include "core/number_text.h"
#include "core/time_text.h"

#define VERSION_MAJOR    15
#define VERSION_MINOR    2
#define VERSION_BUILD    1544
#define VERSION_REVISION 4

#define BOM  "\xef\xbb\xbf"
#define CRLF "\r\n"

#define FILE_NAME_STEM  "HttpProxy_"
#define FILE_NAME_HOUR  10 /* digits: yyyyMMddHH */
#define FILE_NUMBER_MAX 999999999
#define FILE_NAME_SIZE  64

void asa_httpproxy_record_init(asa_httpproxy_record_t *record)
{
    *record = (asa_httpproxy_record_t){
        .request_bytes = -1,
        .response_bytes = -1,
        .client_req_stream = -1,
        .backend_req_init = -1,
        .backend_req_stream = -1,
        .backend_processing = -1,
        .backend_resp_init = -1,
        .backend_resp_stream = -1,
        .client_resp_stream = -1,
        .kerberos_auth_header = -1,
        .proxy_time = -1,
        .version_major = VERSION_MAJOR,
        .version_minor = VERSION_MINOR,
        .version_build = VERSION_BUILD,
        .version_revision = VERSION_REVISION,
    };
}

/* Joins 74 values with commas, CRLF at the end. */
static const char *join(apr_pool_t *pool, const char *const *values, size_t *len_out)
{
    size_t lens[ASA_HTTPPROXY_COLUMNS];
    size_t len = strlen(CRLF);
    char *line;
    char *out;

    for (size_t i = 0; i < ASA_HTTPPROXY_COLUMNS; i++) {
        lens[i] = strlen(values[i]);
        len += lens[i] + (i > 0);
    }
    line = out = apr_palloc(pool, len + 1);
    for (size_t i = 0; i < ASA_HTTPPROXY_COLUMNS; i++) {
        if (i > 0) {
            *out++ = ',';
        }
        memcpy(out, values[i], lens[i]);
        out += lens[i];
    }
    memcpy(out, CRLF, sizeof(CRLF));
    *len_out = len;
    return line;
}

const char *asa_httpproxy_record_head(apr_pool_t *pool, apr_time_t created, size_t *len_out)
{
    const char *names[ASA_HTTPPROXY_COLUMNS];
    asa_httpproxy_record_t record;
    const char *row;
    const char *date;
    const char *head;

    for (size_t i = 0; i < ASA_HTTPPROXY_COLUMNS; i++) {
        names[i] = asa_httpproxy_columns_name(i);
    }
    row = join(pool, names, len_out);
    asa_httpproxy_record_init(&record);
    record.end = created;
    asa_httpproxy_columns_values(pool, &record, 0, 1, &date);
    head = apr_psprintf(
        pool,
        BOM "%s"
            "#Software: Microsoft Exchange Server" CRLF "#Version: %02d.%02d.%04d.%03d" CRLF
            "#Log-type: HttpProxy Logs" CRLF "#Date: %s" CRLF "#Fields: %s",
        row, VERSION_MAJOR, VERSION_MINOR, VERSION_BUILD, VERSION_REVISION, date, row);
    *len_out = strlen(head);
    return head;
}

const char *asa_httpproxy_record_line(apr_pool_t *pool, const asa_httpproxy_record_t *record,
                                      size_t *len_out)
{
    const char *values[ASA_HTTPPROXY_COLUMNS];

    asa_httpproxy_columns_values(pool, record, 0, ASA_HTTPPROXY_COLUMNS, values);
    return join(pool, values, len_out);
}

const char *asa_httpproxy_record_value(apr_pool_t *pool, const asa_httpproxy_record_t *record,
                                       const char *column)
{
    for (size_t i = 0; i < ASA_HTTPPROXY_COLUMNS; i++) {
        if (apr_cstr_casecmp(asa_httpproxy_columns_name(i), column) == 0) {
            const char *value;

            asa_httpproxy_columns_values(pool, record, i, 1, &value);
            return value;
        }
    }
    return NULL;
}

static void print_file_name(char *name, size_t room, apr_time_t when, unsigned number)
{
    apr_time_exp_t utc;

    apr_time_exp_gmt(&utc, when);
    apr_snprintf(name, room, FILE_NAME_STEM "%04d%02d%02d%02d-%u.LOG", utc.tm_year + 1900,
                 utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, number);
}

const char *asa_httpproxy_record_file_name(apr_pool_t *pool, apr_time_t when, unsigned number)
{
    char name[FILE_NAME_SIZE];

    print_file_name(name, sizeof(name), when, number);
    return apr_pstrdup(pool, name);
}

bool asa_httpproxy_record_parse_file_name(const char *name, apr_time_t *hour_out,
                                          unsigned *number_out)
{
    const char *hour = name + strlen(FILE_NAME_STEM), *number;
    char iso[sizeof "2026-11-26T19:00:00"], again[FILE_NAME_SIZE];
    uint64_t value;

    if (strncmp(name, FILE_NAME_STEM, strlen(FILE_NAME_STEM)) != 0 ||
        asa_number_text_span(hour) != FILE_NAME_HOUR || hour[FILE_NAME_HOUR] != '-') {
        return false;
    }
    apr_snprintf(iso, sizeof iso, "%.4s-%.2s-%.2sT%.2s:00:00", hour, hour + 4, hour + 6, hour + 8);
    number = hour + FILE_NAME_HOUR + 1;
    if (!asa_time_text_read(iso, strlen(iso), hour_out) ||
        !asa_number_text_read(number, asa_number_text_span(number), FILE_NUMBER_MAX, &value) ||
        value == 0) {
        return false;
    }
    *number_out = (unsigned)value;
    /* A number with zeros before it, or another ending, would be spelled differently. */
    print_file_name(again, sizeof(again), *hour_out, *number_out);
    return strcmp(name, again) == 0;
}
