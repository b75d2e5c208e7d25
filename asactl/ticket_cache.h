/* SPDX-License-Identifier: Apache-2.0
 *
 * A credential cache to ask KDCs from: the caller's ticket-granting tickets and nothing else, so
 * that every service ticket is a fresh one, and none is left with the caller.
 *
 * One thread at a time.
 */
#ifndef ASACTL_TICKET_CACHE_H
#define ASACTL_TICKET_CACHE_H

#include <krb5.h>

/* Fills the cache from the one of that name (NULL: the default one).  The realm may be another one
 * than the caller's: then the library fetches the ticket between the two first.  *client is the
 * caller's principal, to be freed, also after a failure where it is set.  Returns a code of
 * libkrb5, 0 for success.  May wait for the KDC. */
krb5_error_code asactl_ticket_cache_fill(krb5_context context, const char *tickets,
                                         const char *realm, krb5_ccache into,
                                         krb5_principal *client);

#endif
