/* SPDX-License-Identifier: Apache-2.0
 *
 * Splits lines of a head.
 */
#include "asactl/http_header.h"

#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "core/number_text.h"

static size_t without_end(const char *line, size_t len)
{
    if (len > 0 && line[len - 1] == '\n') {
        len--;
        len -= len > 0 && line[len - 1] == '\r' ? 1 : 0;
    }
    return len;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* RFC 9110 section 5.6.2 */
static bool is_token_byte(char byte)
{
    return apr_isalnum(byte) || (byte != '\0' && strchr("!#$%&'*+-.^_`|~", byte) != NULL);
}

static bool has_control(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (((unsigned char)text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7f) {
            return true;
        }
    }
    return false;
}

bool asactl_http_header_read(apr_pool_t *pool, const char *line, size_t len, const char **name,
                             const char **value)
{
    size_t at = 0, end = without_end(line, len);

    while (at < end && is_token_byte(line[at])) {
        at++;
    }
    if (at == 0 || at == end || line[at] != ':') {
        return false;
    }
    *name = apr_pstrmemdup(pool, line, at++);
    while (at < end && is_blank(line[at])) {
        at++;
    }
    while (end > at && is_blank(line[end - 1])) {
        end--;
    }
    *value = apr_pstrmemdup(pool, line + at, end - at);
    return !has_control(line + at, end - at);
}

int asactl_http_header_status(const char *line, size_t len)
{
    size_t at = 5;
    uint64_t status;

    if (len < at || strncmp(line, "HTTP/", at) != 0) {
        return 0;
    }
    while (at < len && line[at] != ' ') {
        at++;
    }
    if (len - at < 4 || (len - at > 4 && apr_isalnum(line[at + 4]))) {
        return 0;
    }
    return asa_number_text_read(line + at + 1, 3, 999, &status) && status >= 100 ? (int)status : 0;
}

bool asactl_http_header_ends(const char *line, size_t len)
{
    return without_end(line, len) == 0;
}
