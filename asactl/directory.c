/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens a domain, and reads entries of it.
 */
#include "asactl/directory_private.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>
#include <krb5.h>

#include "asactl/directory_range.h"
#include "asactl/directory_value.h"
#include "core/host_realm.h"

#define SERVERS_TRIED 4

static const asactl_ldap_value_t *first_value(const asactl_ldap_entry_t *entry, const char *name)
{
    const apr_array_header_t *values = asactl_ldap_values(entry, name);

    return values == NULL || values->nelts == 0 ? NULL
                                                : &APR_ARRAY_IDX(values, 0, asactl_ldap_value_t);
}

static bool malformed(apr_pool_t *pool, const asactl_ldap_entry_t *entry, const char *name,
                      asactl_outcome_t *outcome)
{
    return asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, pool,
                               "the directory's %s of %s makes no sense", name, entry->dn);
}

const char *asactl_directory_text(apr_pool_t *pool, const asactl_ldap_entry_t *entry,
                                  const char *name, asactl_outcome_t *outcome)
{
    const asactl_ldap_value_t *value = first_value(entry, name);
    const char *text =
        value == NULL ? "" : asactl_directory_value_text(pool, value->bytes, value->len);

    if (text == NULL) {
        malformed(pool, entry, name, outcome);
    }
    return text;
}

/* The codes of Active Directory are signed; their bits are what counts. */
bool asactl_directory_number(apr_pool_t *pool, const asactl_ldap_entry_t *entry, const char *name,
                             uint32_t *out, asactl_outcome_t *outcome)
{
    const asactl_ldap_value_t *value = first_value(entry, name);
    int64_t number = 0;

    if (value != NULL && (!asactl_directory_value_number(value->bytes, value->len, &number) ||
                          number < INT32_MIN || number > UINT32_MAX)) {
        return malformed(pool, entry, name, outcome);
    }
    *out = (uint32_t)number;
    return true;
}

bool asactl_directory_spns(apr_pool_t *pool, const asactl_ldap_entry_t *entry,
                           apr_array_header_t **out, asactl_outcome_t *outcome)
{
    const apr_array_header_t *values = asactl_ldap_values(entry, "servicePrincipalName");

    *out = apr_array_make(pool, 8, sizeof(const char *));
    for (int i = 0; values != NULL && i < values->nelts; i++) {
        const asactl_ldap_value_t *value = &APR_ARRAY_IDX(values, i, asactl_ldap_value_t);
        const char *spn = asactl_directory_value_text(pool, value->bytes, value->len);

        if (spn == NULL) {
            return malformed(pool, entry, "servicePrincipalName", outcome);
        }
        APR_ARRAY_PUSH(*out, const char *) = spn;
    }
    return true;
}

typedef struct {
    asactl_ldap_t *ldap;
    apr_pool_t *pool;
    const asactl_ldap_act_t *act;
} reader_t;

static bool read_part(void *baton, const char *dn, const char *attribute, asactl_ldap_entry_t *out,
                      asactl_outcome_t *outcome)
{
    const reader_t *reader = baton;
    const char *const attributes[] = {attribute, NULL};
    const asactl_ldap_query_t query = {dn, false, "(objectClass=*)", attributes};
    apr_array_header_t *entries;

    if (!asactl_ldap_search(reader->ldap, reader->pool, &query, reader->act, &entries, outcome)) {
        return false;
    }
    *out = entries->nelts == 1
               ? APR_ARRAY_IDX(entries, 0, asactl_ldap_entry_t)
               : (asactl_ldap_entry_t){
                     dn, apr_array_make(reader->pool, 1, sizeof(asactl_ldap_attribute_t))};
    return true;
}

