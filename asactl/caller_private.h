/* SPDX-License-Identifier: Apache-2.0
 *
 * What caller.c and caller_password.c share.
 */
#ifndef ASACTL_CALLER_PRIVATE_H
#define ASACTL_CALLER_PRIVATE_H

#include "asactl/caller.h"

#include <krb5.h>

#include "core/keytab_format.h"

struct asactl_caller_t {
    apr_pool_t *pool;
    const char *file; /* the key table; NULL: none */
    const char *name; /* of the principal; NULL: not known */
    krb5_context context;
    krb5_principal principal; /* NULL: not known */
    asa_keys_t keys;          /* of the principal */
    const char *tickets;
    krb5_ccache cache; /* of tickets, in memory */
};

/* Gets an initial ticket with one key of the table.  service: NULL is the ticket-granting one.
 * host: the KDC to ask; NULL: as krb5.conf and DNS say. */
typedef struct asactl_caller_wish_t {
    const char *service, *host;
    bool unreachable; /* filled: the host did not answer */
} asactl_caller_wish_t;

/* Tries the keys, those with the highest kvno first: a roll that was killed has left one that is
 * not in use yet, and a table keeps those that were.  The caller frees what is in *out. */
krb5_error_code asactl_caller_initial(const asactl_caller_t *caller, apr_pool_t *pool,
                                      asactl_caller_wish_t *wish, krb5_creds *out);

#endif
