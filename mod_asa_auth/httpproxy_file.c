/* SPDX-License-Identifier: Apache-2.0
 *
 * Which file a line goes to, and the append itself.
 */
#include "mod_asa_auth/httpproxy_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <apr_strings.h>

#include "core/httpproxy_record.h"
#include "mod_asa_auth/httpproxy_folder.h"

#define HOUR          apr_time_from_sec(3600)
#define LATE          apr_time_from_sec(60)
#define LOOK_INTERVAL apr_time_from_sec(1)

#define NEARLY_FULL  ((apr_off_t)1024 * 1024)
#define SHARE        16 /* of the room, for this process before it measures again */
#define FILE_TRIES   64 /* other processes may fill files as fast as we find them */
#define LIST_EVERY   8
#define LOCK_YIELDS  100                   /* the holder needs some microseconds, */
#define LOCK_NAPS    500                   /* or is on no processor; if it is stopped, */
#define LOCK_NAP     1000                  /* microseconds */
#define LOCK_BREAK   apr_time_from_sec(10) /* nobody waits for it again so soon */
#define SETTLE_NAP   2000                  /* microseconds */
#define SETTLE_TRIES 5

struct mod_asa_httpproxy_file_t {
    const char *folder;
    apr_off_t limit;
    apr_interval_time_t keep;
    const char *row; /* the head's first line: what a file of ours begins with */
    size_t row_len;
    apr_off_t head_len;
    apr_pool_t *scratch; /* holds path, cleared when another file is opened */
    const char *path;
    int purge_error;
    int fd; /* -1: none open */
    apr_time_t hour;
    unsigned number; /* of that hour, from 1 */
    mode_t mode;
    dev_t device;
    ino_t inode;
    apr_time_t seen;       /* when the name was last looked up */
    apr_off_t size;        /* as last measured */
    apr_off_t own;         /* bytes that we appended since */
    apr_time_t lock_break; /* until then, a lock that is taken is not waited for */
    char last;             /* last byte of the file as measured; '\n' unless a line is torn */
};

mod_asa_httpproxy_file_t *mod_asa_httpproxy_file_create(apr_pool_t *pool, const char *folder,
                                                        apr_off_t limit, apr_interval_time_t keep)
{
    mod_asa_httpproxy_file_t *file = apr_pcalloc(pool, sizeof(*file));
    size_t len;

    file->folder = apr_pstrdup(pool, folder);
    file->path = file->folder;
    file->limit = limit;
    file->keep = keep;
    file->row = asa_httpproxy_record_head(pool, 0, &len);
    file->row_len = (size_t)(strchr(file->row, '\n') + 1 - file->row);
    file->head_len = (apr_off_t)len;
    file->fd = -1;
    apr_pool_create(&file->scratch, pool);
    return file;
}

const char *mod_asa_httpproxy_file_path(const mod_asa_httpproxy_file_t *file)
{
    return file->path;
}

int mod_asa_httpproxy_file_purge_error(const mod_asa_httpproxy_file_t *file)
{
    return file->purge_error;
}

void mod_asa_httpproxy_file_close(mod_asa_httpproxy_file_t *file)
{
    if (file->fd >= 0) {
        close(file->fd);
        file->fd = -1;
    }
}

/* Reads size and last byte off the open file. */
static int measure(mod_asa_httpproxy_file_t *file)
{
    struct stat st;

    if (fstat(file->fd, &st) != 0) {
        return errno;
    }
    file->size = st.st_size;
    file->own = 0;
    file->last = '\n';
    if (st.st_size > 0 && pread(file->fd, &file->last, 1, st.st_size - 1) < 0) {
        return errno;
    }
    return 0;
}

/* Comes back when every write that is in progress is done: the kernel changes a mode, also to what
 * it was, under the lock that it holds during a write. */
static void wait_for_writes(const mod_asa_httpproxy_file_t *file)
{
    if (fchmod(file->fd, file->mode) != 0) {
        apr_sleep(SETTLE_NAP);
    }
}

