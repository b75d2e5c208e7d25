/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds accounts and domain controllers.
 */
#include "asactl/directory_private.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/directory_value.h"

#define UAC_DISABLED 0x00000002U
#define UAC_EXPIRED  0x00800000U /* of msDS-User-Account-Control-Computed (MS-ADTS 3.1.1.4.5.17) */

/* --- accounts --- */

static bool read_time(apr_pool_t *pool, const asactl_ldap_entry_t *entry, const char *name,
                      bool (*parse)(const unsigned char *, size_t, apr_time_t *), apr_time_t *out,
                      asactl_outcome_t *outcome)
{
    const apr_array_header_t *values = asactl_ldap_values(entry, name);
    const asactl_ldap_value_t *value;

    *out = 0;
    if (values == NULL || values->nelts == 0) {
        return true;
    }
    value = &APR_ARRAY_IDX(values, 0, asactl_ldap_value_t);
    if (!parse(value->bytes, value->len, out)) {
        return asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, pool,
                                   "the directory's %s of %s is no time", name, entry->dn);
    }
    return true;
}

static bool is_computer(const asactl_ldap_entry_t *entry)
{
    const apr_array_header_t *classes = asactl_ldap_values(entry, "objectClass");

    for (int i = 0; classes != NULL && i < classes->nelts; i++) {
        const asactl_ldap_value_t *value = &APR_ARRAY_IDX(classes, i, asactl_ldap_value_t);

        if (value->len == 8 && strncasecmp((const char *)value->bytes, "computer", 8) == 0) {
            return true;
        }
    }
    return false;
}

static bool read_account(const asactl_directory_t *directory, apr_pool_t *pool,
                         const asactl_ldap_entry_t *entry, asactl_account_t *out,
                         asactl_outcome_t *outcome)
{
    uint32_t computed;
    apr_array_header_t *spns;

    out->dn = entry->dn;
    out->netbios_domain = directory->netbios;
    out->computer = is_computer(entry);
    out->sam = asactl_directory_text(pool, entry, "sAMAccountName", outcome);
    out->upn = asactl_directory_text(pool, entry, "userPrincipalName", outcome);
    out->description = asactl_directory_text(pool, entry, "description", outcome);
    if (out->sam == NULL || out->upn == NULL || out->description == NULL ||
        !asactl_directory_number(pool, entry, "userAccountControl", &out->control, outcome) ||
        !asactl_directory_number(pool, entry, "msDS-User-Account-Control-Computed", &computed,
                                 outcome) ||
        !asactl_directory_number(pool, entry, "msDS-KeyVersionNumber", &out->kvno, outcome) ||
        !asactl_directory_number(pool, entry, "msDS-SupportedEncryptionTypes", &out->enctypes,
                                 outcome) ||
        !read_time(pool, entry, "pwdLastSet", asactl_directory_value_filetime, &out->password_set,
                   outcome) ||
        !read_time(pool, entry, "accountExpires", asactl_directory_value_filetime, &out->expires,
                   outcome) ||
        !read_time(pool, entry, "msDS-UserPasswordExpiryTimeComputed",
                   asactl_directory_value_filetime, &out->password_expires, outcome) ||
        !read_time(pool, entry, "whenCreated", asactl_directory_value_time, &out->created,
                   outcome) ||
        !asactl_directory_spns(pool, entry, &spns, outcome)) {
        return false;
    }
    out->disabled = (out->control & UAC_DISABLED) != 0;
    out->password_expired = (computed & UAC_EXPIRED) != 0;
    out->spns = spns;
    return true;
}

/* Takes "TAILSPIN\" off a name; false if it is the name of another domain. */
static bool strip_domain(const asactl_directory_t *directory, const char **name)
{
    const char *separator = strchr(*name, '\\');
    size_t len;

    if (separator == NULL) {
        return true;
    }
    len = (size_t)(separator - *name);
    if (strlen(directory->netbios) != len || strncasecmp(directory->netbios, *name, len) != 0) {
        return false;
    }
    *name = separator + 1;
    return true;
}

