/* SPDX-License-Identifier: Apache-2.0
 *
 * One generation of keys in use: everything that acceptance needs, made from keys, and kept until
 * its last user is done.
 *
 * It lives in a pool of its own with an allocator of its own, so that whichever thread is the last
 * may destroy it.  Read-only once made.
 */
#ifndef MOD_ASA_AUTH_HELD_H
#define MOD_ASA_AUTH_HELD_H

#include <stdatomic.h>

#include <apr_pools.h>
#include <apr_time.h>

#include "core/gss.h"
#include "core/keyring.h"
#include "core/ticket.h"
#include "mod_asa_auth/held_list.h"

typedef struct mod_asa_held_t {
    asa_keys_t keys;
    const asa_keyring_t *ring;
    asa_acceptor_t *acceptor;
    /* The same keys without a replay cache: for choosing between channel bindings */
    asa_acceptor_t *trial_acceptor;
    asa_opener_t *opener;
    const char *summary; /* "EXCH2016ASA$ kvno 6, 5 (…)" */
    mod_asa_held_list_t list;
    unsigned generation; /* 1 for the keys that the child began with */
    apr_time_t loaded;
    apr_pool_t *pool;
    atomic_int users; /* those who use it now, and one for being the newest */
} mod_asa_held_t;

/* Makes a generation in a pool of its own (own_pool.h), with one user, from keys that live as long.
 * Returns NULL and *out, or a sentence from the pool, which then stays the caller's. */
const char *mod_asa_held_make(apr_pool_t *pool, const asa_keys_t *keys,
                              const char *const *node_names, size_t node_name_count,
                              mod_asa_held_t **out);

/* One user less; the last one destroys it. */
void mod_asa_held_drop(mod_asa_held_t *held);

#endif
