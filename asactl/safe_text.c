/* SPDX-License-Identifier: Apache-2.0
 *
 * Escapes what a terminal would obey.
 */
#include "asactl/safe_text.h"

#include <stdbool.h>
#include <string.h>

#include "core/utf8.h"

/* C0, DEL, C1; line ends of Unicode; marks that turn the direction of what is shown; what takes no
 * room, so that two names would look like one. */
static const struct {
    uint32_t first, last;
} harmful[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},       {0xad, 0xad},       {0x034f, 0x034f},   {0x061c, 0x061c},
    {0x115f, 0x1160}, {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},   {0x2028, 0x202e},
    {0x2060, 0x206f}, {0x3164, 0x3164},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
    {0xfff0, 0xfffb}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

static bool is_harmful(uint32_t code)
{
    for (size_t i = 0; i < sizeof(harmful) / sizeof(harmful[0]) && code >= harmful[i].first; i++) {
        if (code <= harmful[i].last) {
            return true;
        }
    }
    return false;
}

static void put_escape(unsigned char byte, char *out)
{
    static const char digits[] = "0123456789abcdef";

    out[0] = '\\';
    out[1] = 'x';
    out[2] = digits[byte >> 4];
    out[3] = digits[byte & 15];
}

size_t asactl_safe_text_step(const char *text, char out[ASACTL_SAFE_TEXT_STEP])
{
    uint32_t code = 0;
    size_t len = asa_utf8_next((const unsigned char *)text, strnlen(text, 4), &code);
    size_t used = len == 0 ? 1 : len;

    if (len != 0 && !is_harmful(code)) {
        memcpy(out, text, len);
        out[len] = '\0';
        return len;
    }
    for (size_t i = 0; i < used; i++) {
        put_escape((unsigned char)text[i], out + 4 * i);
    }
    out[4 * used] = '\0';
    return used;
}

bool asactl_safe_text_is_formula(const char *text)
{
    static const char *const begins[] = {"=", "+", "-", "@", "＝", "＋", "－", "＠"};

    text += strspn(text, " ");
    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        if (strncmp(text, begins[i], strlen(begins[i])) == 0) {
            return true;
        }
    }
    return false;
}

size_t asactl_safe_text_width(const char *text)
{
    size_t width = 0;

    for (; *text != '\0'; text++) {
        width += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return width;
}
