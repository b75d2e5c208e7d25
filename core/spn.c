/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks and compares service principal names.
 */
#include "core/spn.h"

#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#define SHOWN_MAX 8 /* a log line is to be read, and is made for every client that is refused */

const char *asa_spn_defect(const char *text)
{
    const char *slash = strchr(text, '/');

    if (slash != NULL && memchr(text, ':', (size_t)(slash - text)) != NULL) {
        return "it must be class/host, e.g. http/mail.corp.tailspintoys.com, and not a URL";
    }
    if (slash == NULL || slash == text || slash[1] == '\0' || slash[1] == '/') {
        return "it must be class/host, e.g. http/mail.corp.tailspintoys.com";
    }
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '@') {
            return "it must not carry a realm";
        }
        if (apr_iscntrl(*c) || apr_isspace(*c) || *c == ',' || *c == '*' || *c == '?' ||
            *c == '\\') {
            return "it must not hold white space, control characters, ',', '*', '?' or '\\'";
        }
    }
    return NULL;
}

/* '*' stands for any run within one component and '?' for one character of it, and nothing else has
 * a meaning: '[' is part of an IPv6 address, '\\' of an escaped name.  Only the last '*' is ever
 * tried again, which is enough because '*' cannot step over what stops an earlier one. */
static bool matches(const char *pattern, const char *spn)
{
    const char *star = NULL, *resume = NULL;

    while (*spn != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            resume = spn;
        } else if (*pattern != '\0' && ((*pattern == '?' && *spn != '/') ||
                                        apr_tolower(*pattern) == apr_tolower(*spn))) {
            pattern++;
            spn++;
        } else if (star != NULL && *resume != '/') {
            pattern = star;
            spn = ++resume;
        } else {
            return false;
        }
    }
    pattern += strspn(pattern, "*");
    return *pattern == '\0';
}

bool asa_spn_allowed(const asa_spn_rule_t *rule, const char *spn)
{
    if (rule->any) {
        return true;
    }
    for (size_t i = 0; spn != NULL && i < rule->count; i++) {
        if (matches(rule->names[i], spn)) {
            return true;
        }
    }
    return false;
}

const char *asa_spn_describe(apr_pool_t *pool, const asa_spn_rule_t *rule)
{
    const char *text = "";

    if (rule->any) {
        return "any";
    }
    for (size_t i = 0; i < rule->count && i < SHOWN_MAX; i++) {
        text = apr_pstrcat(pool, text, i == 0 ? "" : ", ", rule->names[i], NULL);
    }
    if (rule->count > SHOWN_MAX) {
        text =
            apr_psprintf(pool, "%s, and %lu more", text, (unsigned long)(rule->count - SHOWN_MAX));
    }
    return *text == '\0' ? "none" : text;
}
