/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of an open HttpProxy log file, which several processes append to.
 *
 * Functions give 0 or an errno value.  Threads: the caller holds a mutex around each call.
 */
#ifndef MOD_ASA_AUTH_HTTPPROXY_TAIL_H
#define MOD_ASA_AUTH_HTTPPROXY_TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <apr_time.h>

/* fd and lock_break are the caller's to set, the latter to 0 once for all files. */
typedef struct mod_asa_httpproxy_tail_t {
    int fd;      /* O_RDWR | O_APPEND; -1: no file is open */
    mode_t mode; /* as measured, like the next two */
    dev_t device;
    ino_t inode;
    off_t size;            /* as measured */
    off_t own;             /* bytes that we appended since */
    char last;             /* last byte as measured; '\n' unless a line is torn or being written */
    apr_time_t lock_break; /* until then, a lock that is taken is not waited for */
} mod_asa_httpproxy_tail_t;

/* Reads size and last byte off the file. */
int mod_asa_httpproxy_tail_measure(mod_asa_httpproxy_tail_t *tail);

/* Also tells a line torn long ago from one that is just being written: that one grows. */
int mod_asa_httpproxy_tail_settle(mod_asa_httpproxy_tail_t *tail);

/* Appends a line; after a torn one, with the line end that it lacks before it. */
int mod_asa_httpproxy_tail_append(mod_asa_httpproxy_tail_t *tail, const char *line, size_t len);

/* Locks the file among processes that do so; false if that is not possible, or not within half a
 * second: no request may hang on another process that was stopped. */
bool mod_asa_httpproxy_tail_lock(mod_asa_httpproxy_tail_t *tail, apr_time_t now);
void mod_asa_httpproxy_tail_unlock(mod_asa_httpproxy_tail_t *tail);

#endif
