/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes and destroys generations of keys in use.
 */
#include "mod_asa_auth/held.h"

#include "core/keytab.h"

const char *mod_asa_held_make(apr_pool_t *pool, const asa_keys_t *keys,
                              const char *const *node_names, size_t node_name_count,
                              mod_asa_held_t **out)
{
    mod_asa_held_t *held = apr_pcalloc(pool, sizeof *held);
    const char *name, *error;
    asa_keys_t distinct;

    held->pool = pool;
    held->keys = *keys;
    held->ring = asa_keyring_make(pool, keys, node_names, node_name_count);
    asa_keyring_distinct(pool, held->ring, &distinct);
    error = asa_keytab_publish(pool, &distinct, &name);
    held->summary = asa_keyring_held(pool, held->ring);
    mod_asa_held_list_make(pool, held->ring, &held->list);
    if (error == NULL) {
        error = asa_ticket_opener_make(pool, held->ring, &held->opener);
    }
    if (error == NULL) {
        error = asa_gss_acceptor_make(pool, name, NULL, &held->acceptor);
    }
    if (error == NULL) {
        error = asa_gss_acceptor_make(pool, name, "none:", &held->trial_acceptor);
    }
    atomic_init(&held->users, 1);
    *out = error == NULL ? held : NULL;
    return error;
}

void mod_asa_held_drop(mod_asa_held_t *held)
{
    if (atomic_fetch_sub(&held->users, 1) == 1) {
        apr_pool_destroy(held->pool);
    }
}
