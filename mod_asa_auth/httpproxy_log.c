/* SPDX-License-Identifier: Apache-2.0
 *
 * The HttpProxy log of one process: its protocol folders, and what is told of trouble.
 */
#include "mod_asa_auth/httpproxy_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_allocator.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>

#include "mod_asa_auth/httpproxy_file.h"
#include "mod_asa_auth/own_pool.h"

#define FOLDER_MODE    0750
#define NAME_MOST      64
#define NAME_LETTERS   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
#define RETRY_INTERVAL apr_time_from_sec(1)
#define TEXT_SIZE      1024
#define REASON_SIZE    128

/* One protocol: its current file and its trouble.  Entries are only added, so that a pointer to one
 * stays good without the log's mutex. */
typedef struct entry_t {
    struct entry_t *next;
    const char *protocol;
    const char *folder;
    apr_thread_mutex_t *mutex; /* guards all below */
    mod_asa_httpproxy_file_t *file;
    apr_time_t tried;   /* when the last line was lost */
    unsigned long lost; /* lines since the trouble began; 0 = no trouble */
    bool purge_told;
} entry_t;

struct mod_asa_httpproxy_log_t {
    apr_pool_t *pool;
    mod_asa_httpproxy_log_options_t options;
    mod_asa_httpproxy_log_report_t *report;
    void *baton;
    apr_thread_mutex_t *mutex; /* guards entries and bad_name_told */
    entry_t *entries;
    bool bad_name_told;
};

/* What has to be told when the mutex is free again. */
typedef struct news_t {
    bool any;
    mod_asa_httpproxy_log_event_t event;
    unsigned long lost;
    char text[TEXT_SIZE];
} news_t;

/* A protocol's name is a folder's name: no way out of the log's folder, nothing hidden. */
static bool is_folder_name(const char *protocol)
{
    size_t len = strlen(protocol);

    return len > 0 && len <= NAME_MOST && strspn(protocol, NAME_LETTERS) == len;
}

static const char *reason(int err, char *buffer, size_t room)
{
    return apr_strerror(APR_FROM_OS_ERROR(err), buffer, room);
}

static const char *complain(apr_pool_t *pool, const char *what, const char *path, int err)
{
    char buffer[REASON_SIZE];

    return apr_psprintf(pool, "cannot %s the HttpProxy log folder %s: %s", what, path,
                        reason(err, buffer, sizeof(buffer)));
}

/* Whether a user may write (and search) a folder, or only search it.  As root this asks for
 * another user, of whom only the mode bits tell. */
static bool lets_use(const char *path, const struct stat *st, bool write, unsigned uid,
                     unsigned gid)
{
    mode_t needed = write ? S_IWOTH | S_IXOTH : S_IXOTH;

    if (geteuid() != 0) {
        return access(path, write ? W_OK | X_OK : X_OK) == 0;
    }
    if (st->st_uid == uid) {
        needed <<= 6;
    } else if (st->st_gid == gid) {
        needed <<= 3;
    }
    return uid == 0 || (st->st_mode & needed) == needed;
}

/* Makes a folder, or sees that the one that stands there will do.  top is the log's own folder: a
 * symbolic link is the administrator's way of placing it, and nobody needs to write there. */
static const char *make_folder(apr_pool_t *pool, const char *path, bool top, unsigned uid,
                               unsigned gid)
{
    bool made = mkdir(path, FOLDER_MODE) == 0;
    const char *trouble = NULL;
    struct stat st;
    int dir;

    if (!made && errno != EEXIST) {
        return complain(pool, "make", path, errno);
    }
    dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (top ? 0 : O_NOFOLLOW));
    if (dir < 0) {
        return complain(pool, "open", path, errno);
    }
    /* The umask may have taken bits away. */
    if (made && (fchmod(dir, FOLDER_MODE) != 0 || (geteuid() == 0 && fchown(dir, uid, gid) != 0))) {
        trouble = complain(pool, "hand over", path, errno);
    } else if (fstat(dir, &st) != 0) {
        trouble = complain(pool, "look at", path, errno);
    } else if (!lets_use(path, &st, !top, uid, gid)) {
        trouble = apr_psprintf(pool,
                               "the HttpProxy log folder %s is closed to user %u, who writes the "
                               "log; chown it",
                               path, geteuid() == 0 ? uid : (unsigned)geteuid());
    }
    close(dir);
    return trouble;
}

const char *mod_asa_httpproxy_log_prepare(apr_pool_t *pool,
                                          const mod_asa_httpproxy_log_options_t *options,
                                          const char *const *protocols, size_t protocol_count,
                                          unsigned uid, unsigned gid)
{
    const char *trouble;

    if (options->folder == NULL || options->folder[0] != '/') {
        return apr_psprintf(pool, "the HttpProxy log folder '%s' is not an absolute path",
                            options->folder != NULL ? options->folder : "");
    }
    trouble = make_folder(pool, options->folder, true, uid, gid);
    for (size_t i = 0; trouble == NULL && i < protocol_count; i++) {
        if (!is_folder_name(protocols[i])) {
            return apr_psprintf(pool,
                                "the protocol '%s' cannot name a folder of the HttpProxy log: use "
                                "1 to %d letters, digits, '-' and '_'",
                                protocols[i], NAME_MOST);
        }
        trouble = make_folder(pool, apr_pstrcat(pool, options->folder, "/", protocols[i], NULL),
                              false, uid, gid);
    }
    return trouble;
}

static apr_status_t close_files(void *baton)
{
    mod_asa_httpproxy_log_t *log = baton;

    for (entry_t *entry = log->entries; entry != NULL; entry = entry->next) {
        mod_asa_httpproxy_file_close(entry->file);
    }
    return APR_SUCCESS;
}

