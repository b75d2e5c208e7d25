/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of texts for HTML: no byte of a text means anything to a browser, and what a browser
 * shows is the text as a terminal would show it.
 */
#include <string.h>

#include <apr_strings.h>

#include "asactl/html_text.h"
#include "asactl/safe_text.h"
#include "core/utf8.h"
#include "t/fuzz/target.h"

/* The character of an entity that stands at text, and its length. */
static size_t decode(const char *text, char *out)
{
    static const struct {
        const char *entity;
        char character;
    } entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};

    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        if (strncmp(text, entities[i].entity, strlen(entities[i].entity)) == 0) {
            *out = entities[i].character;
            return strlen(entities[i].entity);
        }
    }
    check(*text != '&');
    *out = *text;
    return 1;
}

/* What a terminal would be shown, up to the bound. */
static const char *expected(apr_pool_t *pool, const char *text)
{
    char *out = apr_palloc(pool, ASACTL_HTML_TEXT_MAX + 2 * ASACTL_SAFE_TEXT_STEP), *at = out;

    for (; *text != '\0' && at - out < ASACTL_HTML_TEXT_MAX; at += strlen(at)) {
        text += asactl_safe_text_step(text, at);
    }
    strcpy(at, *text != '\0' ? "…" : "");
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    apr_pool_t *pool = make_pool();
    const char *text = apr_pstrmemdup(pool, (const char *)bytes, len), *out, *as_text;
    asactl_html_t *html = asactl_html_make(pool), *attribute = asactl_html_make(pool);
    size_t out_len, step;
    char *decoded, *at;

    asactl_html_text(html, text);
    out = asactl_html_bytes(html, &out_len);
    check(strlen(out) == out_len && strpbrk(out, "<>\"'") == NULL);
    for (size_t i = 0; i < out_len; i += step) {
        step = asa_utf8_next((const unsigned char *)out + i, out_len - i, NULL);
        check(step > 0 && (unsigned char)out[i] >= ' ' && out[i] != 0x7f);
    }
    decoded = at = apr_palloc(pool, out_len + 1);
    for (const char *from = out; *from != '\0'; at++) {
        from += decode(from, at);
    }
    *at = '\0';
    check(strcmp(decoded, expected(pool, text)) == 0);

    asactl_html_put(attribute, "<i title=\"%s\">", text);
    as_text = asactl_html_bytes(attribute, &out_len);
    check(strcmp(as_text, apr_pstrcat(pool, "<i title=\"", out, "\">", NULL)) == 0);
    apr_pool_destroy(pool);
    return 0;
}
