/* SPDX-License-Identifier: Apache-2.0
 *
 * Which service principal names an account gets, given who holds them: all that were asked for, or
 * a refusal that names the holder.
 *
 * Names are compared without case, as Active Directory does.  Pure, any thread; results live in the
 * pool given, strings of the arguments are not copied.
 */
#ifndef ASACTL_SPN_PLAN_H
#define ASACTL_SPN_PLAN_H

#include <stdbool.h>

#include <apr_tables.h>

#include "asactl/directory.h"
#include "asactl/outcome.h"

typedef struct asactl_spn_plan_t {
    apr_array_header_t *add, *remove; /* const char *: what changes */
    apr_array_header_t *keep;         /* const char *: asked for, and so already */
    apr_array_header_t *after;        /* const char *: the account's whole list when it is done */
} asactl_spn_plan_t;

/* Does a name match a pattern, in which '*' stands for any run of characters? */
bool asactl_spn_plan_matches(const char *pattern, const char *spn);

/* Is every one of these a service principal name?  ASACTL_USAGE, with the first that is none. */
bool asactl_spn_plan_check(apr_pool_t *pool, const apr_array_header_t *asked,
                           asactl_outcome_t *outcome);

/* Adds the names asked for (const char *).  held: every holder of any of them in the forest
 * (asactl_spn_holder_t).  One that another account holds is ASACTL_CONFLICT, and nothing is
 * planned. */
bool asactl_spn_plan_add(apr_pool_t *pool, const asactl_account_t *account,
                         const apr_array_header_t *asked, const apr_array_header_t *held,
                         asactl_spn_plan_t *out, asactl_outcome_t *outcome);

/* Removes the names asked for, in every spelling that the account has.  One that it does not have
 * is ASACTL_NOT_FOUND, and nothing is planned. */
bool asactl_spn_plan_remove(apr_pool_t *pool, const asactl_account_t *account,
                            const apr_array_header_t *asked, asactl_spn_plan_t *out,
                            asactl_outcome_t *outcome);

/* Of everything held in a forest, the names that more than one account holds: grouped by name, in
 * the order of the names (asactl_spn_holder_t). */
apr_array_header_t *asactl_spn_plan_duplicates(apr_pool_t *pool, const apr_array_header_t *held);

/* "host/NAME" for "class/NAME", under which another account may hold the same name; NULL for a name
 * of class host. */
const char *asactl_spn_plan_alias(apr_pool_t *pool, const char *spn);

#endif
