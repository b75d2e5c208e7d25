/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of the lines of an answer's head: a name and a value hold no control character, and
 * come out of what they were put together to again.
 */
#include <string.h>

#include <apr_strings.h>

#include "asactl/http_header.h"
#include "core/negotiate.h"
#include "t/fuzz/target.h"

static void read_line(apr_pool_t *pool, const char *line, size_t len)
{
    const char *name, *value, *again_name, *again_value, *again;
    int status = asactl_http_header_status(line, len);
    asa_authorization_t token;

    check(status == 0 || (status >= 100 && status <= 999));
    check(status == 0 || !asactl_http_header_ends(line, len));
    if (!asactl_http_header_read(pool, line, len, &name, &value)) {
        return;
    }
    check(!asactl_http_header_ends(line, len));
    check(strpbrk(name, ": \t\r\n") == NULL && *name != '\0');
    check(*value != ' ');
    for (const char *at = value; *at != '\0'; at++) {
        check((unsigned char)*at >= 0x20 || *at == '\t');
    }
    again = apr_pstrcat(pool, name, ": ", value, "\r\n", NULL);
    check(asactl_http_header_read(pool, again, strlen(again), &again_name, &again_value));
    check(strcmp(name, again_name) == 0 && strcmp(value, again_value) == 0);
    asa_negotiate_read(pool, value, &token);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    apr_pool_t *pool = make_pool();
    char *line = apr_pmemdup(pool, len > 0 ? bytes : (const uint8_t *)"", len);

    read_line(pool, line, len);
    apr_pool_destroy(pool);
    return 0;
}
