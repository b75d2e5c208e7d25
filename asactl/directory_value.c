/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads and writes single values.
 */
#include "asactl/directory_value.h"

#include <string.h>

#include <apr_strings.h>

#define TICKS_PER_USEC   10
#define EPOCH_1601_USECS INT64_C(11644473600000000)
#define STAMP_DIGITS     14 /* YYYYMMDDHHMMSS */

const char *asactl_directory_value_text(apr_pool_t *pool, const unsigned char *bytes, size_t len)
{
    if (memchr(bytes, '\0', len) != NULL) {
        return NULL;
    }
    return apr_pstrmemdup(pool, (const char *)bytes, len);
}

bool asactl_directory_value_number(const unsigned char *bytes, size_t len, int64_t *out)
{
    bool negative = len > 0 && bytes[0] == '-';
    int64_t number = 0;

    if (len == (negative ? 1U : 0U)) {
        return false;
    }
    for (size_t i = negative ? 1 : 0; i < len; i++) {
        int value = bytes[i] - '0';

        if (value < 0 || value > 9 || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_sub_overflow(number, value, &number)) {
            return false;
        }
    }
    /* Counted downwards, as the smallest number has no positive twin. */
    if (!negative && __builtin_sub_overflow(0, number, &number)) {
        return false;
    }
    *out = number;
    return true;
}

bool asactl_directory_value_filetime(const unsigned char *bytes, size_t len, apr_time_t *out)
{
    int64_t ticks;

    if (!asactl_directory_value_number(bytes, len, &ticks) || ticks < 0) {
        return false;
    }
    *out = ticks == INT64_MAX ? 0 : ticks / TICKS_PER_USEC - EPOCH_1601_USECS;
    if (*out < 0) {
        *out = 0;
    }
    return true;
}

static bool digits(const unsigned char *bytes, int count, int *out)
{
    *out = 0;
    for (int i = 0; i < count; i++) {
        if (bytes[i] < '0' || bytes[i] > '9') {
            return false;
        }
        *out = *out * 10 + bytes[i] - '0';
    }
    return true;
}

/* Nothing behind the seconds but a fraction and the Z of UTC. */
static bool ends_as_utc(const unsigned char *bytes, size_t len)
{
    size_t i = 0;

    if (i < len && bytes[i] == '.') {
        do {
            i++;
        } while (i < len && bytes[i] >= '0' && bytes[i] <= '9');
        if (i == 1) {
            return false;
        }
    }
    return i + 1 == len && bytes[i] == 'Z';
}

bool asactl_directory_value_time(const unsigned char *bytes, size_t len, apr_time_t *out)
{
    apr_time_exp_t parts = {0};
    int year, month;

    if (len < STAMP_DIGITS || !digits(bytes, 4, &year) || !digits(bytes + 4, 2, &month) ||
        !digits(bytes + 6, 2, &parts.tm_mday) || !digits(bytes + 8, 2, &parts.tm_hour) ||
        !digits(bytes + 10, 2, &parts.tm_min) || !digits(bytes + 12, 2, &parts.tm_sec) ||
        !ends_as_utc(bytes + STAMP_DIGITS, len - STAMP_DIGITS)) {
        return false;
    }
    if (year < 1970 || month < 1 || month > 12 || parts.tm_mday < 1 || parts.tm_mday > 31 ||
        parts.tm_hour > 23 || parts.tm_min > 59 || parts.tm_sec > 60) {
        return false;
    }
    parts.tm_year = year - 1900;
    parts.tm_mon = month - 1;
    return apr_time_exp_gmt_get(out, &parts) == APR_SUCCESS;
}

static char *put_hex(char *out, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";

    *out++ = '\\';
    *out++ = hex[byte >> 4];
    *out++ = hex[byte & 15];
    return out;
}

const char *asactl_directory_value_filter(apr_pool_t *pool, const char *text, bool wildcards)
{
    char *escaped = apr_palloc(pool, 3 * strlen(text) + 1), *out = escaped;

    for (; *text != '\0'; text++) {
        if (strchr("()\\", *text) != NULL || (*text == '*' && !wildcards) ||
            (unsigned char)*text < ' ' || (unsigned char)*text >= 0x7f) {
            out = put_hex(out, (unsigned char)*text);
        } else {
            *out++ = *text;
        }
    }
    *out = '\0';
    return escaped;
}

const char *asactl_directory_value_rdn(apr_pool_t *pool, const char *text)
{
    char *escaped = apr_palloc(pool, 3 * strlen(text) + 1), *out = escaped;

    for (const char *at = text; *at != '\0'; at++) {
        bool edge = at == text ? *at == ' ' || *at == '#' : at[1] == '\0' && *at == ' ';

        if (edge || strchr("\"+,;<>\\=", *at) != NULL || (unsigned char)*at < ' ') {
            out = put_hex(out, (unsigned char)*at);
        } else {
            *out++ = *at;
        }
    }
    *out = '\0';
    return escaped;
}
