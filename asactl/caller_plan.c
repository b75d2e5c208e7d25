/* SPDX-License-Identifier: Apache-2.0
 *
 * Decides whether an account may roll itself.
 */
#include "asactl/caller_plan.h"

#include <string.h>
#include <strings.h>

/* The same name, or the first part of the other one. */
static bool same_host(const char *a, const char *b)
{
    size_t a_len = strcspn(a, "."), b_len = strcspn(b, ".");

    return a_len > 0 && a_len == b_len && strncasecmp(a, b, a_len) == 0 &&
           (a[a_len] == '\0' || b[b_len] == '\0' || strcasecmp(a, b) == 0);
}

static bool is_node(const asactl_caller_plan_t *plan)
{
    for (int i = 0; i < plan->nodes->nelts; i++) {
        const char *node = APR_ARRAY_IDX(plan->nodes, i, const char *);
        if (strcasecmp(node, "localhost") == 0 || same_host(node, plan->host)) {
            return true;
        }
    }
    return false;
}

bool asactl_caller_plan_may_roll(apr_pool_t *pool, const asactl_caller_plan_t *plan,
                                 asactl_outcome_t *outcome)
{
    if (!plan->is_itself) {
        return true;
    }
    if (plan->file == NULL) {
        return asactl_outcome_fail(
            outcome, ASACTL_CREDENTIALS,
            "Name its key table with --client-keytab, or use a ticket that may reset its password.",
            pool, "the ticket is that of %s, which can change its own password only with its key",
            plan->account);
    }
    if (plan->same_file && is_node(plan)) {
        return true;
    }
    return asactl_outcome_fail(
        outcome, ASACTL_REFUSED_TO_ACT,
        "Have this machine among the nodes (server = localhost in an array), with keytab the same "
        "name as client-keytab; or --force, and bring the new key here afterwards: asactl copy.",
        pool, "%s rolls itself with the key in %s, to which this roll does not bring the next one",
        plan->account, plan->file);
}
