/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes an HTML document into memory: our own markup as it is, every other text escaped.
 *
 * Texts are hostile: nothing of them becomes an element, an attribute or an entity, neither in text
 * nor in an attribute in double quotes (the only kind that is to be written).  Bytes that are not
 * UTF-8, control characters and marks that turn the direction of a text are shown as \xHH.  A text
 * must not be written anywhere else: not into a style sheet, an address or a name of an element.
 *
 * One thread; the document lives in the pool given.
 */
#ifndef ASACTL_HTML_TEXT_H
#define ASACTL_HTML_TEXT_H

#include <stddef.h>

#include <apr_pools.h>

/* The most bytes of one text that are shown; "…" stands for the rest. */
#define ASACTL_HTML_TEXT_MAX 2048

typedef struct asactl_html_t asactl_html_t;

asactl_html_t *asactl_html_make(apr_pool_t *pool);

/* Our own markup: a constant, or what was made of numbers alone. */
void asactl_html_markup(asactl_html_t *html, const char *markup);

/* A text, escaped; nothing for NULL. */
void asactl_html_text(asactl_html_t *html, const char *text);

/* Markup in which every %s is a text, escaped as above, and %d, %zu and %llu are numbers; %% is a
 * percent sign.  Anything else after a percent sign ends the program: the format is a constant. */
void asactl_html_put(asactl_html_t *html, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What was written so far, terminated. */
const char *asactl_html_bytes(const asactl_html_t *html, size_t *len);

#endif