bool asactl_directory_search(asactl_ldap_t *ldap, apr_pool_t *pool,
                             const asactl_ldap_query_t *query, const asactl_ldap_act_t *act,
                             apr_array_header_t **out, asactl_outcome_t *outcome)
{
    reader_t reader = {ldap, pool, act};

    if (!asactl_ldap_search(ldap, pool, query, act, out, outcome)) {
        return false;
    }
    for (int i = 0; i < (*out)->nelts; i++) {
        if (!asactl_directory_range_complete(pool, &APR_ARRAY_IDX(*out, i, asactl_ldap_entry_t),
                                             read_part, &reader, outcome)) {
            return false;
        }
    }
    return true;
}

bool asactl_directory_entry(asactl_directory_t *directory, apr_pool_t *pool, const char *dn,
                            const char *const *attributes, asactl_ldap_entry_t *out,
                            asactl_outcome_t *outcome)
{
    asactl_ldap_query_t query = {dn, false, "(objectClass=*)", attributes};
    asactl_ldap_act_t act = {.doing = apr_psprintf(pool, "read %s", dn)};
    apr_array_header_t *entries;

    if (!asactl_directory_search(directory->ldap, pool, &query, &act, &entries, outcome)) {
        return false;
    }
    if (entries->nelts != 1) {
        return asactl_outcome_fail(outcome, ASACTL_NOT_FOUND,
                                   "check the DN, and the rights of the account of your ticket",
                                   pool, "there is no %s that can be read", dn);
    }
    *out = APR_ARRAY_IDX(entries, 0, asactl_ldap_entry_t);
    return true;
}

/* --- opening --- */

bool asactl_directory_open_server(asactl_directory_t *directory, const char *host, bool catalog,
                                  asactl_ldap_t **out, asactl_outcome_t *outcome)
{
    asactl_ldap_target_t target = {.host = host,
                                   .global_catalog = catalog,
                                   .mode = directory->settings->ldap_mode,
                                   .ca = directory->settings->ca};

    return asactl_ldap_open(directory->pool, &target, out, outcome);
}

bool asactl_directory_open_one_of(asactl_directory_t *directory, const char *domain, bool catalog,
                                  const char **server, asactl_ldap_t **out,
                                  asactl_outcome_t *outcome)
{
    apr_array_header_t *hosts;

    if (!asactl_ldap_discover(directory->pool, domain, &hosts, outcome)) {
        return false;
    }
    for (int i = 0; i < hosts->nelts && i < SERVERS_TRIED; i++) {
        *server = APR_ARRAY_IDX(hosts, i, const char *);
        if (asactl_directory_open_server(directory, *server, catalog, out, outcome)) {
            return true;
        }
        if (outcome->code != ASACTL_UNREACHABLE) {
            return false;
        }
    }
    return false;
}

static bool open_controller(asactl_directory_t *directory, asactl_outcome_t *outcome)
{
    const char *realm = directory->settings->realm;

    if (directory->settings->server != NULL) {
        directory->server = directory->settings->server;
        return asactl_directory_open_server(directory, directory->server, false, &directory->ldap,
                                            outcome);
    }
    if (realm == NULL) {
        realm = asa_host_realm_default(directory->pool);
    }
    if (realm == NULL) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "name one with --server or --realm",
                                   directory->pool, "no domain controller and no realm is known");
    }
    return asactl_directory_open_one_of(directory,
                                        apr_pstrcat(directory->pool, "dc._msdcs.", realm, NULL),
                                        false, &directory->server, &directory->ldap, outcome);
}

/* DC=corp,DC=example as corp.example; NULL if the name is not made of domain components. */
static const char *dns_name(apr_pool_t *pool, const char *dn)
{
    char *copy = apr_pstrdup(pool, dn), *rest = NULL;
    const char *name = "";

    for (char *part = apr_strtok(copy, ",", &rest); part != NULL;
         part = apr_strtok(NULL, ",", &rest)) {
        if (strncasecmp(part, "DC=", 3) != 0) {
            return NULL;
        }
        name = apr_pstrcat(pool, name, *name == '\0' ? "" : ".", part + 3, NULL);
    }
    return *name == '\0' ? NULL : name;
}

