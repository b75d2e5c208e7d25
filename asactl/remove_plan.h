/* SPDX-License-Identifier: Apache-2.0
 *
 * What "asactl remove" takes away, or why it must not.
 *
 * Names go first: from then on no client gets a ticket that a node without keys would refuse. Pure;
 * results live in the pool given.
 */
#ifndef ASACTL_REMOVE_PLAN_H
#define ASACTL_REMOVE_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "asactl/access_right.h"
#include "asactl/outcome.h"

typedef struct asactl_remove_node_t {
    const char *node;
    bool chosen; /* its keys shall go; else: another node of asactl.conf */
    bool holds;  /* a key of the account */
    bool only;   /* and no other key: the table goes with it */
    asactl_outcome_t outcome;
} asactl_remove_node_t;

typedef struct asactl_remove_seen_t {
    const char *account;
    bool exists; /* in the directory */
    size_t spns; /* that it has */
    const char *dn;
    asactl_access_t may_delete; /* asked only if the account shall go */
    const asactl_remove_node_t *nodes;
    size_t node_count;
    bool keep_spns, keep_keys, delete_account, force; /* as asked */
} asactl_remove_seen_t;

typedef struct asactl_remove_plan_t {
    bool spns;    /* all of them go */
    size_t nodes; /* that lose keys; a chosen one that does not answer is not among them */
    bool account; /* goes at last */
    bool partial; /* with force: keys or the account stay that were to go */
} asactl_remove_plan_t;

/* ASACTL_REFUSED_TO_ACT if other nodes would be left with keys and without names, or the account
 * would go while a node holds its keys; ASACTL_DENIED if it shall go and may not; what a chosen
 * node says that does not answer.  With force, only the delete of an account whose keys stay
 * somewhere is left out. */
bool asactl_remove_plan_make(apr_pool_t *pool, const asactl_remove_seen_t *seen,
                             asactl_remove_plan_t *out, asactl_outcome_t *outcome);

#endif
