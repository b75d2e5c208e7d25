/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target for dns: an answer is read or refused, and what is taken out of it can stand in a
 * text and in a service principal name.
 */
#include <string.h>

#include "asactl/dns.h"
#include "t/fuzz/target.h"

static void check_texts(const apr_array_header_t *list, const char *characters)
{
    for (int i = 0; i < list->nelts; i++) {
        const char *text = APR_ARRAY_IDX(list, i, const char *);

        check(text[0] != '\0' && text[strspn(text, characters)] == '\0');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char host[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    apr_pool_t *pool = make_pool();
    asactl_dns_answer_t answer;

    asactl_dns_begin(pool, &answer);
    (void)asactl_dns_read(pool, bytes, len, &answer);
    check_texts(answer.addresses, "0123456789abcdef:.");
    check_texts(answer.names, host);
    check(answer.canonical == NULL || answer.canonical[strspn(answer.canonical, host)] == '\0');
    apr_pool_destroy(pool);
    return 0;
}
