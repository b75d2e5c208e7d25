/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of audit lines: what is told of a denial is bounded and harmless, and no more than 16
 * are.
 */
#include <string.h>

#include "asactl/node_denial.h"
#include "t/fuzz/target.h"

static void check_text(const char *text)
{
    if (text == NULL) {
        return;
    }
    check(strlen(text) <= 1024);
    for (; *text != '\0'; text++) {
        check((unsigned char)*text >= ' ' && *text != 0x7f);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const asactl_node_denial_scope_t scope = {.keytab = "/etc/apache2/asa.keytab"};
    apr_pool_t *pool = make_pool();
    const apr_array_header_t *list;
    long count = 0;

    asactl_node_denial_list(pool, (const char *)bytes, len, &scope, &list);
    check(list->nelts <= 16);
    for (int i = 0; i < list->nelts; i++) {
        const asactl_node_denial_t *one = &APR_ARRAY_IDX(list, i, asactl_node_denial_t);
        check(one->time >= 0 && one->what != NULL);
        check_text(one->what);
        check_text(one->program);
        check_text(one->path);
        count += one->count;
    }
    check(count <= (long)len);
    apr_pool_destroy(pool);
    return 0;
}
