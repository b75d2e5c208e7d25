/* SPDX-License-Identifier: Apache-2.0
 *
 * Quotes a word for the shell.
 */
#include "asactl/shell_word.h"

#include <string.h>

#include <apr_strings.h>

const char *asactl_shell_word(apr_pool_t *pool, const char *text)
{
    const char *out = "'";

    for (const char *quote; (quote = strchr(text, '\'')) != NULL; text = quote + 1) {
        out = apr_pstrcat(pool, out, apr_pstrmemdup(pool, text, (size_t)(quote - text)), "'\\''",
                          NULL);
    }
    return apr_pstrcat(pool, out, text, "'", NULL);
}
