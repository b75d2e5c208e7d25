/* SPDX-License-Identifier: Apache-2.0
 *
 * Decides what is removed of a credential.
 */
#include "asactl/remove_plan.h"

/* The first node of a kind that still has to do with the account; one that does not answer may. */
static const asactl_remove_node_t *find(const asactl_remove_seen_t *seen, bool chosen)
{
    for (size_t i = 0; i < seen->node_count; i++) {
        const asactl_remove_node_t *node = &seen->nodes[i];
        if (node->chosen == chosen && (chosen ? node->outcome.code != ASACTL_OK
                                              : node->holds || node->outcome.code != ASACTL_OK)) {
            return node;
        }
    }
    return NULL;
}

static bool refuse_others(apr_pool_t *pool, const asactl_remove_seen_t *seen,
                          const asactl_remove_node_t *other, asactl_outcome_t *outcome)
{
    if (other->outcome.code != ASACTL_OK) {
        return asactl_outcome_fail(
            outcome, ASACTL_REFUSED_TO_ACT,
            "Repair it, or take it out of asactl.conf; --force goes on, and its keys stay.", pool,
            "nobody knows whether %s holds keys of %s", other->node, seen->account);
    }
    return asactl_outcome_fail(
        outcome, ASACTL_REFUSED_TO_ACT,
        seen->delete_account
            ? "Remove its keys too: --from-all."
            : "For a node that leaves the others, say --keep-spns; to turn Kerberos off "
              "everywhere, --from-all. --force takes the names all the same.",
        pool,
        seen->delete_account ? "%s would be left with keys of %s, which is to be deleted"
                             : "%s would be left with keys of %s, and clients would get no ticket "
                               "for it",
        other->node, seen->account);
}

static bool check_asked(apr_pool_t *pool, const asactl_remove_seen_t *seen,
                        asactl_outcome_t *outcome)
{
    const char *kept = seen->keep_spns ? "--keep-spns" : "--keep-keys";

    if ((seen->keep_spns || seen->keep_keys) && seen->delete_account) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "Leave one of them.", pool,
                                   "%s and --delete-account exclude each other", kept);
    }
    if (seen->keep_spns && seen->keep_keys) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "Leave one of them.", pool,
                                   "--keep-spns and --keep-keys exclude each other");
    }
    return true;
}

bool asactl_remove_plan_make(apr_pool_t *pool, const asactl_remove_seen_t *seen,
                             asactl_remove_plan_t *out, asactl_outcome_t *outcome)
{
    const asactl_remove_node_t *mute = find(seen, true), *other = find(seen, false);

    *out = (asactl_remove_plan_t){0};
    *outcome = (asactl_outcome_t){.code = ASACTL_OK};
    if (!check_asked(pool, seen, outcome)) {
        return false;
    }
    if (mute != NULL && !seen->force) {
        *outcome = mute->outcome;
        return false;
    }
    out->spns = seen->exists && seen->spns > 0 && !seen->keep_spns;
    out->account = seen->exists && seen->delete_account;
    if (other != NULL && (out->spns || out->account) && !seen->force) {
        return refuse_others(pool, seen, other, outcome);
    }
    for (size_t i = 0; i < seen->node_count; i++) {
        out->nodes += seen->nodes[i].chosen && seen->nodes[i].holds && !seen->keep_keys ? 1 : 0;
    }
    out->account = out->account && mute == NULL && other == NULL;
    if (out->account && seen->may_delete == ASACTL_ACCESS_REFUSED) {
        return asactl_outcome_fail(
            outcome, ASACTL_DENIED,
            "Have it granted, or use another ticket; without --delete-account, names and keys go "
            "and the account stays.",
            pool, "may not delete the account %s: the permission \"Delete\" on %s is missing",
            seen->account, seen->dn);
    }
    out->partial = (mute != NULL && !seen->keep_keys) ||
                   (seen->exists && seen->delete_account && !out->account);
    return true;
}
