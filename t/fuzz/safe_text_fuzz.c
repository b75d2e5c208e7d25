/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of texts for a terminal: what comes out is UTF-8 without a control character, and
 * plain ASCII comes out as it was.
 */
#include <string.h>

#include <apr_strings.h>

#include "asactl/safe_text.h"
#include "core/utf8.h"
#include "t/fuzz/target.h"

static void check_shown(const char *shown)
{
    const unsigned char *at = (const unsigned char *)shown;
    size_t left = strlen(shown), step;
    uint32_t code;

    check(left > 0 && left < ASACTL_SAFE_TEXT_STEP);
    for (; left > 0; at += step, left -= step) {
        step = asa_utf8_next(at, left, &code);
        check(step > 0 && code >= 0x20 && code != 0x7f && (code < 0x80 || code >= 0xa0));
        /* bidirectional controls and line separators */
        check(code < 0x2028 || code > 0x202e);
        check(code < 0x2066 || code > 0x2069);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    apr_pool_t *pool = make_pool();
    const char *text = apr_pstrmemdup(pool, (const char *)bytes, len), *end = text + strlen(text);

    check(asactl_safe_text_width(text) <= 4 * strlen(text));
    while (*text != '\0') {
        char shown[ASACTL_SAFE_TEXT_STEP];
        size_t step = asactl_safe_text_step(text, shown);

        check(step > 0 && step <= (size_t)(end - text));
        check_shown(shown);
        if (*text >= ' ' && *text < 0x7f && *text != '\\') {
            check(step == 1 && shown[0] == *text && shown[1] == '\0');
        }
        text += step;
    }
    apr_pool_destroy(pool);
    return 0;
}
