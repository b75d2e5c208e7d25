/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps answers and has them looked up by helper threads.
 */
#include "mod_asa_auth/lookup.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "mod_asa_auth/own_pool.h"

/* KDCs and back ends that do not answer keep a thread busy for long; the others go on. */
#define THREADS_MAX 8

struct mod_asa_lookup_t {
    const mod_asa_lookup_kind_t *kind;
    apr_thread_pool_t *threads;
    size_t limit;
    pthread_mutex_t mutex; /* guards all below, and every entry's state */
    pthread_cond_t answered;
    apr_hash_t *entries; /* by key */
};

struct mod_asa_lookup_entry_t {
    mod_asa_lookup_t *lookup;
    apr_pool_t *pool;
    const char *key;
    const void *question;
    void *answer; /* NULL: not yet */
    apr_time_t ends;
    apr_time_t used;
    bool listed;
    int waiting; /* who waits for the answer */
    int users;   /* the table, the helper thread, and who holds it */
};

apr_thread_pool_t *mod_asa_lookup_threads(apr_pool_t *pchild)
{
    /* Its tasks are allocated while other threads use pchild. */
    apr_pool_t *own = mod_asa_own_pool_below(pchild);
    apr_thread_pool_t *threads = NULL;

    return own != NULL && apr_thread_pool_create(&threads, 0, THREADS_MAX, own) == APR_SUCCESS
               ? threads
               : NULL;
}

/* With the mutex held; the last user destroys the entry. */
static void drop(mod_asa_lookup_entry_t *entry)
{
    if (--entry->users == 0) {
        apr_pool_destroy(entry->pool);
    }
}

static void unlist(mod_asa_lookup_entry_t *entry)
{
    if (entry->listed) {
        apr_hash_set(entry->lookup->entries, entry->key, APR_HASH_KEY_STRING, NULL);
        entry->listed = false;
        drop(entry);
    }
}

/* What nobody uses goes with the table; what is used is its user's.  The threads, in a pool below,
 * have ended: what has no answer now was never begun. */
static apr_status_t close_lookup(void *data)
{
    mod_asa_lookup_t *lookup = data;

    pthread_mutex_lock(&lookup->mutex);
    for (apr_hash_index_t *i = apr_hash_first(NULL, lookup->entries); i != NULL;
         i = apr_hash_next(i)) {
        mod_asa_lookup_entry_t *entry = apr_hash_this_val(i);
        if (entry->answer == NULL) {
            drop(entry);
        }
        unlist(entry);
    }
    pthread_mutex_unlock(&lookup->mutex);
    pthread_cond_destroy(&lookup->answered);
    pthread_mutex_destroy(&lookup->mutex);
    return APR_SUCCESS;
}

mod_asa_lookup_t *mod_asa_lookup_make(apr_pool_t *pchild, apr_thread_pool_t *threads,
                                      const mod_asa_lookup_kind_t *kind, size_t limit)
{
    mod_asa_lookup_t *lookup = apr_pcalloc(pchild, sizeof *lookup);
    pthread_condattr_t monotonic;

    lookup->kind = kind;
    lookup->threads = threads;
    lookup->limit = limit;
    lookup->entries = apr_hash_make(pchild);
    pthread_mutex_init(&lookup->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&lookup->answered, &monotonic);
    pthread_condattr_destroy(&monotonic);
    apr_pool_cleanup_register(pchild, lookup, close_lookup, apr_pool_cleanup_null);
    return lookup;
}

/* When its turn comes late, is there still somebody who wants the answer?  With the mutex held. */
static bool is_wanted(mod_asa_lookup_entry_t *entry)
{
    if (entry->waiting == 0) {
        unlist(entry);
        drop(entry);
        return false;
    }
    return true;
}

static void *APR_THREAD_FUNC work(apr_thread_t *thread, void *data)
{
    mod_asa_lookup_entry_t *entry = data;
    mod_asa_lookup_t *lookup = entry->lookup;
    apr_time_t ends = 0;
    void *answer;
    bool wanted;

    pthread_mutex_lock(&lookup->mutex);
    wanted = is_wanted(entry);
    pthread_mutex_unlock(&lookup->mutex);
    if (!wanted) {
        return NULL;
    }
    answer = lookup->kind->answer(entry->pool, entry->question, &ends);
    pthread_mutex_lock(&lookup->mutex);
    entry->answer = answer;
    entry->ends = ends;
    pthread_cond_broadcast(&lookup->answered);
    drop(entry);
    pthread_mutex_unlock(&lookup->mutex);
    return NULL;
}

/* A thread that is made here inherits the signals that are blocked: httpd steers a child with
 * signals that must reach the child's own threads. */
