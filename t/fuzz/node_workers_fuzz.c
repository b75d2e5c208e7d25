/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of the status page: what is read from it is bounded, and a report carries it as it
 * is.
 */
#include <string.h>

#include "asactl/node_workers.h"
#include "t/fuzz/target.h"

static void compare(apr_pool_t *pool, const asactl_node_workers_t *workers)
{
    static const asactl_node_worker_key_t key = {"EXCH2016ASA$", "CORP.TAILSPINTOYS.COM", 2, ""};
    asactl_node_workers_view_t view = asactl_node_workers_compare(workers, &key, 1);

    check(view.lacking <= view.count);
    check(asactl_node_workers_words(pool, workers, &view, 2) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    asactl_node_workers_t workers, again;
    apr_pool_t *pool = make_pool();
    json_t *json;

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
