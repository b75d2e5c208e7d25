/* SPDX-License-Identifier: Apache-2.0
 *
 * Measuring, locking and appending at the end of a file that others append to as well.
 */
#include "mod_asa_auth/httpproxy_tail.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* A holder needs some microseconds; on a busy machine it may be on no processor for longer.  One
 * that still holds the lock then was stopped, and is not waited for again so soon. */
#define LOCK_YIELDS 100
#define LOCK_NAPS   500
#define LOCK_NAP    1000 /* microseconds */
#define LOCK_BREAK  apr_time_from_sec(10)

#define SETTLE_NAP   2000 /* microseconds */
#define SETTLE_TRIES 5

int mod_asa_httpproxy_tail_measure(mod_asa_httpproxy_tail_t *tail)
{
    struct stat st;

    if (fstat(tail->fd, &st) != 0) {
        return errno;
    }
    tail->mode = st.st_mode & 07777;
    tail->device = st.st_dev;
    tail->inode = st.st_ino;
    tail->size = st.st_size;
    tail->own = 0;
    tail->last = '\n';
    if (st.st_size > 0 && pread(tail->fd, &tail->last, 1, st.st_size - 1) < 0) {
        return errno;
    }
    return 0;
}

/* Comes back when every write that is in progress is done: the kernel changes a mode, also to what
 * it was, under the lock that it holds during a write. */
static void wait_for_writes(const mod_asa_httpproxy_tail_t *tail)
{
    if (fchmod(tail->fd, tail->mode) != 0) {
        apr_sleep(SETTLE_NAP);
    }
}

int mod_asa_httpproxy_tail_settle(mod_asa_httpproxy_tail_t *tail)
{
    int err = mod_asa_httpproxy_tail_measure(tail);

    for (int tries = 0; err == 0 && tail->last != '\n'; tries++) {
        apr_off_t before = tail->size;

        if (tries == SETTLE_TRIES) {
            tail->last = '\n';
            break;
        }
        wait_for_writes(tail);
        err = mod_asa_httpproxy_tail_measure(tail);
        if (tail->size == before) {
            break;
        }
    }
    return err;
}

int mod_asa_httpproxy_tail_append(mod_asa_httpproxy_tail_t *tail, const char *line, size_t len)
{
    /* What a torn line lacks; nothing in the steady state. */
    const char *mend = tail->last == '\n' ? "" : tail->last == '\r' ? "\n" : "\r\n";
    struct iovec parts[] = {{(void *)mend, strlen(mend)}, {(void *)line, len}};
    size_t left = parts[0].iov_len + len;

    tail->own += (apr_off_t)left;
    while (left > 0) {
        ssize_t written = writev(tail->fd, parts, 2);

        if (written < 0 && errno != EINTR) {
            return errno;
        }
        for (int i = 0; i < 2 && written > 0; i++) {
            size_t part = (size_t)written < parts[i].iov_len ? (size_t)written : parts[i].iov_len;

            parts[i].iov_base = (char *)parts[i].iov_base + part;
            parts[i].iov_len -= part;
            written -= (ssize_t)part;
            left -= part;
        }
    }
    tail->last = '\n';
    return 0;
}

bool mod_asa_httpproxy_tail_lock(mod_asa_httpproxy_tail_t *tail, apr_time_t now)
{
    int most = now < tail->lock_break ? 1 : LOCK_YIELDS + LOCK_NAPS;

    for (int tries = 0; tries < most; tries++) {
        if (flock(tail->fd, LOCK_EX | LOCK_NB) == 0) {
            return true;
        }
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return false;
        }
        if (tries < LOCK_YIELDS) {
            sched_yield();
        } else {
            apr_sleep(LOCK_NAP);
        }
    }
    tail->lock_break = now + LOCK_BREAK;
    return false;
}

void mod_asa_httpproxy_tail_unlock(mod_asa_httpproxy_tail_t *tail)
{
    (void)flock(tail->fd, LOCK_UN);
}
