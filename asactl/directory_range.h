/* SPDX-License-Identifier: Apache-2.0
 *
 * Attributes with more values than the directory puts into one answer (MS-ADTS section
 * 3.1.1.3.1.3.3): it answers "servicePrincipalName;range=0-1499", and wants to be asked for
 * "servicePrincipalName;range=1500-*" next.
 *
 * Does no I/O itself; results live in the pool given.
 */
#ifndef ASACTL_DIRECTORY_RANGE_H
#define ASACTL_DIRECTORY_RANGE_H

#include "asactl/ldap.h"

/* Reads one attribute of the entry with this DN. */
typedef bool asactl_directory_range_ask_t(void *baton, const char *dn, const char *attribute,
                                          asactl_ldap_entry_t *out, asactl_outcome_t *outcome);

/* Reads every attribute that came in part to its end, and gives it the name that was asked for. */
bool asactl_directory_range_complete(apr_pool_t *pool, asactl_ldap_entry_t *entry,
                                     asactl_directory_range_ask_t *ask, void *baton,
                                     asactl_outcome_t *outcome);

#endif
