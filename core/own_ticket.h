/* SPDX-License-Identifier: Apache-2.0
 *
 * An account's own ticket-granting ticket: got with the keys that are held, kept in memory, and got
 * anew before it ends.
 *
 * Threads: any number may use one; who asks while another waits for the KDC waits with it.
 */
#ifndef CORE_OWN_TICKET_H
#define CORE_OWN_TICKET_H

#include <stddef.h>

#include <apr_pools.h>

#include "core/delegation.h"
#include "core/keyring.h"

struct _krb5_context;

typedef struct asa_own_ticket_t asa_own_ticket_t;

/* None yet; NULL without memory.  It ends with the pool. */
asa_own_ticket_t *asa_own_ticket_make(apr_pool_t *pool);

/* Whose key: the account that owns the one at this index of the ring, which has just opened a
 * ticket of the KDC's.  So the KDC knows this key or a later one (a roll has been), and keys are
 * tried in that order: one that a roll has only staged comes last, as directories count wrong ones.
 * For the same reason a failure is remembered for a while, as long as the keys are of the same
 * generation. */
typedef struct asa_own_ticket_keys_t {
    const asa_keyring_t *ring;
    size_t index;
    unsigned generation;
} asa_own_ticket_keys_t;

/* Puts a copy of the ticket into the credential cache of that name.  GRANTED, UNREACHABLE or
 * NO_ACCOUNT; *words says why, from the pool, which holds keys
 * too and should not last.  May wait for the KDC. */
asa_kdc_answer_t asa_own_ticket_get(asa_own_ticket_t *own, const asa_own_ticket_keys_t *keys,
                                    struct _krb5_context *context, const char *cache,
                                    apr_pool_t *pool, const char **words);

/* The next one who needs it gets a new one. */
void asa_own_ticket_forget(asa_own_ticket_t *own);

#endif
