/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of visits that are asked of a node, and of what it answers: bounded and of their
 * kinds, and the same again when they are written and read once more.
 */
#include <string.h>

#include "asactl/visit_target.h"
#include "asactl/visit_wire.h"
#include "t/fuzz/target.h"

static void read_asked(apr_pool_t *pool, const json_t *json)
{
    const asactl_visit_target_t target = {0};
    asactl_visit_t *visits, *again;
    size_t count, again_count;
    json_t *written;

    if (!asactl_visit_wire_read_asked(pool, json, &visits, &count)) {
        return;
    }
    check(count <= ASACTL_VISIT_WIRE_MAX);
    for (size_t i = 0; i < count; i++) {
        const asactl_node_server_t *server;
        check((visits[i].host != NULL) + (visits[i].url != NULL) + (visits[i].id != NULL) == 1);
        check(visits[i].url == NULL || visits[i].authorization != NULL);
        check(visits[i].url == NULL || strpbrk(visits[i].authorization, "\r\n") == NULL);
        if (visits[i].url != NULL) {
            asactl_visit_target_allows(pool, &target, visits[i].url, &server);
        }
    }
    written = asactl_visit_wire_asked(visits, count);
    check(asactl_visit_wire_read_asked(pool, written, &again, &again_count));
    check(again_count == count);
    json_decref(written);
}

static void read_answered(apr_pool_t *pool, const json_t *json)
{
    asactl_visit_t *visits, *again;
    size_t count, again_count;
    json_t *written;

    if (!asactl_visit_wire_read_answered(pool, json, &visits, &count)) {
        return;
    }
    check(count <= ASACTL_VISIT_WIRE_MAX);
    written = asactl_visit_wire_answered(pool, visits, count);
    check(asactl_visit_wire_read_answered(pool, written, &again, &again_count));
    check(again_count == count);
    for (size_t i = 0; i < count; i++) {
        check(again[i].state == visits[i].state && again[i].status == visits[i].status);
        check(again[i].bindings.len == visits[i].bindings.len);
        check(again[i].line.seen == visits[i].line.seen);
    }
    json_decref(written);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    apr_pool_t *pool = make_pool();
    json_t *json = json_loadb((const char *)bytes, len, JSON_REJECT_DUPLICATES, NULL);

    if (json != NULL) {
        read_asked(pool, json);
        read_answered(pool, json);
        json_decref(json);
    }
    apr_pool_destroy(pool);
    return 0;
}
