/* SPDX-License-Identifier: Apache-2.0
 *
 * Hostile text to log value, one character at a time.
 */
#include "core/log_field.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/utf8.h"

#define REPLACEMENT       0xfffd
#define LONGEST_CHARACTER 4

/* Characters that end a line or a value for at least one reader. */
static bool divides(uint32_t code, asa_log_field_rule_t rule)
{
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x2028 || code == 0x2029) {
        return true;
    }
    switch (code) {
    case ',':
        return rule != ASA_LOG_FIELD_TEXT;
    case '"':
        return rule == ASA_LOG_FIELD_NO_QUOTE || rule == ASA_LOG_FIELD_INFO;
    case ';':
    case '=':
        return rule == ASA_LOG_FIELD_INFO;
    default:
        return false;
    }
}

/* Takes one character off the text, and gives the one that stands for it in the log. */
static uint32_t next_character(const unsigned char **text, const unsigned char *end,
                               asa_log_field_rule_t rule)
{
    uint32_t code;
    size_t taken = asa_utf8_next(*text, (size_t)(end - *text), &code);

    if (taken == 0) {
        *text += 1;
        return REPLACEMENT;
    }
    *text += taken;
    return divides(code, rule) ? ' ' : code;
}

static const char *enclose(apr_pool_t *pool, const char *value, size_t len, size_t quotes)
{
    char *enclosed = apr_palloc(pool, len + quotes + 3);
    char *out = enclosed;

    *out++ = '"';
    for (size_t i = 0; i < len; i++) {
        if (value[i] == '"') {
            *out++ = '"';
        }
        *out++ = value[i];
    }
    *out++ = '"';
    *out = '\0';
    return enclosed;
}

const char *asa_log_field_clean(apr_pool_t *pool, const char *text, size_t len,
                                asa_log_field_rule_t rule, size_t limit)
{
    if (text == NULL || len == 0) {
        return "";
    }
    /* Nothing grows by more than a byte becoming U+FFFD, three bytes. */
    size_t room = len <= limit / 3 ? 3 * len : limit;
    char *value = apr_palloc(pool, room + 1);
    size_t used = 0;
    size_t quotes = 0;
    const unsigned char *next = (const unsigned char *)text;
    const unsigned char *end = next + len;

    while (next < end) {
        unsigned char character[LONGEST_CHARACTER];
        uint32_t code = next_character(&next, end, rule);
        size_t size = asa_utf8_put(code, character);

        if (size > room - used) {
            break;
        }
        memcpy(value + used, character, size);
        used += size;
        quotes += code == '"';
    }
    value[used] = '\0';
    return quotes > 0 && rule == ASA_LOG_FIELD_PLAIN ? enclose(pool, value, used, quotes) : value;
}
