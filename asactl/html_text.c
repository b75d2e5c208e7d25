/* SPDX-License-Identifier: Apache-2.0
 *
 * Escapes what a browser would obey.
 */
#include "asactl/html_text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "asactl/safe_text.h"

#define ROOM_AT_FIRST 65536

struct asactl_html_t {
    apr_pool_t *pool;
    char *bytes;
    size_t len, room;
};

asactl_html_t *asactl_html_make(apr_pool_t *pool)
{
    asactl_html_t *html = apr_pcalloc(pool, sizeof *html);

    html->pool = pool;
    html->room = ROOM_AT_FIRST;
    html->bytes = apr_palloc(pool, html->room);
    html->bytes[0] = '\0';
    return html;
}

static void append(asactl_html_t *html, const char *bytes, size_t len)
{
    if (len >= html->room - html->len) {
        char *larger;

        html->room = 2 * (html->len + len) + 1;
        larger = apr_palloc(html->pool, html->room);
        memcpy(larger, html->bytes, html->len);
        html->bytes = larger;
    }
    memcpy(html->bytes + html->len, bytes, len);
    html->len += len;
    html->bytes[html->len] = '\0';
}

void asactl_html_markup(asactl_html_t *html, const char *markup)
{
    append(html, markup, strlen(markup));
}

/* The entity of a character that means something in text or in an attribute. */
static const char *entity(char character)
{
    switch (character) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void asactl_html_text(asactl_html_t *html, const char *text)
{
    size_t shown = 0;
    char piece[ASACTL_SAFE_TEXT_STEP];

    for (; text != NULL && *text != '\0'; shown += strlen(piece)) {
        const char *instead = entity(*text);

        if (shown >= ASACTL_HTML_TEXT_MAX) {
            asactl_html_markup(html, "…");
            return;
        }
        text += asactl_safe_text_step(text, piece);
        asactl_html_markup(html, instead != NULL ? instead : piece);
    }
}

/* One conversion, whose letters begin at format; gives how many they are. */
static size_t convert(asactl_html_t *html, const char *format, va_list *arguments)
{
    if (*format == 's') {
        asactl_html_text(html, va_arg(*arguments, const char *));
        return 1;
    }
    if (*format == 'd') {
        asactl_html_markup(html, apr_itoa(html->pool, va_arg(*arguments, int)));
        return 1;
    }
    if (strncmp(format, "zu", 2) == 0) {
        asactl_html_markup(html, apr_psprintf(html->pool, "%" APR_SIZE_T_FMT,
                                              (apr_size_t)va_arg(*arguments, size_t)));
        return 2;
    }
    if (strncmp(format, "llu", 3) == 0) {
        asactl_html_markup(html,
                           apr_psprintf(html->pool, "%" APR_UINT64_T_FMT,
                                        (apr_uint64_t)va_arg(*arguments, unsigned long long)));
        return 3;
    }
    if (*format == '%') {
        asactl_html_markup(html, "%");
        return 1;
    }
    abort();
}

void asactl_html_put(asactl_html_t *html, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    while (*format != '\0') {
        size_t plain = strcspn(format, "%");

        append(html, format, plain);
        format += plain;
        if (*format == '%') {
            format++;
            format += convert(html, format, &arguments);
        }
    }
    va_end(arguments);
}

const char *asactl_html_bytes(const asactl_html_t *html, size_t *len)
{
    *len = html->len;
    return html->bytes;
}
