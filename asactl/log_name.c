/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes texts of logs safe to show.
 */
#include "asactl/log_name.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/log_table.h"
#include "asactl/safe_text.h"

/* The next step of what stands at at, a terminated copy with the NULs of the log in it. */
static size_t step(const char *at, const char *end, char piece[ASACTL_SAFE_TEXT_STEP])
{
    if (at[0] == '\0') {
        memcpy(piece, "\\x00", sizeof "\\x00");
        return 1;
    }
    if (at[0] == '"' && at + 1 < end && at[1] == '"') {
        memcpy(piece, "\"", sizeof "\"");
        return 2;
    }
    return asactl_safe_text_step(at, piece);
}

const char *asactl_log_name(apr_pool_t *pool, asactl_log_text_t text)
{
    size_t len = text.len < ASACTL_LOG_KEY_MAX ? text.len : ASACTL_LOG_KEY_MAX, used = 0;
    char copy[ASACTL_LOG_KEY_MAX + 1];
    char shown[ASACTL_LOG_KEY_MAX * strlen("\\xHH") + sizeof "…"];
    char piece[ASACTL_SAFE_TEXT_STEP];

    if (len == 0) {
        return "";
    }
    memcpy(copy, text.at, len);
    copy[len] = '\0';
    for (const char *at = copy; at < copy + len;) {
        at += step(at, copy + len, piece);
        memcpy(shown + used, piece, strlen(piece));
        used += strlen(piece);
    }
    if (text.len > len) {
        memcpy(shown + used, "…", strlen("…"));
        used += strlen("…");
    }
    return apr_pstrmemdup(pool, shown, used);
}

const char *asactl_log_number(apr_pool_t *pool, unsigned long long count)
{
    char text[32]; /* filled from its end */
    size_t at = sizeof text, digits = 0;

    text[--at] = '\0';
    do {
        if (digits > 0 && digits % 3 == 0) {
            text[--at] = ',';
        }
        text[--at] = (char)('0' + count % 10);
        count /= 10;
        digits++;
    } while (count > 0);
    return apr_pstrdup(pool, text + at);
}
