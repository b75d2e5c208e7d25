/* SPDX-License-Identifier: Apache-2.0
 * Bytes as hexadecimal and base64 text, for the test programs only.
 *
 * The readers return malloc'ed memory that the caller frees, and end the program on bad text:
 * their input is written by the suites, never by a server.
 */
#ifndef T_LIB_TEXT_H
#define T_LIB_TEXT_H

#include <stddef.h>

void *text_from_hex(const char *text, size_t *length_out);
void *text_from_base64(const char *text, size_t *length_out);

/* Each prints one line. */
void text_print_hex(const void *data, size_t length);
void text_print_base64(const void *data, size_t length);

#endif
