/* SPDX-License-Identifier: Apache-2.0
 *
 * What directory.c, directory_search.c and directory_write.c share.
 */
#ifndef ASACTL_DIRECTORY_PRIVATE_H
#define ASACTL_DIRECTORY_PRIVATE_H

#include "asactl/directory.h"
#include "asactl/ldap.h"

struct asactl_directory_t {
    apr_pool_t *pool;
    const asactl_settings_t *settings;
    asactl_caller_t *caller;
    const char *realm; /* of the domain */
    const char *server;
    asactl_ldap_t *ldap;
    asactl_ldap_t *catalog; /* NULL until it is needed */
    bool is_catalog;        /* the domain controller is itself a global catalog */
    const char *base;       /* the domain's naming context */
    const char *configuration;
    const char *forest; /* DNS name of the forest's root domain; NULL: not known */
    const char *netbios;
};

/* The first value of an attribute as text: "" if there is none; NULL, with an outcome, if it is
 * none that can be text. */
const char *asactl_directory_text(apr_pool_t *pool, const asactl_ldap_entry_t *entry,
                                  const char *name, asactl_outcome_t *outcome);

/* The first value as a number from 0 to UINT32_MAX; missing is 0. */
bool asactl_directory_number(apr_pool_t *pool, const asactl_ldap_entry_t *entry, const char *name,
                             uint32_t *out, asactl_outcome_t *outcome);

/* All values of servicePrincipalName (const char *). */
bool asactl_directory_spns(apr_pool_t *pool, const asactl_ldap_entry_t *entry,
                           apr_array_header_t **out, asactl_outcome_t *outcome);

/* As asactl_ldap_search, and attributes that come in parts are read to their end. */
bool asactl_directory_search(asactl_ldap_t *ldap, apr_pool_t *pool,
                             const asactl_ldap_query_t *query, const asactl_ldap_act_t *act,
                             apr_array_header_t **out, asactl_outcome_t *outcome);

/* The entry with this DN, attributes as named; ASACTL_NOT_FOUND if there is none. */
bool asactl_directory_entry(asactl_directory_t *directory, apr_pool_t *pool, const char *dn,
                            const char *const *attributes, asactl_ldap_entry_t *out,
                            asactl_outcome_t *outcome);

/* Opens a server of the directory, or its global catalog; closed with the directory. */
bool asactl_directory_open_server(asactl_directory_t *directory, const char *host, bool catalog,
                                  asactl_ldap_t **out, asactl_outcome_t *outcome);

/* The first server that answers of those that DNS names for a domain; one that answers with a
 * refusal ends the search. */
bool asactl_directory_open_one_of(asactl_directory_t *directory, const char *domain, bool catalog,
                                  const char **server, asactl_ldap_t **out,
                                  asactl_outcome_t *outcome);

#endif