/* Also tells a line torn long ago from one that is just being written: that one grows. */
static int measure_settled(mod_asa_httpproxy_file_t *file)
{
    int err = measure(file);

    for (int tries = 0; err == 0 && file->last != '\n'; tries++) {
        apr_off_t before = file->size;

        if (tries == SETTLE_TRIES) {
            file->last = '\n';
            break;
        }
        wait_for_writes(file);
        err = measure(file);
        if (file->size == before) {
            break;
        }
    }
    return err;
}

/* A file always takes one line, even if the limit is smaller than head and line. */
static bool has_room(const mod_asa_httpproxy_file_t *file, size_t len)
{
    return file->limit <= 0 || file->size <= file->head_len ||
           file->size + (apr_off_t)len <= file->limit;
}

static bool is_far_from_full(const mod_asa_httpproxy_file_t *file, size_t len)
{
    apr_off_t room = file->limit - file->size;

    return file->limit <= 0 || (room > NEARLY_FULL && file->own + (apr_off_t)len <= room / SHARE);
}

static bool has_head(const mod_asa_httpproxy_file_t *file)
{
    char *start = apr_palloc(file->scratch, file->row_len);

    return file->size >= file->head_len &&
           pread(file->fd, start, file->row_len, 0) == (ssize_t)file->row_len &&
           memcmp(start, file->row, file->row_len) == 0;
}

/* Somebody else's thing under a name of ours, or nothing at all. */
static bool is_not_ours(int err)
{
    return err == ELOOP || err == EISDIR || err == ENXIO || err == EACCES || err == EPERM ||
           err == ENOENT;
}

