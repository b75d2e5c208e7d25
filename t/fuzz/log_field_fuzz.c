/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target for log_field: whatever the text, the value keeps what the log's readers rely on.
 *
 * The input's first byte chooses the rule, the next two the limit, the rest is the text.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>

#include "core/log_field.h"

#define PREFIX            3
#define LONGEST_CHARACTER 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Well-formed sequences as RFC 3629 section 4 spells them out (UTF8-2 to UTF8-4); gives the length.
 * A second opinion, so it shares nothing with core/utf8.c. */
static size_t character(const unsigned char *at)
{
    static const struct {
        unsigned char lead[2], second[2];
        size_t len;
    } forms[] = {
        {{0x00, 0x7f}, {0x00, 0xff}, 1}, {{0xc2, 0xdf}, {0x80, 0xbf}, 2},
        {{0xe0, 0xe0}, {0xa0, 0xbf}, 3}, {{0xe1, 0xec}, {0x80, 0xbf}, 3},
        {{0xed, 0xed}, {0x80, 0x9f}, 3}, {{0xee, 0xef}, {0x80, 0xbf}, 3},
        {{0xf0, 0xf0}, {0x90, 0xbf}, 4}, {{0xf1, 0xf3}, {0x80, 0xbf}, 4},
        {{0xf4, 0xf4}, {0x80, 0x8f}, 4},
    };

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        size_t len = forms[i].len;

        if (at[0] < forms[i].lead[0] || at[0] > forms[i].lead[1]) {
            continue;
        }
        /* The text ends with NUL, which is no continuation: nothing is read past it. */
        require(len < 2 || (at[1] >= forms[i].second[0] && at[1] <= forms[i].second[1]));
        require(len < 3 || (at[2] & 0xc0) == 0x80);
        require(len < 4 || (at[3] & 0xc0) == 0x80);
        return len;
    }
    abort();
}

static void require_safe(const char *text, asa_log_field_rule_t rule)
{
    const unsigned char *at = (const unsigned char *)text;

    while (*at != '\0') {
        require(*at >= 0x20 && *at != 0x7f);
        require(rule == ASA_LOG_FIELD_TEXT || *at != ',');
        require(!(at[0] == 0xc2 && at[1] < 0xa0));
        require(!(at[0] == 0xe2 && at[1] == 0x80 && (at[2] == 0xa8 || at[2] == 0xa9)));
        require(rule == ASA_LOG_FIELD_PLAIN || rule == ASA_LOG_FIELD_TEXT || *at != '"');
        require(rule != ASA_LOG_FIELD_INFO || (*at != ';' && *at != '='));
        at += character(at);
    }
}

/* What a reader of RFC 4180 takes the value to be, if it is one for the log; the caller frees it.
 */
static char *read_value(const char *value, asa_log_field_rule_t rule)
{
    size_t len = strlen(value);
    char *text = malloc(len + 1);
    char *out = text;

    require(text != NULL);
    if (rule == ASA_LOG_FIELD_TEXT) {
        return strcpy(text, value);
    }
    if (value[0] != '"') {
        require(strchr(value, '"') == NULL);
        return strcpy(text, value);
    }
    require(len >= 2 && value[len - 1] == '"');
    for (const char *at = value + 1; at < value + len - 1; at++) {
        if (*at == '"') {
            at++;
            require(at < value + len - 1 && *at == '"');
        }
        *out++ = *at;
    }
    *out = '\0';
    require(strchr(text, '"') != NULL);
    return text;
}

/* The value is as much of the whole text's as the limit allows. */
static void require_whole_or_full(apr_pool_t *pool, const char *cut, const char *bytes, size_t len,
                                  asa_log_field_rule_t rule, size_t limit)
{
    char *whole = read_value(asa_log_field_clean(pool, bytes, len, rule, 3 * len), rule);

    require(strncmp(whole, cut, strlen(cut)) == 0);
    require(strlen(whole) == strlen(cut) || strlen(cut) + LONGEST_CHARACTER > limit);
    free(whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static apr_pool_t *pool;
    const char *bytes = (const char *)data + PREFIX;
    asa_log_field_rule_t rule;
    size_t limit;
    const char *value;
    char *text;

    if (pool == NULL) {
        require(apr_initialize() == APR_SUCCESS && apr_pool_create(&pool, NULL) == APR_SUCCESS);
    }
    if (size < PREFIX) {
        return 0;
    }
    rule = (asa_log_field_rule_t)(data[0] % 4);
    limit = data[1] + 256U * (data[2] % 16U);
    value = asa_log_field_clean(pool, bytes, size - PREFIX, rule, limit);
    text = read_value(value, rule);
    require(strlen(text) <= limit);
    require_safe(text, rule);
    /* What is safe stays as it is, so cleaning twice changes nothing. */
    require(strcmp(asa_log_field_clean(pool, text, strlen(text), rule, limit), value) == 0);
    require_whole_or_full(pool, text, bytes, size - PREFIX, rule, limit);
    free(text);
    apr_pool_clear(pool);
    return 0;
}