/* Is this the domain that was asked for? */
static bool check_realm(asactl_directory_t *directory, asactl_outcome_t *outcome)
{
    const char *domain = dns_name(directory->pool, directory->base);
    const char *realm = directory->settings->realm;

    directory->realm = domain;
    if (domain == NULL) {
        return asactl_outcome_fail(outcome, ASACTL_FAILED, "name a domain controller with --server",
                                   directory->pool, "%s is no domain controller",
                                   directory->server);
    }
    if (realm != NULL && strcasecmp(domain, realm) != 0) {
        return asactl_outcome_fail(
            outcome, ASACTL_CREDENTIALS, "check --realm and --server, or asactl.conf",
            directory->pool, "%s serves the realm %s, not %s", directory->server, domain, realm);
    }
    return true;
}

static bool read_root(asactl_directory_t *directory, asactl_outcome_t *outcome)
{
    static const char *const attributes[] = {"defaultNamingContext", "configurationNamingContext",
                                             "rootDomainNamingContext", "isGlobalCatalogReady",
                                             NULL};
    apr_pool_t *pool = directory->pool;
    asactl_ldap_entry_t root;
    const char *forest, *ready;

    if (!asactl_directory_entry(directory, pool, "", attributes, &root, outcome)) {
        return false;
    }
    directory->base = asactl_directory_text(pool, &root, attributes[0], outcome);
    directory->configuration = asactl_directory_text(pool, &root, attributes[1], outcome);
    forest = asactl_directory_text(pool, &root, attributes[2], outcome);
    ready = asactl_directory_text(pool, &root, attributes[3], outcome);
    if (directory->base == NULL || directory->configuration == NULL || forest == NULL ||
        ready == NULL) {
        return false;
    }
    directory->forest = dns_name(pool, forest);
    directory->is_catalog = strcmp(ready, "TRUE") == 0;
    return check_realm(directory, outcome);
}

/* The short name of the domain, as in DOMAIN\name. */
static bool read_netbios(asactl_directory_t *directory, asactl_outcome_t *outcome)
{
    static const char *const attributes[] = {"nETBIOSName", NULL};
    apr_pool_t *pool = directory->pool;
    asactl_ldap_query_t query = {
        apr_pstrcat(pool, "CN=Partitions,", directory->configuration, NULL), true,
        apr_psprintf(pool, "(&(objectClass=crossRef)(nETBIOSName=*)(nCName=%s))",
                     asactl_directory_value_filter(pool, directory->base, false)),
        attributes};
    asactl_ldap_act_t act = {.doing = "read the domain's short name"};
    apr_array_header_t *entries;

    if (!asactl_directory_search(directory->ldap, pool, &query, &act, &entries, outcome)) {
        return false;
    }
    directory->netbios =
        entries->nelts == 0
            ? ""
            : asactl_directory_text(pool, &APR_ARRAY_IDX(entries, 0, asactl_ldap_entry_t),
                                    attributes[0], outcome);
    return directory->netbios != NULL;
}

bool asactl_directory_open(apr_pool_t *pool, const asactl_settings_t *settings,
                           asactl_directory_t **out, asactl_outcome_t *outcome)
{
    asactl_directory_t *directory = apr_pcalloc(pool, sizeof *directory);

    directory->pool = pool;
    directory->settings = settings;
    if (!asactl_caller_open(pool, settings, &directory->caller, outcome) ||
        !open_controller(directory, outcome) || !read_root(directory, outcome) ||
        !read_netbios(directory, outcome)) {
        return false;
    }
    *out = directory;
    return true;
}

const char *asactl_directory_server(const asactl_directory_t *directory)
{
    return directory->server;
}

const asactl_caller_t *asactl_directory_caller(const asactl_directory_t *directory)
{
    return directory->caller;
}

bool asactl_directory_is_caller(const asactl_directory_t *directory,
                                const asactl_account_t *account)
{
    return asactl_caller_is(directory->caller, account->sam, directory->realm);
}
