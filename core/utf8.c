/* SPDX-License-Identifier: Apache-2.0
 *
 * UTF-8: one character in, one character out, and text from UTF-16.
 */
#include "core/utf8.h"

/* First byte of a sequence: its length, the bits that it gives and the smallest code point that
 * needs this length. */
static const struct {
    unsigned char mask;
    unsigned char lead;
    unsigned char bits;
    uint32_t least;
} forms[] = {
    {0x80, 0x00, 0x7f, 0},
    {0xe0, 0xc0, 0x1f, 0x80},
    {0xf0, 0xe0, 0x0f, 0x800},
    {0xf8, 0xf0, 0x07, 0x10000},
};

static bool is_scalar(uint32_t code)
{
    return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

size_t asa_utf8_next(const unsigned char *bytes, size_t len, uint32_t *code)
{
    for (size_t form = 0; form < sizeof(forms) / sizeof(forms[0]); form++) {
        if (len <= form || (bytes[0] & forms[form].mask) != forms[form].lead) {
            continue;
        }
        uint32_t value = bytes[0] & forms[form].bits;
        for (size_t i = 1; i <= form; i++) {
            if ((bytes[i] & 0xc0) != 0x80) {
                return 0;
            }
            value = value << 6 | (bytes[i] & 0x3fU);
        }
        if (value < forms[form].least || !is_scalar(value)) {
            return 0;
        }
        if (code != NULL) {
            *code = value;
        }
        return form + 1;
    }
    return 0;
}

size_t asa_utf8_put(uint32_t code, unsigned char *out)
{
    size_t form = sizeof(forms) / sizeof(forms[0]) - 1;

    while (form > 0 && code < forms[form].least) {
        form--;
    }
    for (size_t i = form; i > 0; i--) {
        out[i] = (unsigned char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (unsigned char)(forms[form].lead | code);
    return form + 1;
}

static uint32_t read_unit(const unsigned char *bytes)
{
    return (uint32_t)(bytes[0] | bytes[1] << 8);
}

bool asa_utf8_from_utf16(const unsigned char *bytes, size_t units, char *out)
{
    for (size_t i = 0; i < units; i++) {
        uint32_t code = read_unit(bytes + 2 * i);
        if (code >= 0xd800 && code < 0xdc00 && i + 1 < units) {
            uint32_t low = read_unit(bytes + 2 * ++i);
            if (low < 0xdc00 || low > 0xdfff) {
                return false;
            }
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
        if (code == 0 || !is_scalar(code)) {
            return false;
        }
        out += asa_utf8_put(code, (unsigned char *)out);
    }
    *out = '\0';
    return true;
}