/* The account called exactly so, or else the one with a '$' more. */
static bool choose(const asactl_directory_t *directory, apr_pool_t *pool,
                   const apr_array_header_t *entries, const char *name, asactl_account_t *out,
                   asactl_outcome_t *outcome)
{
    for (int i = 0; i < entries->nelts; i++) {
        if (!read_account(directory, pool, &APR_ARRAY_IDX(entries, i, asactl_ldap_entry_t), out,
                          outcome)) {
            return false;
        }
        if (strcasecmp(out->sam, name) == 0) {
            return true;
        }
    }
    if (entries->nelts != 1) {
        return asactl_outcome_fail(
            outcome, ASACTL_NOT_FOUND, "check the name; asactl account create makes an account",
            pool, "there is no account %s in the domain of %s", name, directory->server);
    }
    return true;
}

bool asactl_directory_find(asactl_directory_t *directory, apr_pool_t *pool, const char *name,
                           asactl_account_t *out, asactl_outcome_t *outcome)
{
    static const char *const attributes[] = {"sAMAccountName",
                                             "userPrincipalName",
                                             "objectClass",
                                             "userAccountControl",
                                             "msDS-User-Account-Control-Computed",
                                             "msDS-KeyVersionNumber",
                                             "msDS-SupportedEncryptionTypes",
                                             "pwdLastSet",
                                             "accountExpires",
                                             "msDS-UserPasswordExpiryTimeComputed",
                                             "whenCreated",
                                             "description",
                                             "servicePrincipalName",
                                             NULL};
    asactl_ldap_query_t query = {directory->base, true, NULL, attributes};
    asactl_ldap_act_t act = {.doing = apr_psprintf(pool, "look for the account %s", name)};
    apr_array_header_t *entries;
    const char *escaped, *bare = name;

    memset(out, 0, sizeof *out);
    if (!strip_domain(directory, &bare)) {
        return asactl_outcome_fail(outcome, ASACTL_NOT_FOUND,
                                   "name a domain controller of that domain with --server", pool,
                                   "%s is of another domain than %s, which is of %s", name,
                                   directory->server, directory->netbios);
    }
    escaped = asactl_directory_value_filter(pool, bare, false);
    query.filter = apr_psprintf(
        pool, "(&(objectClass=user)(|(sAMAccountName=%s)(sAMAccountName=%s$)))", escaped, escaped);
    return asactl_directory_search(directory->ldap, pool, &query, &act, &entries, outcome) &&
           choose(directory, pool, entries, bare, out, outcome);
}

/* --- domain controllers --- */

bool asactl_directory_controllers(asactl_directory_t *directory, apr_pool_t *pool,
                                  apr_array_header_t **out, asactl_outcome_t *outcome)
{
    static const char *const attributes[] = {"dNSHostName", NULL};
    /* SERVER_TRUST_ACCOUNT, 8192, is set on writable domain controllers (MS-ADTS 2.2.16). */
    asactl_ldap_query_t query = {
        directory->base, true,
        "(&(objectClass=computer)(userAccountControl:1.2.840.113556.1.4.803:=8192))", attributes};
    asactl_ldap_act_t act = {.doing = "list the domain controllers"};
    apr_array_header_t *entries;

    *out = apr_array_make(pool, 4, sizeof(const char *));
    if (!asactl_directory_search(directory->ldap, pool, &query, &act, &entries, outcome)) {
        return false;
    }
    for (int i = 0; i < entries->nelts; i++) {
        const char *host = asactl_directory_text(
            pool, &APR_ARRAY_IDX(entries, i, asactl_ldap_entry_t), attributes[0], outcome);

        if (host == NULL) {
            return false;
        }
        if (*host != '\0') {
            APR_ARRAY_PUSH(*out, const char *) = host;
        }
    }
    return true;
}

/* --- the clock --- */

bool asactl_directory_clock(asactl_directory_t *directory, apr_pool_t *pool, apr_time_t *out,
                            asactl_outcome_t *outcome)
{
    static const char *const attributes[] = {"currentTime", NULL};
    asactl_ldap_entry_t root;

    return asactl_directory_entry(directory, pool, "", attributes, &root, outcome) &&
           read_time(pool, &root, attributes[0], asactl_directory_value_time, out, outcome);
}
