/* SPDX-License-Identifier: Apache-2.0
 *
 * Which bytes of a text may reach a terminal, and how the others are shown.
 *
 * Pure, any thread.
 */
#ifndef ASACTL_SAFE_TEXT_H
#define ASACTL_SAFE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* The room that one step needs at most. */
#define ASACTL_SAFE_TEXT_STEP 20

/* Writes the next character of text (not at its end) to out, as it is or as \xHH for each of its
 * bytes, terminated; gives how many bytes of text that was. */
size_t asactl_safe_text_step(const char *text, char out[ASACTL_SAFE_TEXT_STEP]);

/* Whether a spreadsheet that finds this at the begin of a cell would run it: = + - @, also behind
 * spaces or in their wide forms, as East Asian ones take them. */
bool asactl_safe_text_is_formula(const char *text);

/* How many places a safe text takes, one for a character. */
size_t asactl_safe_text_width(const char *text);

#endif
