/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks every node to look at itself.
 */
#include "asactl/doctor_look.h"

#include "asactl/node.h"
#include "core/host_realm.h"

/* The first ticket that a domain controller gave; NULL: none did. */
static const asactl_kdc_ticket_t *ticket_of(const asactl_doctor_facts_t *facts)
{
    for (int i = 0; i < facts->controllers->nelts; i++) {
        const asactl_doctor_controller_t *one =
            &APR_ARRAY_IDX(facts->controllers, i, asactl_doctor_controller_t);

        if (one->ticket.cipher != NULL) {
            return &one->ticket;
        }
    }
    return NULL;
}

void asactl_doctor_look_at_nodes(apr_pool_t *pool, const apr_array_header_t *nodes,
                                 asactl_doctor_facts_t *facts)
{
    const char *realm = facts->settings->realm;
    const asactl_node_request_t request = {
        .verb = ASACTL_NODE_EXAMINE,
        .account = facts->found ? facts->account.sam : facts->settings->account,
        .realm = realm != NULL ? realm : asa_host_realm_default(pool),
        .ticket = ticket_of(facts)};
    size_t count = (size_t)nodes->nelts;
    asactl_node_answer_t *answers = apr_pcalloc(pool, (count + 1) * sizeof *answers);

    (void)asactl_node_ask(pool, facts->settings, &request, nodes, answers);
    facts->nodes = answers;
    facts->node_count = count;
}
