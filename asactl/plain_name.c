/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes any text with the characters that every tool takes in a file name.
 */
#include "asactl/plain_name.h"

#include <ctype.h>
#include <string.h>

#include <apr_strings.h>

const char *asactl_plain_name(apr_pool_t *pool, const char *text)
{
    char *name = apr_palloc(pool, 3 * strlen(text) + 1), *end = name;

    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x80 && (isalnum(c) || c == '-')) {
            *end++ = (char)tolower(c);
        } else {
            apr_snprintf(end, 4, "_%02x", c);
            end += 3;
        }
    }
    *end = '\0';
    return name;
}
