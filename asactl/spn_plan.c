/* SPDX-License-Identifier: Apache-2.0
 *
 * Decides which service principal names to add or remove.
 */
#include "asactl/spn_plan.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "asactl/shell_word.h"
#include "core/spn.h"

static const char *name_at(const apr_array_header_t *names, int index)
{
    return APR_ARRAY_IDX(names, index, const char *);
}

/* Only the last '*' is ever tried again, which is enough as '*' stands for any run. */
bool asactl_spn_plan_matches(const char *pattern, const char *spn)
{
    const char *star = NULL, *resume = NULL;

    while (*spn != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            resume = spn;
        } else if (*pattern != '\0' && apr_tolower(*pattern) == apr_tolower(*spn)) {
            pattern++;
            spn++;
        } else if (star != NULL) {
            pattern = star;
            spn = ++resume;
        } else {
            return false;
        }
    }
    pattern += strspn(pattern, "*");
    return *pattern == '\0';
}

static bool lists(const apr_array_header_t *names, const char *spn)
{
    for (int i = 0; names != NULL && i < names->nelts; i++) {
        if (strcasecmp(name_at(names, i), spn) == 0) {
            return true;
        }
    }
    return false;
}

bool asactl_spn_plan_check(apr_pool_t *pool, const apr_array_header_t *asked,
                           asactl_outcome_t *outcome)
{
    for (int i = 0; i < asked->nelts; i++) {
        const char *defect = asa_spn_defect(name_at(asked, i));

        if (defect != NULL) {
            return asactl_outcome_fail(outcome, ASACTL_USAGE, NULL, pool,
                                       "'%s' is no service principal name: %s", name_at(asked, i),
                                       defect);
        }
    }
    return true;
}

static void begin(apr_pool_t *pool, asactl_spn_plan_t *plan)
{
    plan->add = apr_array_make(pool, 4, sizeof(const char *));
    plan->remove = apr_array_make(pool, 4, sizeof(const char *));
    plan->keep = apr_array_make(pool, 4, sizeof(const char *));
    plan->after = apr_array_make(pool, 8, sizeof(const char *));
}

/* The first account other than this one that holds the name. */
static const asactl_spn_holder_t *other_holder(const apr_array_header_t *held,
                                               const asactl_account_t *account, const char *spn)
{
    for (int i = 0; i < held->nelts; i++) {
        const asactl_spn_holder_t *holder = &APR_ARRAY_IDX(held, i, asactl_spn_holder_t);

        if (strcasecmp(holder->spn, spn) == 0 && strcasecmp(holder->dn, account->dn) != 0) {
            return holder;
        }
    }
    return NULL;
}

bool asactl_spn_plan_add(apr_pool_t *pool, const asactl_account_t *account,
                         const apr_array_header_t *asked, const apr_array_header_t *held,
                         asactl_spn_plan_t *out, asactl_outcome_t *outcome)
{
    begin(pool, out);
    if (account->spns != NULL) {
        apr_array_cat(out->after, account->spns);
    }
    for (int i = 0; i < asked->nelts; i++) {
        const char *spn = name_at(asked, i);
        const asactl_spn_holder_t *other = other_holder(held, account, spn);

        if (other != NULL) {
            return asactl_outcome_fail(
                outcome, ASACTL_CONFLICT,
                apr_psprintf(
                    pool, "if it is a left-over: asactl spn remove %s %s; no name was added",
                    asactl_shell_word(pool, other->sam), asactl_shell_word(pool, other->spn)),
                pool, "%s holds %s already (%s)", other->sam, other->spn, other->dn);
        }
        if (lists(account->spns, spn)) {
            APR_ARRAY_PUSH(out->keep, const char *) = spn;
        } else if (!lists(out->add, spn)) {
            APR_ARRAY_PUSH(out->add, const char *) = spn;
            APR_ARRAY_PUSH(out->after, const char *) = spn;
        }
    }
    return true;
}

bool asactl_spn_plan_remove(apr_pool_t *pool, const asactl_account_t *account,
                            const apr_array_header_t *asked, asactl_spn_plan_t *out,
                            asactl_outcome_t *outcome)
{
    begin(pool, out);
    for (int i = 0; i < asked->nelts; i++) {
        if (!lists(account->spns, name_at(asked, i))) {
            return asactl_outcome_fail(
                outcome, ASACTL_NOT_FOUND,
                apr_psprintf(pool, "asactl spn list '%s' shows its names; no name was removed",
                             account->sam),
                pool, "%s does not hold %s", account->sam, name_at(asked, i));
        }
    }
    for (int i = 0; account->spns != NULL && i < account->spns->nelts; i++) {
        const char *spn = name_at(account->spns, i);

        APR_ARRAY_PUSH(lists(asked, spn) ? out->remove : out->after, const char *) = spn;
    }
    return true;
}

/* By name, then by account. */
static int order(const void *left, const void *right)
{
    const asactl_spn_holder_t *a = left, *b = right;
    int difference = strcasecmp(a->spn, b->spn);

    return difference != 0 ? difference : strcasecmp(a->dn, b->dn);
}

apr_array_header_t *asactl_spn_plan_duplicates(apr_pool_t *pool, const apr_array_header_t *held)
{
    apr_array_header_t *all = apr_array_copy(pool, held);
    apr_array_header_t *out = apr_array_make(pool, 4, sizeof(asactl_spn_holder_t));
    const asactl_spn_holder_t *at = (const asactl_spn_holder_t *)all->elts;

    if (all->nelts > 0) {
        qsort(all->elts, (size_t)all->nelts, sizeof(asactl_spn_holder_t), order);
    }
    for (int i = 0, end; i < all->nelts; i = end) {
        bool shared = false;

        for (end = i + 1; end < all->nelts && strcasecmp(at[i].spn, at[end].spn) == 0; end++) {
            shared = shared || strcasecmp(at[i].dn, at[end].dn) != 0;
        }
        for (int j = i; shared && j < end; j++) {
            APR_ARRAY_PUSH(out, asactl_spn_holder_t) = at[j];
        }
    }
    return out;
}

const char *asactl_spn_plan_alias(apr_pool_t *pool, const char *spn)
{
    const char *slash = strchr(spn, '/');

    if (slash == NULL || (slash - spn == 4 && strncasecmp(spn, "host", 4) == 0)) {
        return NULL;
    }
    return apr_pstrcat(pool, "host", slash, NULL);
}
