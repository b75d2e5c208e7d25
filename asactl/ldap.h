/* SPDX-License-Identifier: Apache-2.0
 *
 * One connection to a domain controller over libldap (RFC 4511), bound with the caller's Kerberos
 * ticket (RFC 4752) and never in clear: sealed by Kerberos on ldap://, or inside TLS.
 *
 * A connection belongs to one thread and closes with its pool.  Referrals are not followed.  Every
 * call has a time limit.  What the directory sends is copied into the pool of the call and may hold
 * any byte; nothing here interprets it.  Requests and what libldap copies of them are wiped.
 */
#ifndef ASACTL_LDAP_H
#define ASACTL_LDAP_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_tables.h>

#include "asactl/ldap_error.h"
#include "asactl/outcome.h"
#include "asactl/settings.h"

typedef struct asactl_ldap_t asactl_ldap_t;

typedef struct asactl_ldap_target_t {
    const char *host;    /* the name that its tickets and its certificate carry */
    bool global_catalog; /* ports 3268 and 3269 instead of 389 and 636 */
    asactl_ldap_mode_t mode;
    const char *ca; /* PEM file for TLS; NULL: the system's */
} asactl_ldap_target_t;

typedef struct asactl_ldap_value_t {
    const unsigned char *bytes; /* a NUL follows that len does not count */
    size_t len;
} asactl_ldap_value_t;

typedef struct asactl_ldap_attribute_t {
    const char *name;                 /* as the directory spells it, options included */
    const apr_array_header_t *values; /* asactl_ldap_value_t */
} asactl_ldap_attribute_t;

typedef struct asactl_ldap_entry_t {
    const char *dn;
    const apr_array_header_t *attributes; /* asactl_ldap_attribute_t */
} asactl_ldap_entry_t;

typedef struct asactl_ldap_query_t {
    const char *base; /* "" is the root */
    bool whole_tree;  /* else the base entry alone */
    const char *filter;
    /* Ends with NULL.  nTSecurityDescriptor is asked for by itself, of one entry, and comes without
     * what few may read of it (its SACL). */
    const char *const *attributes;
} asactl_ldap_query_t;

bool asactl_ldap_open(apr_pool_t *pool, const asactl_ldap_target_t *target, asactl_ldap_t **out,
                      asactl_outcome_t *outcome);

/* All entries found (asactl_ldap_entry_t), asked for in pages; an answer that is cut short, for
 * whatever reason, is a failure. */
bool asactl_ldap_search(asactl_ldap_t *ldap, apr_pool_t *pool, const asactl_ldap_query_t *query,
                        const asactl_ldap_act_t *act, apr_array_header_t **out,
                        asactl_outcome_t *outcome);

/* Adds an entry; every attribute has at least one value. */
bool asactl_ldap_add(asactl_ldap_t *ldap, apr_pool_t *pool, const asactl_ldap_entry_t *entry,
                     const asactl_ldap_act_t *act, asactl_outcome_t *outcome);

/* Replaces the values of one attribute; none removes it. */
bool asactl_ldap_replace(asactl_ldap_t *ldap, apr_pool_t *pool, const char *dn,
                         const asactl_ldap_attribute_t *attribute, const asactl_ldap_act_t *act,
                         asactl_outcome_t *outcome);

bool asactl_ldap_delete(asactl_ldap_t *ldap, apr_pool_t *pool, const char *dn,
                        const asactl_ldap_act_t *act, asactl_outcome_t *outcome);

/* Hosts that DNS names for a service of a domain (const char *, in the order to try): the records
 * _ldap._tcp.DOMAIN. */
bool asactl_ldap_discover(apr_pool_t *pool, const char *domain, apr_array_header_t **out,
                          asactl_outcome_t *outcome);

/* The values of an attribute (asactl_ldap_value_t), NULL if the entry has none. */
const apr_array_header_t *asactl_ldap_values(const asactl_ldap_entry_t *entry, const char *name);

#endif
