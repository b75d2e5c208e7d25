/* SPDX-License-Identifier: Apache-2.0
 *
 * Measures how many letters apart two names are (Levenshtein), and lists the nearest.
 */
#include "asactl/nearest.h"

#include <string.h>

#include <apr_strings.h>

/* Longer texts are no mistyped names. */
#define LENGTH_MAX 48
#define SHOWN_MAX  3

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned distance(const char *from, const char *to)
{
    unsigned row[LENGTH_MAX + 1];
    size_t from_len = strlen(from), to_len = strlen(to);

    if (from_len > LENGTH_MAX || to_len > LENGTH_MAX) {
        return LENGTH_MAX;
    }
    for (size_t j = 0; j <= to_len; j++) {
        row[j] = (unsigned)j;
    }
    for (size_t i = 1; i <= from_len; i++) {
        unsigned diagonal = row[0];

        row[0] = (unsigned)i;
        for (size_t j = 1; j <= to_len; j++) {
            unsigned changed = diagonal + (from[i - 1] != to[j - 1]);

            diagonal = row[j];
            row[j] = least(changed, least(row[j - 1], row[j]) + 1);
        }
    }
    return row[to_len];
}

/* A third of the letters may be wrong, two at least. */
static unsigned tolerance(const char *typed)
{
    unsigned third = (unsigned)(strlen(typed) / 3);

    return third > 2 ? third : 2;
}

const char *asactl_nearest_question(apr_pool_t *pool, const char *prefix, const char *typed,
                                    const apr_array_header_t *names)
{
    const char *text = NULL;
    unsigned shown = 0;

    for (unsigned far = 0; far <= tolerance(typed); far++) {
        for (int i = 0; i < names->nelts && shown < SHOWN_MAX; i++) {
            const char *name = APR_ARRAY_IDX(names, i, const char *);

            if (distance(typed, name) == far && far < strlen(name)) {
                text = text == NULL ? apr_pstrcat(pool, prefix, name, NULL)
                                    : apr_pstrcat(pool, text, ", ", prefix, name, NULL);
                shown++;
            }
        }
    }
    return text == NULL ? NULL : apr_pstrcat(pool, "Did you mean ", text, "?", NULL);
}
