/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds the holders of service principal names in the forest.
 */
#include "asactl/directory_private.h"

#include <string.h>
#include <strings.h>

#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>

#include "asactl/directory_value.h"
#include "asactl/spn_plan.h"

/* Names that one search asks for: some kilobytes of filter. */
#define NAMES_AT_ONCE 64

static bool open_catalog(asactl_directory_t *directory, asactl_outcome_t *outcome)
{
    const char *server;

    if (directory->catalog != NULL) {
        return true;
    }
    if (directory->is_catalog || directory->forest == NULL) {
        return asactl_directory_open_server(directory, directory->server, true, &directory->catalog,
                                            outcome);
    }
    return asactl_directory_open_one_of(
        directory, apr_pstrcat(directory->pool, "gc._msdcs.", directory->forest, NULL), true,
        &server, &directory->catalog, outcome);
}

static bool is_listed(const apr_array_header_t *holders, const char *spn, const char *dn)
{
    for (int i = 0; i < holders->nelts; i++) {
        const asactl_spn_holder_t *holder = &APR_ARRAY_IDX(holders, i, asactl_spn_holder_t);

        if (strcmp(holder->spn, spn) == 0 && strcasecmp(holder->dn, dn) == 0) {
            return true;
        }
    }
    return false;
}

/* Adds the names of one entry that were asked for.  The directory compares letters outside ASCII
 * too; a name that it found so counts in the spelling asked for. */
static bool add_holder(apr_pool_t *pool, const asactl_ldap_entry_t *entry, const char *pattern,
                       bool again, apr_array_header_t *holders, asactl_outcome_t *outcome)
{
    const char *sam = asactl_directory_text(pool, entry, "sAMAccountName", outcome);
    apr_array_header_t *spns;
    bool found = false;

    if (sam == NULL || !asactl_directory_spns(pool, entry, &spns, outcome)) {
        return false;
    }
    if (*sam == '\0') {
        sam = entry->dn;
    }
    for (int i = 0; i < spns->nelts; i++) {
        const char *spn = APR_ARRAY_IDX(spns, i, const char *);

        if (!asactl_spn_plan_matches(pattern, spn)) {
            continue;
        }
        found = true;
        if (!again || !is_listed(holders, spn, entry->dn)) {
            APR_ARRAY_PUSH(holders, asactl_spn_holder_t) =
                (asactl_spn_holder_t){.spn = spn, .sam = sam, .dn = entry->dn};
        }
    }
    if (!found && strchr(pattern, '*') == NULL && !is_listed(holders, pattern, entry->dn)) {
        APR_ARRAY_PUSH(holders, asactl_spn_holder_t) =
            (asactl_spn_holder_t){.spn = pattern, .sam = sam, .dn = entry->dn};
    }
    return true;
}

static bool search_holders(asactl_ldap_t *ldap, apr_pool_t *pool, const char *base, const char *spn,
                           bool again, apr_array_header_t *holders, asactl_outcome_t *outcome)
{
    static const char *const attributes[] = {"sAMAccountName", "servicePrincipalName", NULL};
    asactl_ldap_query_t query = {base, true,
                                 apr_psprintf(pool, "(servicePrincipalName=%s)",
                                              asactl_directory_value_filter(pool, spn, true)),
                                 attributes};
    asactl_ldap_act_t act = {.doing = apr_psprintf(pool, "look for holders of %s", spn)};
    apr_array_header_t *entries;

    if (!asactl_directory_search(ldap, pool, &query, &act, &entries, outcome)) {
        return false;
    }
    for (int i = 0; i < entries->nelts; i++) {
        if (!add_holder(pool, &APR_ARRAY_IDX(entries, i, asactl_ldap_entry_t), spn, again, holders,
                        outcome)) {
            return false;
        }
    }
    return true;
}

/* A global catalog elsewhere may lag behind the domain controller, so both are asked then. */
bool asactl_directory_holders(asactl_directory_t *directory, apr_pool_t *pool, const char *spn,
                              apr_array_header_t **out, asactl_outcome_t *outcome)
{
    *out = apr_array_make(pool, 4, sizeof(asactl_spn_holder_t));
    return open_catalog(directory, outcome) &&
           search_holders(directory->catalog, pool, "", spn, false, *out, outcome) &&
           (directory->is_catalog ||
            search_holders(directory->ldap, pool, directory->base, spn, true, *out, outcome));
}

/* --- many names --- */

