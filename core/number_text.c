/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads numbers.
 */
#include "core/number_text.h"

#include <string.h>

static bool read_digits(const char *text, size_t len, unsigned base, uint64_t most, uint64_t *out)
{
    uint64_t value = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned digit = (unsigned)text[i] - '0';

        if (digit >= base || __builtin_mul_overflow(value, base, &value) ||
            __builtin_add_overflow(value, digit, &value) || value > most) {
            return false;
        }
    }
    if (len > 0) {
        *out = value;
    }
    return len > 0;
}

bool asa_number_text_read(const char *text, size_t len, uint64_t most, uint64_t *out)
{
    return read_digits(text, len, 10, most, out);
}

bool asa_number_text_octal(const char *text, size_t len, uint64_t most, uint64_t *out)
{
    return read_digits(text, len, 8, most, out);
}

size_t asa_number_text_span(const char *text)
{
    return strspn(text, "0123456789");
}
