/* SPDX-License-Identifier: Apache-2.0
 *
 * The lock of a roll and the note in it: a file of its own for each account.
 */
#include "asactl/roll_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "asactl/plain_name.h"

#define NOTE_MAX 8192

struct asactl_roll_lock_t {
    apr_pool_t *pool;
    const char *file;
    int fd;
};

static apr_status_t release(void *data)
{
    close(((asactl_roll_lock_t *)data)->fd);
    return APR_SUCCESS;
}

/* Others may not write to the folder that root uses; everybody else has one from the system. */
static const char *folder(void)
{
    const char *own = getenv("XDG_RUNTIME_DIR");

    if (geteuid() == 0) {
        return mkdir("/run/asactl", 0700) == 0 || errno == EEXIST ? "/run/asactl" : NULL;
    }
    return own != NULL && *own == '/' ? own : "/run/lock";
}

bool asactl_roll_lock_take(apr_pool_t *pool, const char *realm, const char *account,
                           asactl_roll_lock_t **out, asactl_outcome_t *outcome)
{
    asactl_roll_lock_t *lock = apr_pcalloc(pool, sizeof *lock);
    const char *where = folder();

    lock->pool = pool;
    lock->file = apr_psprintf(pool, "%s/asactl-roll-%s-%s", where != NULL ? where : "/run/asactl",
                              asactl_plain_name(pool, realm), asactl_plain_name(pool, account));
    lock->fd = open(lock->file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock->fd < 0) {
        return asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, pool,
                                   "the lock %s cannot be opened: %s", lock->file, strerror(errno));
    }
    apr_pool_cleanup_register(pool, lock, release, apr_pool_cleanup_null);
    if (flock(lock->fd, LOCK_EX | LOCK_NB) != 0) {
        return asactl_outcome_fail(outcome, ASACTL_CONFLICT, "Wait until it has ended.", pool,
                                   "another roll of %s runs on this machine", account);
    }
    *out = lock;
    return true;
}

/* "KVNO ID ID ...", or no key. */
static asactl_roll_key_t read_line(char *line)
{
    asactl_roll_key_t key = {0};
    char *rest, *end, *word = apr_strtok(line, " ", &rest);
    unsigned long kvno = word != NULL ? strtoul(word, &end, 10) : 0;

    if (word == NULL || *word < '0' || *word > '9' || *end != '\0' || kvno > UINT32_MAX) {
        return key;
    }
    while ((word = apr_strtok(NULL, " ", &rest)) != NULL && key.count < ASACTL_ROLL_KEYS_MAX) {
        key.ids[key.count++] = word;
    }
    key.kvno = key.count > 0 ? (uint32_t)kvno : 0;
    return key;
}

const apr_array_header_t *asactl_roll_lock_read(const asactl_roll_lock_t *lock, apr_pool_t *pool)
{
    char *line = apr_pcalloc(pool, NOTE_MAX + 1), *end;
    apr_array_header_t *keys = apr_array_make(pool, 4, sizeof(asactl_roll_key_t));

    if (pread(lock->fd, line, NOTE_MAX, 0) <= 0) {
        return keys;
    }
    /* A line without its end was not written whole. */
    for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        asactl_roll_key_t key;

        *end = '\0';
        key = read_line(line);
        if (key.kvno != 0) {
            APR_ARRAY_PUSH(keys, asactl_roll_key_t) = key;
        }
    }
    return keys;
}

static bool failed(const asactl_roll_lock_t *lock, asactl_outcome_t *outcome)
{
    return asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, lock->pool, "%s cannot be written: %s",
                               lock->file, strerror(errno));
}

bool asactl_roll_lock_note(const asactl_roll_lock_t *lock, const asactl_roll_key_t *key,
                           asactl_outcome_t *outcome)
{
    const char *text = apr_psprintf(lock->pool, "%u", key->kvno);
    struct stat st;
    size_t len;

    for (size_t i = 0; i < key->count; i++) {
        text = apr_pstrcat(lock->pool, text, " ", key->ids[i], NULL);
    }
    text = apr_pstrcat(lock->pool, text, "\n", NULL);
    len = strlen(text);
    if (fstat(lock->fd, &st) != 0) {
        return failed(lock, outcome);
    }
    if ((size_t)st.st_size + len > NOTE_MAX) {
        st.st_size = 0;
        if (ftruncate(lock->fd, 0) != 0) {
            return failed(lock, outcome);
        }
    }
    return (pwrite(lock->fd, text, len, st.st_size) == (ssize_t)len && fsync(lock->fd) == 0) ||
           failed(lock, outcome);
}

bool asactl_roll_lock_clear(const asactl_roll_lock_t *lock, asactl_outcome_t *outcome)
{
    return (ftruncate(lock->fd, 0) == 0 && fsync(lock->fd) == 0) || failed(lock, outcome);
}
