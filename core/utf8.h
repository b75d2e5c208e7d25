/* SPDX-License-Identifier: Apache-2.0
 *
 * Which bytes are UTF-8 text (RFC 3629: shortest form, no surrogates, up to U+10FFFF), and UTF-16LE
 * rewritten as such text.
 *
 * Pure, any thread, no allocation.
 */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length of the well-formed character that starts at bytes, and its code point in *code (which may
 * be NULL); 0 when there is none. */
size_t asa_utf8_next(const unsigned char *bytes, size_t len, uint32_t *code);

/* Writes a code point (a Unicode scalar value) to out, which has room for 4 bytes; gives the
 * length. */
size_t asa_utf8_put(uint32_t code, unsigned char *out);

/* Writes UTF-16LE code units as a terminated string; out has room for 3 bytes per unit and one
 * more. False on an unpaired surrogate or a NUL. */
bool asa_utf8_from_utf16(const unsigned char *bytes, size_t units, char *out);

#endif
