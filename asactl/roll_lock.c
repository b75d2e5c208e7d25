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
#include "asactl/roll_note.h"

#define NOTE_REMEDY                                                                                \
    "A roll notes there what it begins: see that this folder of this machine can be written and "  \
    "has room, then run it again."

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
        return asactl_outcome_fail(outcome, ASACTL_FAILED, NOTE_REMEDY, pool,
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

const apr_array_header_t *asactl_roll_lock_read(const asactl_roll_lock_t *lock, apr_pool_t *pool)
{
    char bytes[ASACTL_ROLL_NOTE_MAX];
    ssize_t len = pread(lock->fd, bytes, sizeof bytes, 0);

    return asactl_roll_note_read(pool, bytes, len > 0 ? (size_t)len : 0);
}

static bool failed(const asactl_roll_lock_t *lock, asactl_outcome_t *outcome)
{
    return asactl_outcome_fail(outcome, ASACTL_FAILED, NOTE_REMEDY, lock->pool,
                               "%s cannot be written: %s", lock->file, strerror(errno));
}

/* Where the next line begins; what a write left that was cut off is overwritten. */
static bool find_end(const asactl_roll_lock_t *lock, off_t *out)
{
    char bytes[ASACTL_ROLL_NOTE_MAX];
    ssize_t len = pread(lock->fd, bytes, sizeof bytes, 0);

    while (len > 0 && bytes[len - 1] != '\n') {
        len--;
    }
    *out = len;
    return len >= 0;
}

bool asactl_roll_lock_note(const asactl_roll_lock_t *lock, const asactl_roll_key_t *key,
                           asactl_outcome_t *outcome)
{
    const char *text = asactl_roll_note_line(lock->pool, key);
    size_t len = strlen(text);
    off_t end;

    if (!find_end(lock, &end)) {
        return failed(lock, outcome);
    }
    end = (size_t)end + len > ASACTL_ROLL_NOTE_MAX ? 0 : end;
    return (ftruncate(lock->fd, end) == 0 && pwrite(lock->fd, text, len, end) == (ssize_t)len &&
            fsync(lock->fd) == 0) ||
           failed(lock, outcome);
}

bool asactl_roll_lock_clear(const asactl_roll_lock_t *lock, asactl_outcome_t *outcome)
{
    return (ftruncate(lock->fd, 0) == 0 && fsync(lock->fd) == 0) || failed(lock, outcome);
}