static bool push(mod_asa_lookup_entry_t *entry)
{
    sigset_t all, before;
    apr_status_t status;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    status = apr_thread_pool_push(entry->lookup->threads, work, entry,
                                  APR_THREAD_TASK_PRIORITY_NORMAL, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status == APR_SUCCESS;
}

/* Makes room for one more; false when everything that is there is still being looked up. */
static bool make_room(mod_asa_lookup_t *lookup)
{
    mod_asa_lookup_entry_t *oldest = NULL;

    if (apr_hash_count(lookup->entries) < lookup->limit) {
        return true;
    }
    for (apr_hash_index_t *i = apr_hash_first(NULL, lookup->entries); i != NULL;
         i = apr_hash_next(i)) {
        mod_asa_lookup_entry_t *entry = apr_hash_this_val(i);
        if (entry->answer != NULL && (oldest == NULL || entry->used < oldest->used)) {
            oldest = entry;
        }
    }
    if (oldest != NULL) {
        unlist(oldest);
    }
    return oldest != NULL;
}

static mod_asa_lookup_entry_t *begin(mod_asa_lookup_t *lookup, const char *key,
                                     const void *question)
{
    apr_pool_t *pool = make_room(lookup) ? mod_asa_own_pool() : NULL;
    mod_asa_lookup_entry_t *entry;

    if (pool == NULL) {
        return NULL;
    }
    entry = apr_pcalloc(pool, sizeof *entry);
    entry->lookup = lookup;
    entry->pool = pool;
    entry->key = apr_pstrdup(pool, key);
    entry->question = lookup->kind->copy(pool, question);
    entry->listed = true;
    entry->users = 2;
    apr_hash_set(lookup->entries, entry->key, APR_HASH_KEY_STRING, entry);
    if (!push(entry)) {
        drop(entry);
        unlist(entry);
        return NULL;
    }
    return entry;
}

/* The entry of the key, answered or not; one that has ended is let go. */
static mod_asa_lookup_entry_t *present(mod_asa_lookup_t *lookup, const char *key)
{
    mod_asa_lookup_entry_t *entry = apr_hash_get(lookup->entries, key, APR_HASH_KEY_STRING);

    if (entry != NULL && entry->answer != NULL && entry->ends <= apr_time_now()) {
        unlist(entry);
        entry = NULL;
    }
    return entry;
}

mod_asa_lookup_entry_t *mod_asa_lookup_find(mod_asa_lookup_t *lookup, const char *key)
{
    mod_asa_lookup_entry_t *entry;

    pthread_mutex_lock(&lookup->mutex);
    entry = present(lookup, key);
    if (entry != NULL && entry->answer == NULL) {
        entry = NULL;
    }
    if (entry != NULL) {
        entry->users++;
        entry->used = apr_time_now();
    }
    pthread_mutex_unlock(&lookup->mutex);
    return entry;
}

static struct timespec after(apr_interval_time_t wait)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait / APR_USEC_PER_SEC;
    until.tv_nsec += (wait % APR_USEC_PER_SEC) * 1000;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    return until;
}

mod_asa_lookup_entry_t *mod_asa_lookup_ask(mod_asa_lookup_t *lookup, const char *key,
                                           const void *question, apr_interval_time_t wait)
{
    struct timespec until = after(wait);
    mod_asa_lookup_entry_t *entry;
    int status = 0;

    pthread_mutex_lock(&lookup->mutex);
    entry = present(lookup, key);
    if (entry == NULL) {
        entry = begin(lookup, key, question);
    }
    if (entry != NULL) {
        entry->users++;
        entry->used = apr_time_now();
        entry->waiting++;
        while (entry->answer == NULL && status == 0) {
            status = pthread_cond_timedwait(&lookup->answered, &lookup->mutex, &until);
        }
        entry->waiting--;
        if (entry->answer == NULL) {
            drop(entry);
            entry = NULL;
        }
    }
    pthread_mutex_unlock(&lookup->mutex);
    return entry;
}

const void *mod_asa_lookup_answer(const mod_asa_lookup_entry_t *entry)
{
    return entry->answer;
}

void mod_asa_lookup_forget(mod_asa_lookup_entry_t *entry)
{
    pthread_mutex_lock(&entry->lookup->mutex);
    unlist(entry);
    pthread_mutex_unlock(&entry->lookup->mutex);
}

void mod_asa_lookup_release(mod_asa_lookup_entry_t *entry)
{
    mod_asa_lookup_t *lookup;

    if (entry != NULL) {
        lookup = entry->lookup;
        pthread_mutex_lock(&lookup->mutex);
        drop(entry);
        pthread_mutex_unlock(&lookup->mutex);
    }
}
