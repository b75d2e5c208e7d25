/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of the status page: what is read from it is bounded, and a report carries it as it
 * is.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>

#include "asactl/node_workers.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void compare(apr_pool_t *pool, const asactl_node_workers_t *workers)
{
    static const asactl_node_worker_key_t key = {"EXCH2016ASA$", "CORP.TAILSPINTOYS.COM", 2, ""};
    asactl_node_workers_view_t view = asactl_node_workers_compare(workers, &key, 1);

    check(view.lacking <= view.count);
    check(asactl_node_workers_words(pool, workers, &view, 2) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static apr_pool_t *root;
    asactl_node_workers_t workers, again;
    apr_pool_t *pool = NULL;
    json_t *json;

    if (root == NULL) {
        check(apr_initialize() == APR_SUCCESS && apr_pool_create(&root, NULL) == APR_SUCCESS);
    }
    check(apr_pool_create(&pool, root) == APR_SUCCESS);
    asactl_node_workers_read(pool, bytes, len, &workers);
    check(workers.state == ASACTL_NODE_WORKERS_SEEN ||
          (workers.state == ASACTL_NODE_WORKERS_UNSEEN && workers.error != NULL));
    compare(pool, &workers);
    json = asactl_node_workers_json(&workers);
    check(json != NULL && asactl_node_workers_parse(pool, json, &again));
    json_decref(json);
    check(again.state == workers.state);
    check(again.state != ASACTL_NODE_WORKERS_SEEN || again.list->nelts == workers.list->nelts);
    compare(pool, &again);
    apr_pool_destroy(pool);
    return 0;
}
