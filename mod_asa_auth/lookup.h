/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks things up that others must answer (a KDC, a back end), without holding up a request for
 * longer than it may wait: on helper threads, once for all who ask the same at the same time, and
 * kept until the answer ends.
 *
 * Threads: any thread of a child may ask.  An entry belongs to everybody who holds it, and is
 * destroyed when the last one lets go of it; what it answers is read-only.
 */
#ifndef MOD_ASA_AUTH_LOOKUP_H
#define MOD_ASA_AUTH_LOOKUP_H

#include <stddef.h>

#include <apr_pools.h>
#include <apr_thread_pool.h>
#include <apr_time.h>

typedef struct mod_asa_lookup_t mod_asa_lookup_t;
typedef struct mod_asa_lookup_entry_t mod_asa_lookup_entry_t;

typedef struct mod_asa_lookup_kind_t {
    /* In the asking thread: a copy of the question in the pool, which lives as long as the entry.
     */
    void *(*copy)(apr_pool_t *pool, const void *question);
    /* In a helper thread: the answer, never NULL, in the same pool, and when it ends. */
    void *(*answer)(apr_pool_t *pool, const void *question, apr_time_t *ends);
} mod_asa_lookup_kind_t;

/* The threads that look things up, of a child; NULL if there can be none.  They end with the pool.
 */
apr_thread_pool_t *mod_asa_lookup_threads(apr_pool_t *pchild);

/* At most limit answers are kept; the one that was not used for longest gives way. */
mod_asa_lookup_t *mod_asa_lookup_make(apr_pool_t *pchild, apr_thread_pool_t *threads,
                                      const mod_asa_lookup_kind_t *kind, size_t limit);

/* The entry of this key, if it has an answer that has not ended, else NULL; held. */
mod_asa_lookup_entry_t *mod_asa_lookup_find(mod_asa_lookup_t *lookup, const char *key);

/* The same, after looking it up if need be and waiting for the answer at most that long; NULL when
 * there is none by then.  A lookup that takes longer goes on and answers the next who asks; one
 * that has not begun when the last has stopped waiting never does. */
mod_asa_lookup_entry_t *mod_asa_lookup_ask(mod_asa_lookup_t *lookup, const char *key,
                                           const void *question, apr_interval_time_t wait);

/* Of an entry that is held. */
const void *mod_asa_lookup_answer(const mod_asa_lookup_entry_t *entry);

/* The next who asks looks it up anew. */
void mod_asa_lookup_forget(mod_asa_lookup_entry_t *entry);

void mod_asa_lookup_release(mod_asa_lookup_entry_t *entry);

#endif
