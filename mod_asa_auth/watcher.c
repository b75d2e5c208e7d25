/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs the module's own thread.
 */
#include "mod_asa_auth/watcher.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>

/* A change of a key table is found by one look and has settled at the next, so half a second is the
 * longest. */
#define TICK_MS 250

static struct {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool stop;
    mod_asa_watcher_tick_t *tick;
    server_rec *main_server;
} watcher = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static bool wait_for_tick(void)
{
    struct timespec until;
    int status = 0;
    bool stop;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += TICK_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_mutex_lock(&watcher.mutex);
    while (!watcher.stop && status == 0) {
        status = pthread_cond_timedwait(&watcher.wake, &watcher.mutex, &until);
    }
    stop = watcher.stop;
    pthread_mutex_unlock(&watcher.mutex);
    return !stop;
}

static void *run(void *unused)
{
    while (wait_for_tick()) {
        watcher.tick(watcher.main_server);
    }
    return NULL;
}

static apr_status_t stop(void *unused)
{
    pthread_mutex_lock(&watcher.mutex);
    watcher.stop = true;
    pthread_cond_signal(&watcher.wake);
    pthread_mutex_unlock(&watcher.mutex);
    pthread_join(watcher.thread, NULL);
    return APR_SUCCESS;
}

int mod_asa_watcher_start(apr_pool_t *pchild, server_rec *main_server, mod_asa_watcher_tick_t *tick)
{
    pthread_condattr_t monotonic;
    sigset_t all, before;
    int error;

    watcher.tick = tick;
    watcher.main_server = main_server;
    watcher.stop = false;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&watcher.wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    /* httpd steers a child with signals that must reach the child's own threads. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&watcher.thread, NULL, run, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error == 0) {
        apr_pool_pre_cleanup_register(pchild, NULL, stop);
    }
    return error;
}
