/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks every second for what is new in logs.
 */
#include "asactl/log_follow.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <apr_strings.h>

#include "asactl/log_files.h"

#define PAUSE_MS 1000

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

void asactl_log_follow_catch(void)
{
    struct sigaction action = {.sa_handler = stop};

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool asactl_log_follow_stopped(void)
{
    return stopped != 0;
}

/* Has it anything that was not read? */
static bool is_new(const asactl_log_mark_t *mark, const asactl_log_file_t *file)
{
    struct stat now;

    return mark == NULL || (!mark->packed &&
                            (file->found ? lstat(file->path, &now) : stat(file->path, &now)) == 0 &&
                            (now.st_ino != mark->inode || now.st_dev != mark->device ||
                             now.st_size < mark->offset || now.st_size > mark->size));
}

static bool looks_packed(const char *path)
{
    size_t len = strlen(path);

    return len > 3 &&
           (strcasecmp(path + len - 3, ".gz") == 0 || strcasecmp(path + len - 3, ".xz") == 0);
}

/* What cannot be read now may be read a second later, as it is gone, or being made; what cannot be
 * read then, either, is told. */
static void count_failure(const asactl_log_follow_t *follow, bool whole, unsigned *failures,
                          const asactl_outcome_t *outcome)
{
    *failures = whole ? 0 : *failures + 1;
    if (*failures == 2) {
        follow->failed(follow->data, outcome);
    }
}

static bool look(const asactl_log_follow_t *follow, apr_pool_t *pool, unsigned *failures)
{
    bool all;
    apr_array_header_t *files;
    unsigned long long skipped;
    asactl_outcome_t outcome = {.code = ASACTL_OK};

    all = asactl_log_files_find(pool, follow->words, &files, &skipped, &outcome);
    count_failure(follow, all, failures, &outcome);
    for (int i = 0; i < files->nelts && !stopped; i++) {
        const asactl_log_file_t *file = &APR_ARRAY_IDX(files, i, asactl_log_file_t);
        asactl_log_mark_t *mark = apr_hash_get(follow->marks, file->path, APR_HASH_KEY_STRING);

        bool whole;

        if (!is_new(mark, file) || looks_packed(file->path)) {
            continue;
        }
        if (mark == NULL) {
            mark = apr_pcalloc(follow->pool, sizeof *mark);
            mark->path = apr_pstrdup(follow->pool, file->path);
            mark->found = file->found;
            apr_hash_set(follow->marks, mark->path, APR_HASH_KEY_STRING, mark);
        }
        whole = asactl_log_reader_file(follow->reader, mark, &outcome);
        count_failure(follow, whole, &mark->failures, &outcome);
        all = whole && all;
    }
    return all;
}

bool asactl_log_follow(const asactl_log_follow_t *follow)
{
    unsigned failures = 0; /* of finding the files, on end */
    bool all = true;
    apr_pool_t *pool;

    apr_pool_create(&pool, follow->pool);
    follow->ready(follow->data);
    while (!stopped) {
        all = look(follow, pool, &failures);
        apr_pool_clear(pool);
        if (!stopped) {
            (void)poll(NULL, 0, PAUSE_MS);
        }
    }
    apr_pool_destroy(pool);
    return all;
}
