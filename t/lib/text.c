/* SPDX-License-Identifier: Apache-2.0
 * Bytes as hexadecimal and base64 text, for the test programs only.
 */
#include "t/lib/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void *allocate(size_t length)
{
    void *memory = malloc(length + 1);

    if (memory == NULL)
        abort();
    return memory;
}

static void refuse(const char *what)
{
    fprintf(stderr, "not %s\n", what);
    exit(2);
}

void *text_from_hex(const char *text, size_t *length_out)
{
    size_t i, length = strlen(text) / 2;
    unsigned char *data = allocate(length);

    if (strspn(text, "0123456789abcdefABCDEF") != 2 * length || text[2 * length] != '\0')
        refuse("hexadecimal");
    for (i = 0; i < length; i++) {
        char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};
        data[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    *length_out = length;
    return data;
}

void *text_from_base64(const char *text, size_t *length_out)
{
    unsigned char *data = allocate(strlen(text));
    unsigned long bits = 0;
    size_t length = 0;
    int held = 0;

    for (; *text != '\0' && *text != '='; text++) {
        const char *place = strchr(alphabet, *text);
        if (place == NULL)
            refuse("base64");
        bits = (bits << 6 | (unsigned long)(place - alphabet)) & 0xffffff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            data[length++] = (unsigned char)(bits >> held);
        }
    }
    *length_out = length;
    return data;
}

void text_print_hex(const void *data, size_t length)
{
    const unsigned char *byte = data;

    while (length-- > 0)
        printf("%02x", *byte++);
    printf("\n");
}

void text_print_base64(const void *data, size_t length)
{
    const unsigned char *in = data;
    size_t i;

    for (i = 0; i < length; i += 3) {
        size_t left = length - i;
        unsigned long bits = (unsigned long)in[i] << 16;
        if (left > 1)
            bits |= (unsigned long)in[i + 1] << 8;
        if (left > 2)
            bits |= in[i + 2];
        printf("%c%c%c%c", alphabet[bits >> 18 & 63], alphabet[bits >> 12 & 63],
               left > 1 ? alphabet[bits >> 6 & 63] : '=', left > 2 ? alphabet[bits & 63] : '=');
    }
    printf("\n");
}