/* A pool that threads may use at the same time as others use the process' pool. */
static apr_pool_t *create_pool(apr_pool_t *process_pool)
{
    apr_pool_t *pool = mod_asa_own_pool_below(process_pool);
    apr_thread_mutex_t *mutex;

    if (pool == NULL) {
        return NULL;
    }
    if (apr_thread_mutex_create(&mutex, APR_THREAD_MUTEX_DEFAULT, pool) != APR_SUCCESS) {
        apr_pool_destroy(pool);
        return NULL;
    }
    apr_allocator_mutex_set(apr_pool_allocator_get(pool), mutex);
    return pool;
}

mod_asa_httpproxy_log_t *mod_asa_httpproxy_log_open(apr_pool_t *process_pool,
                                                    const mod_asa_httpproxy_log_options_t *options,
                                                    mod_asa_httpproxy_log_report_t *report,
                                                    void *baton)
{
    apr_pool_t *pool = create_pool(process_pool);
    mod_asa_httpproxy_log_t *log;

    if (pool == NULL) {
        return NULL;
    }
    log = apr_pcalloc(pool, sizeof(*log));
    log->pool = pool;
    log->options = *options;
    log->options.folder = apr_pstrdup(pool, options->folder);
    log->report = report;
    log->baton = baton;
    if (apr_thread_mutex_create(&log->mutex, APR_THREAD_MUTEX_DEFAULT, pool) != APR_SUCCESS) {
        apr_pool_destroy(pool);
        return NULL;
    }
    apr_pool_cleanup_register(pool, log, close_files, apr_pool_cleanup_null);
    return log;
}

static entry_t *add_entry(mod_asa_httpproxy_log_t *log, const char *protocol)
{
    entry_t *entry = apr_pcalloc(log->pool, sizeof(*entry));

    if (apr_thread_mutex_create(&entry->mutex, APR_THREAD_MUTEX_DEFAULT, log->pool) !=
        APR_SUCCESS) {
        return NULL;
    }
    entry->protocol = apr_pstrdup(log->pool, protocol);
    entry->folder = apr_pstrcat(log->pool, log->options.folder, "/", protocol, NULL);
    entry->file = mod_asa_httpproxy_file_create(log->pool, entry->folder, log->options.size,
                                                log->options.keep);
    entry->next = log->entries;
    log->entries = entry;
    return entry;
}

/* The protocol's entry; NULL, with news, if it cannot have one. */
static entry_t *find_entry(mod_asa_httpproxy_log_t *log, const char *protocol, news_t *news)
{
    entry_t *entry;

    apr_thread_mutex_lock(log->mutex);
    for (entry = log->entries; entry != NULL; entry = entry->next) {
        if (strcmp(entry->protocol, protocol) == 0) {
            break;
        }
    }
    if (entry == NULL && is_folder_name(protocol)) {
        entry = add_entry(log, protocol);
    }
    if (entry == NULL && !log->bad_name_told) {
        log->bad_name_told = news->any = true;
        news->lost = 1;
        apr_snprintf(news->text, sizeof(news->text), "%s: no folder can be named '%s'",
                     log->options.folder, protocol);
    }
    apr_thread_mutex_unlock(log->mutex);
    return entry;
}

static void note_failure(entry_t *entry, apr_time_t now, int err, news_t *news)
{
    char buffer[REASON_SIZE];

    entry->tried = now;
    if (++entry->lost == 1) {
        news->any = true;
        news->lost = entry->lost;
        apr_snprintf(news->text, sizeof(news->text), "%s: %s",
                     mod_asa_httpproxy_file_path(entry->file), reason(err, buffer, sizeof(buffer)));
    }
}

static void note_success(entry_t *entry, news_t *news)
{
    int purge_error = mod_asa_httpproxy_file_purge_error(entry->file);
    char buffer[REASON_SIZE];

    if (entry->lost > 0) {
        news->any = true;
        news->event = MOD_ASA_HTTPPROXY_LOG_RECOVERS;
        news->lost = entry->lost;
        entry->lost = 0;
        apr_snprintf(news->text, sizeof(news->text), "%s",
                     mod_asa_httpproxy_file_path(entry->file));
    } else if (purge_error != 0 && !entry->purge_told) {
        news->any = true;
        news->event = MOD_ASA_HTTPPROXY_LOG_KEEPS_OLD;
        apr_snprintf(news->text, sizeof(news->text), "%s: %s", entry->folder,
                     reason(purge_error, buffer, sizeof(buffer)));
        entry->purge_told = true;
    } else if (purge_error == 0) {
        entry->purge_told = false;
    }
}

/* In trouble, the system is not asked for every line. */
static bool is_too_early(const entry_t *entry, apr_time_t now)
{
    return entry->lost > 0 && now < entry->tried + RETRY_INTERVAL &&
           now > entry->tried - RETRY_INTERVAL;
}

void mod_asa_httpproxy_log_write(mod_asa_httpproxy_log_t *log, const char *protocol, apr_time_t now,
                                 const char *line, size_t len)
{
    news_t news;
    entry_t *entry;

    news.any = false;
    news.event = MOD_ASA_HTTPPROXY_LOG_FAILS;
    news.lost = 0;
    entry = find_entry(log, protocol, &news);
    if (entry != NULL) {
        apr_thread_mutex_lock(entry->mutex);
        if (is_too_early(entry, now)) {
            entry->lost++;
        } else {
            int err = mod_asa_httpproxy_file_write(entry->file, now, line, len);

            if (err != 0) {
                note_failure(entry, now, err, &news);
            } else {
                note_success(entry, &news);
            }
        }
        apr_thread_mutex_unlock(entry->mutex);
    }
    if (news.any) {
        log->report(log->baton, news.event, news.text, news.lost);
    }
}
