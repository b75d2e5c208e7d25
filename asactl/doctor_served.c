/* SPDX-License-Identifier: Apache-2.0
 *
 * Goes through the servers of all nodes.
 */
#include "asactl/doctor_served.h"

#include <strings.h>

const asactl_node_facts_t *asactl_doctor_node(const asactl_doctor_facts_t *facts, size_t i)
{
    return facts->nodes[i].outcome.code == ASACTL_OK ? facts->nodes[i].facts : NULL;
}

const asactl_node_served_t *asactl_doctor_served(const asactl_doctor_facts_t *facts, size_t i)
{
    const asactl_node_facts_t *node = asactl_doctor_node(facts, i);

    return node != NULL ? node->served : NULL;
}

bool asactl_doctor_served_is_cut(const asactl_node_served_t *served)
{
    bool cut = served->servers_more > 0;

    for (int i = 0; i < served->servers->nelts && !cut; i++) {
        cut = APR_ARRAY_IDX(served->servers, i, asactl_node_server_t).more > 0;
    }
    return cut;
}

bool asactl_doctor_served_all_seen(const asactl_doctor_facts_t *facts)
{
    for (size_t i = 0; i < facts->node_count; i++) {
        const asactl_node_served_t *there = asactl_doctor_served(facts, i);

        if (there == NULL || asactl_doctor_served_is_cut(there)) {
            return false;
        }
    }
    return facts->node_count > 0;
}

/* Does one of its places demand Kerberos, or should it, as it has a protocol? */
static bool is_of_interest(const asactl_node_server_t *server)
{
    for (int i = 0; i < server->places->nelts; i++) {
        const asactl_node_place_t *place = &APR_ARRAY_IDX(server->places, i, asactl_node_place_t);

        if (place->negotiate || place->protocol != NULL) {
            return true;
        }
    }
    return false;
}

void asactl_doctor_served_each(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list,
                               void (*judge)(const asactl_doctor_server_t *view))
{
    for (size_t i = 0; i < facts->node_count; i++) {
        const asactl_node_served_t *there = asactl_doctor_served(facts, i);

        for (int j = 0; there != NULL && j < there->servers->nelts; j++) {
            asactl_doctor_server_t view = {
                .facts = facts,
                .list = list,
                .node = facts->nodes[i].node,
                .index = i,
                .server = &APR_ARRAY_IDX(there->servers, j, asactl_node_server_t)};

            view.name = view.server->name != NULL ? view.server->name : "the main server";
            if (is_of_interest(view.server)) {
                judge(&view);
            }
        }
    }
}

const asactl_node_place_t *asactl_doctor_served_place(const asactl_node_server_t *server, int i)
{
    return &APR_ARRAY_IDX(server->places, i, asactl_node_place_t);
}

bool asactl_doctor_served_has(const apr_array_header_t *list, const char *text)
{
    for (int i = 0; i < list->nelts; i++) {
        if (strcasecmp(APR_ARRAY_IDX(list, i, const char *), text) == 0) {
            return true;
        }
    }
    return false;
}
