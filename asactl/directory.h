/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts of an Active Directory, as far as an alternate service account needs them; on top of
 * ldap.h.
 *
 * Reads and writes of one run go to one domain controller.  Service principal names are searched
 * forest-wide in the global catalog (port 3268).  All strings live in the pool given; they come
 * from the directory and are hostile.
 */
#ifndef ASACTL_DIRECTORY_H
#define ASACTL_DIRECTORY_H

#include <stdbool.h>
#include <stdint.h>

#include <apr_tables.h>
#include <apr_time.h>

#include "asactl/caller.h"
#include "asactl/outcome.h"
#include "asactl/password.h"
#include "asactl/settings.h"

typedef struct asactl_directory_t asactl_directory_t;

typedef struct asactl_account_t {
    const char *dn;
    const char *sam; /* sAMAccountName */
    const char *upn; /* userPrincipalName; "" if it has none */
    const char *netbios_domain;
    bool computer, disabled, password_expired;
    uint32_t kvno;                    /* msDS-KeyVersionNumber; 0 unknown */
    uint32_t enctypes;                /* msDS-SupportedEncryptionTypes; 0 unset */
    uint32_t control;                 /* userAccountControl */
    apr_time_t password_set, created; /* 0: never / unknown */
    apr_time_t expires;               /* accountExpires; 0: never */
    apr_time_t password_expires;      /* msDS-UserPasswordExpiryTimeComputed; 0: never */
    const char *description;
    const apr_array_header_t *spns; /* const char * */
} asactl_account_t;

typedef struct asactl_spn_holder_t {
    const char *spn; /* as the directory spells it */
    const char *sam, *dn;
} asactl_spn_holder_t;

/* Opens the domain controller and, at first need, the global catalog, as the caller that the
 * settings name (caller.h); closed with the pool. */
bool asactl_directory_open(apr_pool_t *pool, const asactl_settings_t *settings,
                           asactl_directory_t **out, asactl_outcome_t *outcome);
const char *asactl_directory_server(const asactl_directory_t *directory);
const asactl_caller_t *asactl_directory_caller(const asactl_directory_t *directory);

/* The clock of the domain controller, to a second. */
bool asactl_directory_clock(asactl_directory_t *directory, apr_pool_t *pool, apr_time_t *out,
                            asactl_outcome_t *outcome);

/* Is the caller this account of the domain? */
bool asactl_directory_is_caller(const asactl_directory_t *directory,
                                const asactl_account_t *account);

/* Finds an account by sAMAccountName (with or without '$'; DOMAIN\name too).  ASACTL_NOT_FOUND if
 * there is none. */
bool asactl_directory_find(asactl_directory_t *directory, apr_pool_t *pool, const char *name,
                           asactl_account_t *out, asactl_outcome_t *outcome);

typedef struct asactl_new_account_t {
    const char *sam;
    bool user;      /* a user account instead of a computer account */
    const char *ou; /* DN; NULL: the default container */
    uint32_t enctypes;
    const char *description;
    const unsigned char *password; /* UTF-16LE without quotes */
    size_t password_len;
} asactl_new_account_t;

bool asactl_directory_create(asactl_directory_t *directory, apr_pool_t *pool,
                             const asactl_new_account_t *account, asactl_outcome_t *outcome);
bool asactl_directory_disable(asactl_directory_t *directory, apr_pool_t *pool,
                              const asactl_account_t *account, asactl_outcome_t *outcome);
bool asactl_directory_delete(asactl_directory_t *directory, apr_pool_t *pool,
                             const asactl_account_t *account, asactl_outcome_t *outcome);

/* Who holds this service principal name, forest-wide (compared without case; '*' allowed in it)?
 * asactl_spn_holder_t, also none. */
bool asactl_directory_holders(asactl_directory_t *directory, apr_pool_t *pool, const char *spn,
                              apr_array_header_t **out, asactl_outcome_t *outcome);

/* The same of many names, in few searches: out[i] are the holders (asactl_spn_holder_t) of
 * spns[i]. */
bool asactl_directory_holders_each(asactl_directory_t *directory, apr_pool_t *pool,
                                   const char *const *spns, size_t count,
                                   const apr_array_header_t **out, asactl_outcome_t *outcome);

/* Writes the whole list of an account's names with replace, after comparing with what is there now:
 * refused (ASACTL_CONFLICT) if it changed since before was read. */
bool asactl_directory_set_spns(asactl_directory_t *directory, apr_pool_t *pool,
                               const asactl_account_t *before, const apr_array_header_t *spns,
                               asactl_outcome_t *outcome);

/* Sets the password: a reset over LDAP; the caller's own, which may not be reset, is changed with
 * its key. */
bool asactl_directory_set_password(asactl_directory_t *directory, apr_pool_t *pool,
                                   const asactl_account_t *account,
                                   const asactl_password_t *password, asactl_outcome_t *outcome);

/* dNSHostName of every domain controller of the domain (const char *). */
bool asactl_directory_controllers(asactl_directory_t *directory, apr_pool_t *pool,
                                  apr_array_header_t **out, asactl_outcome_t *outcome);

#endif
