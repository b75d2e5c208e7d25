/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom a run of asactl acts as: the owner of the default credential cache, or of a key table.
 *
 * With a key table, tickets are got for this run alone and lie in memory; LDAP connections that
 * this thread opens afterwards use them.  Keys of the table are read once, so that the one that
 * was right at the begin is at hand when the file has changed.  One thread; lives in its pool.
 */
#ifndef ASACTL_CALLER_H
#define ASACTL_CALLER_H

#include <stdbool.h>

#include "asactl/outcome.h"
#include "asactl/password.h"
#include "asactl/settings.h"

typedef struct asactl_caller_t asactl_caller_t;

/* ASACTL_CREDENTIALS if the key table gives no ticket; without one, nothing can fail here. */
bool asactl_caller_open(apr_pool_t *pool, const asactl_settings_t *settings, asactl_caller_t **out,
                        asactl_outcome_t *outcome);

/* The name of the credential cache; NULL: the default one. */
const char *asactl_caller_tickets(const asactl_caller_t *caller);

/* Is the caller this account? */
bool asactl_caller_is(const asactl_caller_t *caller, const char *sam, const char *realm);

/* Changes the caller's own password at this controller (kpasswd, RFC 3244), by a ticket that its
 * key in use now gives.  dn: of its account, for the text of a refusal. */
bool asactl_caller_change_password(const asactl_caller_t *caller, apr_pool_t *pool,
                                   const char *host, const char *dn,
                                   const asactl_password_t *password, asactl_outcome_t *outcome);

#endif
