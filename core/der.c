/* SPDX-License-Identifier: Apache-2.0
 *
 * Strict DER: takes one element after the other and refuses every other encoding of it.
 */
#include "core/der.h"

/* Three length bytes reach 16 MiB, more than any message that is read here. */
#define LENGTH_BYTES_MAX 3

bool asa_der_is(const asa_der_t *in, unsigned char tag)
{
    return in->left > 0 && in->at[0] == tag;
}

/* The length octets after the tag: their number, or 0 for a form that DER does not allow. */
static size_t read_length(const asa_der_t *in, size_t *length)
{
    if (in->left < 2) {
        return 0;
    }
    if (in->at[1] < 0x80) {
        *length = in->at[1];
        return 1;
    }
    size_t count = in->at[1] & 0x7f;
    if (count == 0 || count > LENGTH_BYTES_MAX || in->left < 2 + count) {
        return 0;
    }
    size_t value = 0;
    for (size_t i = 0; i < count; i++) {
        value = value << 8 | in->at[2 + i];
    }
    /* minimal: no leading zero byte, and no long form where the short one would do */
    if (in->at[2] == 0 || value < 0x80) {
        return 0;
    }
    *length = value;
    return 1 + count;
}

bool asa_der_take(asa_der_t *in, unsigned char tag, asa_der_t *contents)
{
    size_t length = 0;

    if (!asa_der_is(in, tag)) {
        return false;
    }
    size_t length_bytes = read_length(in, &length);
    if (length_bytes == 0 || length > in->left - 1 - length_bytes) {
        return false;
    }
    const unsigned char *value = in->at + 1 + length_bytes;
    in->left -= 1 + length_bytes + length;
    in->at = value + length;
    contents->at = value;
    contents->left = length;
    return true;
}

bool asa_der_take_explicit(asa_der_t *in, unsigned char outer, unsigned char inner,
                           asa_der_t *contents)
{
    asa_der_t rest = *in;
    asa_der_t field;
    asa_der_t value;

    if (!asa_der_take(&rest, outer, &field) || !asa_der_take(&field, inner, &value) ||
        field.left != 0) {
        return false;
    }
    *in = rest;
    *contents = value;
    return true;
}

bool asa_der_take_integer(asa_der_t *in, unsigned char outer, int64_t low, int64_t high,
                          int64_t *value)
{
    asa_der_t rest = *in;
    asa_der_t bytes;

    if (!asa_der_take_explicit(&rest, outer, ASA_DER_INTEGER, &bytes) || bytes.left == 0 ||
        bytes.left > sizeof(*value)) {
        return false;
    }
    bool negative = (bytes.at[0] & 0x80) != 0;
    if (bytes.left > 1 && bytes.at[0] == (negative ? 0xff : 0) &&
        ((bytes.at[1] & 0x80) != 0) == negative) {
        return false; /* nine equal leading bits: not the shortest form */
    }
    uint64_t bits = negative ? UINT64_MAX : 0;
    for (size_t i = 0; i < bytes.left; i++) {
        bits = bits << 8 | bytes.at[i];
    }
    int64_t number = (int64_t)bits;
    if (number < low || number > high) {
        return false;
    }
    *value = number;
    *in = rest;
    return true;
}