/* Opens one file and sees what it is; *usable_out only if our lines may go there. */
static int take(mod_asa_httpproxy_file_t *file, int dir, const char *name, size_t len,
                bool *usable_out)
{
    struct stat st;
    int err;

    *usable_out = false;
    file->fd =
        openat(dir, name, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (file->fd < 0) {
        return is_not_ours(errno) ? 0 : errno;
    }
    if (fstat(file->fd, &st) != 0) {
        err = errno;
    } else if (!S_ISREG(st.st_mode)) {
        err = 0;
    } else {
        err = measure(file);
        *usable_out = err == 0 && has_head(file) && has_room(file, len);
        file->mode = st.st_mode & 07777;
        file->device = st.st_dev;
        file->inode = st.st_ino;
    }
    if (!*usable_out) {
        mod_asa_httpproxy_file_close(file);
    }
    return err;
}

static int begin(mod_asa_httpproxy_file_t *file, int dir, const char *name, apr_time_t now)
{
    bool made;
    int err = mod_asa_httpproxy_folder_begin(file->scratch, dir, name, now, &made);

    if (err == 0 && made) {
        file->purge_error = mod_asa_httpproxy_folder_purge(dir, now, file->keep);
    }
    return err;
}

/* Raises file->number to the highest that stands in the folder. */
static int find_highest(mod_asa_httpproxy_file_t *file, int dir)
{
    unsigned found;
    int err = mod_asa_httpproxy_folder_find(dir, file->hour, &found);

    if (found > file->number) {
        file->number = found;
    }
    return err;
}

static const char *name_it(mod_asa_httpproxy_file_t *file)
{
    const char *name = asa_httpproxy_record_file_name(file->scratch, file->hour, file->number);

    file->path = apr_pstrcat(file->scratch, file->folder, "/", name, NULL);
    return name;
}

/* The file with the highest number if a line of len fits there, else the first after it.  A list
 * that is read while other processes begin files may miss the newest, so it is no more than a good
 * start, and read again from time to time. */
static int open_in(mod_asa_httpproxy_file_t *file, int dir, apr_time_t now, size_t len)
{
    bool usable = false;
    int err = 0;

    for (int tries = 0; err == 0 && !usable; tries++) {
        if (tries == FILE_TRIES) {
            return EBUSY;
        }
        if (tries % LIST_EVERY == 0) {
            err = find_highest(file, dir);
        }
        if (err == 0 && file->number > 0) {
            err = take(file, dir, name_it(file), len, &usable);
        }
        if (err == 0 && !usable) {
            file->number++;
            err = begin(file, dir, name_it(file), now);
        }
    }
    return err;
}

static int open_current(mod_asa_httpproxy_file_t *file, apr_time_t now, size_t len)
{
    int dir;
    int err;

    file->path = file->folder;
    apr_pool_clear(file->scratch);
    err = mod_asa_httpproxy_folder_enter(file->folder, &dir);
    if (err != 0) {
        return err;
    }
    file->hour = now - now % HOUR;
    file->number = 0;
    err = open_in(file, dir, now, len);
    close(dir);
    file->seen = now;
    return err;
}

static bool is_its_hour(const mod_asa_httpproxy_file_t *file, apr_time_t now)
{
    return now < file->hour + HOUR && now >= file->hour - LATE;
}

/* The file is still the one of its name, and nobody shortened it. */
static bool is_still_there(mod_asa_httpproxy_file_t *file, apr_time_t now)
{
    struct stat st;
    apr_off_t least = file->size + file->own;

    if (now < file->seen + LOOK_INTERVAL && now > file->seen - LOOK_INTERVAL) {
        return true;
    }
    file->seen = now;
    return fstatat(AT_FDCWD, file->path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           st.st_dev == file->device && st.st_ino == file->inode && st.st_size >= least &&
           measure(file) == 0;
}

static int append(mod_asa_httpproxy_file_t *file, const char *line, size_t len)
{
    /* What a torn line lacks; nothing in the steady state. */
    const char *mend = file->last == '\n' ? "" : file->last == '\r' ? "\n" : "\r\n";
    struct iovec parts[] = {{(void *)mend, strlen(mend)}, {(void *)line, len}};
    size_t left = parts[0].iov_len + len;

    file->own += (apr_off_t)left;
    while (left > 0) {
        ssize_t written = writev(file->fd, parts, 2);

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
    file->last = '\n';
    return 0;
}

/* Waits, but not for ever: no request may hang on another process. */
static bool lock(mod_asa_httpproxy_file_t *file, apr_time_t now)
{
    int most = now < file->lock_break ? 1 : LOCK_YIELDS + LOCK_NAPS;

    for (int tries = 0; tries < most; tries++) {
        if (flock(file->fd, LOCK_EX | LOCK_NB) == 0) {
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
    file->lock_break = now + LOCK_BREAK;
    return false;
}

/* Appends at a size that no other process changes meanwhile; *full_out if the line does not fit,
 * which force overrules. */
static int append_locked(mod_asa_httpproxy_file_t *file, apr_time_t now, const char *line,
                         size_t len, bool force, bool *full_out)
{
    bool locked = lock(file, now);
    int err = measure_settled(file);

    *full_out = err == 0 && !force && !has_room(file, len);
    if (err == 0 && !*full_out) {
        err = append(file, line, len);
    }
    if (locked) {
        (void)flock(file->fd, LOCK_UN);
    }
    return err;
}

int mod_asa_httpproxy_file_write(mod_asa_httpproxy_file_t *file, apr_time_t now, const char *line,
                                 size_t len)
{
    bool full = true;
    int err = 0;

    for (int tries = 0; err == 0 && full; tries++) {
        if (file->fd >= 0 && (!is_its_hour(file, now) || !is_still_there(file, now))) {
            mod_asa_httpproxy_file_close(file);
        }
        if (file->fd < 0) {
            err = open_current(file, now, len);
        }
        if (err == 0 && is_far_from_full(file, len) && file->last == '\n') {
            full = false;
            err = append(file, line, len);
        } else if (err == 0) {
            /* Others fill files faster than we get at them: better too long a file than no line. */
            err = append_locked(file, now, line, len, tries == FILE_TRIES, &full);
        }
        if (err != 0 || full) {
            mod_asa_httpproxy_file_close(file);
        }
    }
    return err;
}
