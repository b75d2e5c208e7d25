/* SPDX-License-Identifier: Apache-2.0
 *
 * Channel bindings to back ends, of one child: learned by a look at the certificate that a back end
 * shows, and looked at again from time to time.
 *
 * Threads: any.
 */
#ifndef MOD_ASA_AUTH_BACK_END_CERTIFICATE_H
#define MOD_ASA_AUTH_BACK_END_CERTIFICATE_H

#include <apr_thread_pool.h>

#include "core/peer_certificate.h"
#include "mod_asa_auth/private.h"

/* In each child. */
void mod_asa_back_end_certificate_start(apr_pool_t *pchild, apr_thread_pool_t *threads);

/* The bindings, in the pool; NULL when the certificate defines none or cannot be looked at now:
 * then whoever connects finds out why.  Waits a few seconds at most. */
const asa_channel_bindings_t *mod_asa_back_end_certificate_bindings(apr_pool_t *pool,
                                                                    const asa_peer_t *peer);

/* The back end has refused a ticket: perhaps its certificate is a new one. */
void mod_asa_back_end_certificate_doubt(apr_pool_t *pool, const asa_peer_t *peer);

#endif
