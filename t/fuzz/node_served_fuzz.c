/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of what a status page says of the hosts that it serves: it is bounded, and an answer
 * carries it as it is.
 */
#include <string.h>

#include "asactl/node_served.h"
#include "t/fuzz/target.h"

static void compare(const asactl_node_served_t *one, const asactl_node_served_t *other)
{
    check(strcmp(one->version, other->version) == 0 && one->time == other->time);
    check(one->credentials->nelts == other->credentials->nelts);
    check(one->servers->nelts == other->servers->nelts);
    for (int i = 0; i < one->servers->nelts; i++) {
        const asactl_node_server_t *a = &APR_ARRAY_IDX(one->servers, i, asactl_node_server_t);
        const asactl_node_server_t *b = &APR_ARRAY_IDX(other->servers, i, asactl_node_server_t);
        check(a->port == b->port && a->tls == b->tls && a->credential == b->credential);
        check(a->aliases->nelts == b->aliases->nelts && a->places->nelts == b->places->nelts);
        check((a->log_folder == NULL) == (b->log_folder == NULL));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    asactl_node_served_t served, again;
    apr_pool_t *pool = make_pool();
    const char *error = asactl_node_served_read(pool, bytes, len, &served);

    if (error != NULL) {
        check(served.servers == NULL);
    } else {
        json_t *json = asactl_node_served_json(pool, &served);
        check(json != NULL && asactl_node_served_parse(pool, json, &again));
        json_decref(json);
        compare(&served, &again);
    }
    apr_pool_destroy(pool);
    return 0;
}
