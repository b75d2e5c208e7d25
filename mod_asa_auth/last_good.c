/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps the bytes of good key tables over restarts and for every process.
 */
#include "mod_asa_auth/last_good.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <apr_strings.h>
#include <httpd.h>

#include <http_config.h>

#include "core/wipe.h"

#define RETAINED_KEY "mod_asa_auth last good 2"

/* Of all processes.  Untouched pages of it take no memory. */
typedef struct {
    pthread_mutex_t mutex; /* its owner may be killed */
    size_t len;            /* 0: nothing good is known */
    unsigned char bytes[ASA_KEYTAB_SIZE_MAX];
} shared_t;

typedef struct entry_t {
    struct entry_t *next;
    char *path;
    shared_t *shared;
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

static bool make_mutex(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t how;
    bool made;

    if (pthread_mutexattr_init(&how) != 0) {
        return false;
    }
    made = pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED) == 0 &&
           pthread_mutexattr_setrobust(&how, PTHREAD_MUTEX_ROBUST) == 0 &&
           pthread_mutex_init(mutex, &how) == 0;
    pthread_mutexattr_destroy(&how);
    return made;
}

static shared_t *share(void)
{
    shared_t *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (shared == MAP_FAILED) {
        return NULL;
    }
    if (!make_mutex(&shared->mutex)) {
        munmap(shared, sizeof *shared);
        return NULL;
    }
    return shared;
}

static bool lock(shared_t *shared)
{
    int status = pthread_mutex_lock(&shared->mutex);

    if (status == EOWNERDEAD) { /* killed while it wrote, perhaps */
        shared->len = 0;
        status = pthread_mutex_consistent(&shared->mutex);
    }
    return status == 0;
}

/* The children of the configuration before may use it until they end: their mutex stays. */
static void forget(shared_t *shared)
{
    if (lock(shared)) {
        explicit_bzero(shared->bytes, shared->len);
        shared->len = 0;
        pthread_mutex_unlock(&shared->mutex);
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

void mod_asa_last_good_keep(const char *path, const asa_keytab_image_t *image)
{
    entry_t *entry = find(path);

    if (entry == NULL) {
        entry = add(path);
    }
    if (entry == NULL || image->len > sizeof entry->shared->bytes || !lock(entry->shared)) {
        return; /* then there is nothing to fall back to, no more */
    }
    entry->in_use = true;
    if (image->len < entry->shared->len) {
        explicit_bzero(entry->shared->bytes + image->len, entry->shared->len - image->len);
    }
    entry->shared->len = 0;
    memcpy(entry->shared->bytes, image->bytes, image->len);
    entry->shared->len = image->len;
    pthread_mutex_unlock(&entry->shared->mutex);
}

bool mod_asa_last_good_recall(const char *path, apr_pool_t *pool, asa_keytab_image_t *out)
{
    entry_t *entry = find(path);
    unsigned char *copy = NULL;

    if (entry == NULL || !lock(entry->shared)) {
        return false;
    }
    if (entry->shared->len > 0) {
        entry->in_use = true;
        copy = apr_pmemdup(pool, entry->shared->bytes, entry->shared->len);
        asa_wipe_at_end(pool, copy, entry->shared->len);
        *out = (asa_keytab_image_t){.bytes = copy, .len = entry->shared->len};
    }
    pthread_mutex_unlock(&entry->shared->mutex);
    return copy != NULL;
}
