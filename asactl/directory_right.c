/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks a directory what may be done in it.
 */
#include "asactl/directory_right.h"

#include <string.h>

#include "asactl/directory_private.h"

bool asactl_directory_right_write(asactl_directory_t *directory, apr_pool_t *pool,
                                  asactl_outcome_t *outcome)
{
    static const char *const service[] = {"dsServiceName", NULL};
    static const char *const read_only[] = {"msDS-isRODC", NULL};
    asactl_ldap_entry_t entry;
    const char *said;

    if (!asactl_directory_entry(directory, pool, "", service, &entry, outcome) ||
        (said = asactl_directory_text(pool, &entry, service[0], outcome)) == NULL) {
        return false;
    }
    if (*said == '\0' ||
        !asactl_directory_entry(directory, pool, said, read_only, &entry, outcome) ||
        (said = asactl_directory_text(pool, &entry, read_only[0], outcome)) == NULL) {
        /* Who does not say so is asked when it is to write. */
        *outcome = (asactl_outcome_t){.code = ASACTL_OK};
        return true;
    }
    return strcmp(said, "TRUE") != 0 ||
           asactl_outcome_fail(outcome, ASACTL_FAILED,
                               "name another one of the account's domain with --server", pool,
                               "%s is a read-only domain controller", directory->server);
}

/* The DN of what an object lies in; NULL for the root. */
static const char *parent_of(const char *dn)
{
    for (; *dn != '\0'; dn++) {
        if (*dn == ',') {
            return dn + 1;
        }
        dn += dn[0] == '\\' && dn[1] != '\0' ? 1 : 0;
    }
    return NULL;
}

static asactl_access_t right_on(asactl_directory_t *directory, apr_pool_t *pool, const char *dn,
                                const apr_array_header_t *sids, uint32_t right, bool computer)
{
    static const char *const attributes[] = {"nTSecurityDescriptor", NULL};
    const asactl_ldap_query_t query = {dn, false, "(objectClass=*)", attributes};
    const asactl_ldap_act_t act = {.doing = "read who may delete the account"};
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    apr_array_header_t *entries;
    const apr_array_header_t *values = NULL;
    const asactl_ldap_value_t *descriptor;

    if (dn != NULL && asactl_ldap_search(directory->ldap, pool, &query, &act, &entries, &outcome) &&
        entries->nelts == 1) {
        values = asactl_ldap_values(&APR_ARRAY_IDX(entries, 0, asactl_ldap_entry_t), attributes[0]);
    }
    if (values == NULL || values->nelts != 1) {
        return ASACTL_ACCESS_UNKNOWN;
    }
    descriptor = &APR_ARRAY_IDX(values, 0, asactl_ldap_value_t);
    return asactl_access_right(descriptor->bytes, descriptor->len, sids, right,
                               computer ? asactl_access_computer : asactl_access_user);
}

bool asactl_directory_right_delete(asactl_directory_t *directory, apr_pool_t *pool,
                                   const asactl_account_t *account, asactl_access_t *out,
                                   asactl_outcome_t *outcome)
{
    static const char *const attributes[] = {"tokenGroups", NULL};
    const apr_array_header_t *sids;
    asactl_ldap_entry_t root;
    asactl_access_t itself, below;

    *out = ASACTL_ACCESS_UNKNOWN;
    if (!asactl_directory_entry(directory, pool, "", attributes, &root, outcome)) {
        return false;
    }
    sids = asactl_ldap_values(&root, attributes[0]);
    if (sids == NULL || sids->nelts == 0) {
        return true;
    }
    itself = right_on(directory, pool, account->dn, sids, ASACTL_ACCESS_DELETE, account->computer);
    below = right_on(directory, pool, parent_of(account->dn), sids, ASACTL_ACCESS_DELETE_CHILD,
                     account->computer);
    if (itself == ASACTL_ACCESS_GRANTED || below == ASACTL_ACCESS_GRANTED) {
        *out = ASACTL_ACCESS_GRANTED;
    } else if (itself == ASACTL_ACCESS_REFUSED && below == ASACTL_ACCESS_REFUSED) {
        *out = ASACTL_ACCESS_REFUSED;
    }
    return true;
}
