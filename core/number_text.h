/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers as text: digits alone, without sign, blanks or another base's mark.
 *
 * Pure, any thread; nothing is allocated.
 */
#ifndef CORE_NUMBER_TEXT_H
#define CORE_NUMBER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The number that the len bytes spell, all of them digits; leading zeros do not count.  False:
 * there is no byte, one is no digit, or the number is above most; *out is then as it was. */
bool asa_number_text_read(const char *text, size_t len, uint64_t most, uint64_t *out);

/* The same in octal, as permissions are written. */
bool asa_number_text_octal(const char *text, size_t len, uint64_t most, uint64_t *out);

/* The digits at the beginning of a text, which ends with NUL. */
size_t asa_number_text_span(const char *text);

#endif
