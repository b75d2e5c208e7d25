/* SPDX-License-Identifier: Apache-2.0
 *
 * Which file a line goes to, and the append itself.
 */
#include "mod_asa_auth/httpproxy_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "core/httpproxy_record.h"
#include "mod_asa_auth/httpproxy_folder.h"
#include "mod_asa_auth/httpproxy_tail.h"

#define HOUR          apr_time_from_sec(3600)
#define LATE          apr_time_from_sec(60)
#define LOOK_INTERVAL apr_time_from_sec(1)

#define NEARLY_FULL ((apr_off_t)1024 * 1024)
#define SHARE       16 /* of the room, for this process before it measures again */
#define FILE_TRIES  64 /* other processes may fill files as fast as we find them */
#define LIST_EVERY  8
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
    apr_time_t hour;
    unsigned number; /* of that hour, from 1 */
    apr_time_t seen; /* when the name was last looked up */
    mod_asa_httpproxy_tail_t tail;
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
    file->tail.fd = -1;
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
    if (file->tail.fd >= 0) {
        close(file->tail.fd);
        file->tail.fd = -1;
    }
}

/* A file always takes one line, even if the limit is smaller than head and line. */
static bool has_room(const mod_asa_httpproxy_file_t *file, size_t len)
{
    return file->limit <= 0 || file->tail.size <= file->head_len ||
           file->tail.size + (apr_off_t)len <= file->limit;
}

static bool is_far_from_full(const mod_asa_httpproxy_file_t *file, size_t len)
{
    apr_off_t room = file->limit - file->tail.size;

    return file->limit <= 0 ||
           (room > NEARLY_FULL && file->tail.own + (apr_off_t)len <= room / SHARE);
}

static bool has_head(const mod_asa_httpproxy_file_t *file)
{
    char *start = apr_palloc(file->scratch, file->row_len);

    return file->tail.size >= file->head_len &&
           pread(file->tail.fd, start, file->row_len, 0) == (ssize_t)file->row_len &&
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
    int err;

    *usable_out = false;
    file->tail.fd =
        openat(dir, name, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (file->tail.fd < 0) {
        return is_not_ours(errno) ? 0 : errno;
    }
    err = mod_asa_httpproxy_tail_measure(&file->tail);
    *usable_out = err == 0 && has_head(file) && has_room(file, len);
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
    apr_off_t least = file->tail.size + file->tail.own;

    if (now < file->seen + LOOK_INTERVAL && now > file->seen - LOOK_INTERVAL) {
        return true;
    }
    file->seen = now;
    return fstatat(AT_FDCWD, file->path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           st.st_dev == file->tail.device && st.st_ino == file->tail.inode && st.st_size >= least &&
           mod_asa_httpproxy_tail_measure(&file->tail) == 0;
}

/* Appends at a size that no other process changes meanwhile; *full_out if the line does not fit,
 * which force overrules. */
static int append_locked(mod_asa_httpproxy_file_t *file, apr_time_t now, const char *line,
                         size_t len, bool force, bool *full_out)
{
    bool locked = mod_asa_httpproxy_tail_lock(&file->tail, now);
    int err = mod_asa_httpproxy_tail_settle(&file->tail);

    *full_out = err == 0 && !force && !has_room(file, len);
    if (err == 0 && !*full_out) {
        err = mod_asa_httpproxy_tail_append(&file->tail, line, len);
    }
    if (locked) {
        mod_asa_httpproxy_tail_unlock(&file->tail);
    }
    return err;
}

int mod_asa_httpproxy_file_write(mod_asa_httpproxy_file_t *file, apr_time_t now, const char *line,
                                 size_t len)
{
    bool full = true;
    int err = 0;

    for (int tries = 0; err == 0 && full; tries++) {
        if (file->tail.fd >= 0 && (!is_its_hour(file, now) || !is_still_there(file, now))) {
            mod_asa_httpproxy_file_close(file);
        }
        if (file->tail.fd < 0) {
            err = open_current(file, now, len);
        }
        if (err == 0 && is_far_from_full(file, len) && file->tail.last == '\n') {
            full = false;
            err = mod_asa_httpproxy_tail_append(&file->tail, line, len);
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
