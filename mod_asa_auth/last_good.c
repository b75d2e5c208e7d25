/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps the bytes of good key tables over restarts and for every process.
 */
#include "mod_asa_auth/last_good.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <apr_strings.h>
#include <apr_time.h>
#include <httpd.h>

#include <http_config.h>

#include "core/wipe.h"

#define RETAINED_KEY "mod_asa_auth last good 3"

/* How long who writes is waited for: a thousand naps of a millisecond; and how often the bytes are
 * copied until they are whole. */
#define NAPS        1000
#define NAP         1000
#define MOST_COPIES 8

/* Of all processes.  Untouched pages of it take no memory.
 *
 * A child that was taken over can write anything here at any time, and the parent is root: it reads
 * each number once, bounds it, follows no pointer in here (as a mutex has them) and waits for
 * nobody without an end. */
typedef struct {
    atomic_int writer;   /* its process; 0: nobody writes */
    atomic_uint version; /* odd: it is being written, or its writer died */
    atomic_size_t len;   /* 0: nothing good is known */
    unsigned char bytes[ASA_KEYTAB_SIZE_MAX];
} shared_t;

typedef struct entry_t {
    struct entry_t *next;
    char *path;
    shared_t *shared;
    pid_t maker;
    bool in_use;
} entry_t;

typedef struct {
    entry_t *first;
} list_t;

static list_t *list_of(void)
{
    list_t *list = ap_retained_data_get(RETAINED_KEY);

    return list != NULL ? list : ap_retained_data_create(RETAINED_KEY, sizeof *list);
}

static shared_t *share(void)
{
    shared_t *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return shared == MAP_FAILED ? NULL : shared;
}

static bool is_gone(int process)
{
    return process <= 0 || (kill(process, 0) != 0 && errno == ESRCH);
}

static bool begin_writing(shared_t *shared)
{
    for (int i = 0; i < NAPS; i++) {
        int writer = 0;

        if (atomic_compare_exchange_strong(&shared->writer, &writer, (int)getpid()) ||
            (is_gone(writer) &&
             atomic_compare_exchange_strong(&shared->writer, &writer, (int)getpid()))) {
            atomic_fetch_or(&shared->version, 1);
            return true;
        }
        apr_sleep(NAP);
    }
    return false;
}

static void end_writing(shared_t *shared)
{
    atomic_fetch_add(&shared->version, 1);
    atomic_store(&shared->writer, 0);
}

static size_t len_of(const shared_t *shared)
{
    size_t len = atomic_load(&shared->len);

    return len <= sizeof shared->bytes ? len : 0;
}

static void put(shared_t *shared, const unsigned char *bytes, size_t len)
{
    size_t before = len_of(shared);

    atomic_store(&shared->len, 0);
    if (len < before) {
        explicit_bzero(shared->bytes + len, before - len);
    }
    if (len > 0) {
        memcpy(shared->bytes, bytes, len);
    }
    atomic_store(&shared->len, len);
}

/* The children of the configuration before may use it until they end. */
static void forget(shared_t *shared)
{
    if (begin_writing(shared)) {
        put(shared, NULL, 0);
        end_writing(shared);
    }
    munmap(shared, sizeof *shared);
}

void mod_asa_last_good_begin(void)
{
    entry_t **link = &list_of()->first;

    while (*link != NULL) {
        entry_t *entry = *link;
        if (entry->in_use) {
            entry->in_use = false;
            link = &entry->next;
        } else {
            *link = entry->next;
            forget(entry->shared);
            free(entry->path);
            free(entry);
        }
    }
}

static entry_t *find(const char *path)
{
    entry_t *entry = list_of()->first;

    while (entry != NULL && strcmp(entry->path, path) != 0) {
        entry = entry->next;
    }
    return entry;
}

static entry_t *add(const char *path)
{
    list_t *list = list_of();
    entry_t *entry = calloc(1, sizeof *entry);

    if (entry != NULL && (entry->path = strdup(path)) != NULL &&
        (entry->shared = share()) != NULL) {
        entry->maker = getpid();
        entry->next = list->first;
        list->first = entry;
        return entry;
    }
    if (entry != NULL) {
        free(entry->path);
    }
    free(entry);
    return NULL;
}

/* Whoever made it goes on without a process that holds it and does not end. */
static bool begin_writing_anew(entry_t *entry)
{
    shared_t *fresh = entry->maker == getpid() ? share() : NULL;

    if (fresh == NULL || !begin_writing(fresh)) {
        return false;
    }
    munmap(entry->shared, sizeof *entry->shared);
    entry->shared = fresh;
    return true;
}

void mod_asa_last_good_keep(const char *path, const asa_keytab_image_t *image)
{
    entry_t *entry = find(path);

    if (entry == NULL) {
        entry = add(path);
    }
    if (entry == NULL || image->len > sizeof entry->shared->bytes ||
        (!begin_writing(entry->shared) && !begin_writing_anew(entry))) {
        return; /* then there is nothing to fall back to, no more */
    }
    entry->in_use = true;
    put(entry->shared, image->bytes, image->len);
    end_writing(entry->shared);
}

/* A copy of what stood there at one moment; NULL: nothing does. */
static unsigned char *copy_of(const shared_t *shared, apr_pool_t *pool, size_t *len)
{
    for (int i = 0, copies = 0; i < NAPS && copies < MOST_COPIES; i++) {
        unsigned version = atomic_load(&shared->version);
        unsigned char *copy;

        if (version % 2 == 0) {
            *len = len_of(shared);
            if (*len == 0) {
                return NULL;
            }
            copy = apr_pmemdup(pool, shared->bytes, *len);
            asa_wipe_at_end(pool, copy, *len);
            copies++;
            atomic_thread_fence(memory_order_acquire);
            if (atomic_load(&shared->version) == version) {
                return copy;
            }
        } else if (is_gone(atomic_load(&shared->writer))) {
            return NULL;
        }
        apr_sleep(NAP);
    }
    return NULL;
}

bool mod_asa_last_good_recall(const char *path, apr_pool_t *pool, asa_keytab_image_t *out)
{
    entry_t *entry = find(path);
    size_t len = 0;
    unsigned char *copy = entry != NULL ? copy_of(entry->shared, pool, &len) : NULL;

    if (copy == NULL) {
        return false;
    }
    entry->in_use = true;
    *out = (asa_keytab_image_t){.bytes = copy, .len = len};
    return true;
}
