/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target for directory_value: numbers and times are read whole or refused, and what is written
 * into a filter or a name comes out of it unchanged.
 *
 * The input's first byte chooses the function, the rest is the value.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>

#include "asactl/directory_value.h"

#define LONGEST_NUMBER 20

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* strtoll's opinion, of a text that it cannot misread. */
static void require_number(const unsigned char *bytes, size_t len)
{
    char text[LONGEST_NUMBER + 1] = "", written[LONGEST_NUMBER + 2];
    int64_t number;

    if (!asactl_directory_value_number(bytes, len, &number) || len > LONGEST_NUMBER) {
        return;
    }
    memcpy(text, bytes, len);
    require(strtoll(text, NULL, 10) == number);
    snprintf(written, sizeof written, "%" PRId64, number);
    require(asactl_directory_value_number((unsigned char *)written, strlen(written), &number));
}

/* Times are never negative; a refused one says nothing. */
static void require_times(const unsigned char *bytes, size_t len)
{
    apr_time_t time;

    if (asactl_directory_value_filetime(bytes, len, &time)) {
        require(time >= 0);
    }
    if (asactl_directory_value_time(bytes, len, &time)) {
        require(time >= 0 && bytes[len - 1] == 'Z');
    }
}

/* Takes the escapes out again; nothing else that means something may be left in it. */
static void require_harmless(const char *escaped, const char *text, const char *meaning)
{
    while (*escaped != '\0') {
        char hex[3] = "";
        unsigned char byte = (unsigned char)*escaped;

        if (*escaped == '\\') {
            memcpy(hex, escaped + 1, 2);
            require(strspn(hex, "0123456789abcdef") == 2);
            byte = (unsigned char)strtoul(hex, NULL, 16);
            escaped += 2;
        } else {
            require(strchr(meaning, *escaped) == NULL);
        }
        require(byte == (unsigned char)*text++);
        escaped++;
    }
    require(*text == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static apr_pool_t *pool;
    const char *text;

    if (pool == NULL) {
        require(apr_initialize() == APR_SUCCESS && apr_pool_create(&pool, NULL) == APR_SUCCESS);
    }
    if (size == 0) {
        return 0;
    }
    if (data[0] % 2 == 0) {
        require_number(data + 1, size - 1);
        require_times(data + 1, size - 1);
        return 0;
    }
    text = asactl_directory_value_text(pool, data + 1, size - 1);
    require((text == NULL) == (memchr(data + 1, '\0', size - 1) != NULL));
    if (text != NULL) {
        require(strlen(text) == size - 1);
        require_harmless(asactl_directory_value_filter(pool, text, false), text, "()*\n\x7f");
        require_harmless(asactl_directory_value_filter(pool, text, true), text, "()\n\x7f");
        require_harmless(asactl_directory_value_rdn(pool, text), text, "\"+,;<>=\n");
    }
    apr_pool_clear(pool);
    return 0;
}