static const char *lower(apr_pool_t *pool, const char *text)
{
    char *copy = apr_pstrdup(pool, text);

    for (char *c = copy; *c != '\0'; c++) {
        *c = (char)apr_tolower(*c);
    }
    return copy;
}

/* What the directory compares otherwise than byte by byte, it is asked for by itself. */
static bool is_plain(const char *spn)
{
    for (; *spn != '\0'; spn++) {
        if ((unsigned char)*spn >= 0x80 || *spn == '*') {
            return false;
        }
    }
    return true;
}

/* Adds an entry to the holders of each of its names that was asked for. */
static bool add_holders(apr_pool_t *pool, const asactl_ldap_entry_t *entry, apr_hash_t *asked,
                        asactl_outcome_t *outcome)
{
    const char *sam = asactl_directory_text(pool, entry, "sAMAccountName", outcome);
    apr_array_header_t *spns;

    if (sam == NULL || !asactl_directory_spns(pool, entry, &spns, outcome)) {
        return false;
    }
    for (int i = 0; i < spns->nelts; i++) {
        const char *spn = APR_ARRAY_IDX(spns, i, const char *);
        apr_array_header_t *holders = apr_hash_get(asked, lower(pool, spn), APR_HASH_KEY_STRING);

        if (holders != NULL && !is_listed(holders, spn, entry->dn)) {
            APR_ARRAY_PUSH(holders, asactl_spn_holder_t) = (asactl_spn_holder_t){
                .spn = spn, .sam = *sam != '\0' ? sam : entry->dn, .dn = entry->dn};
        }
    }
    return true;
}

/* One search for the names of the filter, which stand in asked, too. */
static bool search_some(asactl_ldap_t *ldap, apr_pool_t *pool, const char *base, const char *filter,
                        apr_hash_t *asked, asactl_outcome_t *outcome)
{
    static const char *const attributes[] = {"sAMAccountName", "servicePrincipalName", NULL};
    asactl_ldap_query_t query = {base, true, filter, attributes};
    asactl_ldap_act_t act = {.doing = "look for holders of names"};
    apr_array_header_t *entries;

    if (!asactl_directory_search(ldap, pool, &query, &act, &entries, outcome)) {
        return false;
    }
    for (int i = 0; i < entries->nelts; i++) {
        if (!add_holders(pool, &APR_ARRAY_IDX(entries, i, asactl_ldap_entry_t), asked, outcome)) {
            return false;
        }
    }
    return true;
}

static bool search_both(asactl_directory_t *directory, apr_pool_t *pool,
                        const apr_array_header_t *parts, apr_hash_t *asked,
                        asactl_outcome_t *outcome)
{
    const char *filter = apr_pstrcat(pool, "(|", apr_array_pstrcat(pool, parts, 0), ")", NULL);

    return search_some(directory->catalog, pool, "", filter, asked, outcome) &&
           (directory->is_catalog ||
            search_some(directory->ldap, pool, directory->base, filter, asked, outcome));
}

bool asactl_directory_holders_each(asactl_directory_t *directory, apr_pool_t *pool,
                                   const char *const *spns, size_t count,
                                   const apr_array_header_t **out, asactl_outcome_t *outcome)
{
    apr_array_header_t *parts = apr_array_make(pool, NAMES_AT_ONCE, sizeof(const char *));
    apr_hash_t *asked = apr_hash_make(pool);

    if (!open_catalog(directory, outcome)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const char *key = lower(pool, spns[i]);
        apr_array_header_t *holders = apr_hash_get(asked, key, APR_HASH_KEY_STRING);

        if (!is_plain(spns[i])) {
            if (!asactl_directory_holders(directory, pool, spns[i], &holders, outcome)) {
                return false;
            }
        } else if (holders == NULL) {
            holders = apr_array_make(pool, 2, sizeof(asactl_spn_holder_t));
            apr_hash_set(asked, key, APR_HASH_KEY_STRING, holders);
            APR_ARRAY_PUSH(parts, const char *) =
                apr_psprintf(pool, "(servicePrincipalName=%s)",
                             asactl_directory_value_filter(pool, spns[i], false));
        }
        out[i] = holders;
        if (parts->nelts == NAMES_AT_ONCE || (i + 1 == count && parts->nelts > 0)) {
            if (!search_both(directory, pool, parts, asked, outcome)) {
                return false;
            }
            apr_array_clear(parts);
            asked = apr_hash_make(pool);
        }
    }
    return true;
}
