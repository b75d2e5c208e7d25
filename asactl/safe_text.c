/* SPDX-License-Identifier: Apache-2.0
 *
 * Escapes what a terminal would obey.
 */
#include "asactl/safe_text.h"

#include <stdbool.h>
#include <string.h>

#include "core/utf8.h"

/* C0, DEL, C1; line ends of Unicode; marks that turn the direction of what is shown. */
static bool harmful(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 ||
           code == 0x061c || code == 0x200e || code == 0x200f ||
           (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
           code == 0xfeff;
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

    if (len != 0 && !harmful(code)) {
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

size_t asactl_safe_text_width(const char *text)
{
    size_t width = 0;

    for (; *text != '\0'; text++) {
        width += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return width;
}
