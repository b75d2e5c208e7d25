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
#include "core/time_text.h"
#include "mod_asa_auth/httpproxy_folder.h"

#define LATE          apr_time_from_sec(60)
#define LOOK_INTERVAL apr_time_from_sec(1)

#define FILE_TRIES 64   /* of one line, past what others fill meanwhile and what is not ours */
#define TORN_NAP   2000 /* microseconds; a line that is being written is whole by then */

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
    int fd;          /* O_RDWR | O_APPEND; -1: no file is open */
    dev_t device;
    ino_t inode;
    off_t end; /* the size after our last line, or as it was seen since */
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

static bool is_full(const mod_asa_httpproxy_file_t *file)
{
    return file->limit > 0 && file->end >= file->limit;
}

static bool has_head(const mod_asa_httpproxy_file_t *file)
{
    char *start = apr_palloc(file->scratch, file->row_len);

    return file->end >= file->head_len &&
           pread(file->fd, start, file->row_len, 0) == (ssize_t)file->row_len &&
           memcmp(start, file->row, file->row_len) == 0;
}

/* Somebody else's thing under a name of ours, or nothing at all. */
static bool is_not_ours(int err)
{
    return err == ELOOP || err == EISDIR || err == ENXIO || err == EACCES || err == EPERM ||
           err == ENOENT;
}

/* The line end that the last line lacks: "" unless it is torn, or just being written. */
static const char *missing_end(const mod_asa_httpproxy_file_t *file)
{
    char last = '\0';

    (void)pread(file->fd, &last, 1, file->end - 1);
    return last == '\n' ? "" : last == '\r' ? "\n" : "\r\n";
}

static int measure(mod_asa_httpproxy_file_t *file)
{
    struct stat st;

    if (fstat(file->fd, &st) != 0) {
        return errno;
    }
    file->device = st.st_dev;
    file->inode = st.st_ino;
    file->end = st.st_size;
    return 0;
}

/* Ends a torn line.  Others may do so as well, or complete it after all: a blank line is left then,
 * which is better than two lines in one. */
static int mend(mod_asa_httpproxy_file_t *file)
{
    const char *missing = missing_end(file);
    int err = 0;

    if (*missing != '\0') {
        apr_sleep(TORN_NAP);
        err = measure(file);
        missing = missing_end(file);
    }
    return err != 0 ? err : mod_asa_httpproxy_folder_fill(file->fd, missing, strlen(missing));
}

/* Opens one file and sees what it is; *usable_out only if our lines may go there. */
static int take(mod_asa_httpproxy_file_t *file, int dir, const char *name, bool *usable_out)
{
    int err;

    *usable_out = false;
    file->fd =
        openat(dir, name, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (file->fd < 0) {
        return is_not_ours(errno) ? 0 : errno;
    }
    err = measure(file);
    /* A file always takes one line, even if its head alone reaches the limit. */
    if (err == 0 && has_head(file) && (!is_full(file) || file->end == file->head_len)) {
        err = mend(file);
        *usable_out = err == 0;
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

static const char *name_it(mod_asa_httpproxy_file_t *file)
{
    const char *name = asa_httpproxy_record_file_name(file->scratch, file->hour, file->number);

    file->path = apr_pstrcat(file->scratch, file->folder, "/", name, NULL);
    return name;
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

/* The file with the highest number unless it is full, else the first after it.  Other processes
 * begin files while we look, and a list that is read meanwhile may miss them. */
static int open_in(mod_asa_httpproxy_file_t *file, int dir, apr_time_t now)
{
    bool usable = false;
    int err = 0;

    file->number = 0;
    for (int tries = 0; err == 0 && !usable; tries++) {
        if (tries == FILE_TRIES) {
            return EBUSY;
        }
        err = find_highest(file, dir);
        if (err == 0 && file->number > 0) {
            err = take(file, dir, name_it(file), &usable);
        }
        if (err == 0 && !usable) {
            file->number++;
            err = begin(file, dir, name_it(file), now);
            if (err == 0) {
                err = take(file, dir, name_it(file), &usable);
            }
        }
    }
    return err;
}

static int open_current(mod_asa_httpproxy_file_t *file, apr_time_t now)
{
    int dir;
    int err;

    file->path = file->folder;
    apr_pool_clear(file->scratch);
    err = mod_asa_httpproxy_folder_enter(file->folder, &dir);
    if (err != 0) {
        return err;
    }
    file->hour = now - now % ASA_TIME_HOUR;
    file->seen = now;
    err = open_in(file, dir, now);
    close(dir);
    return err;
}

static bool is_its_hour(const mod_asa_httpproxy_file_t *file, apr_time_t now)
{
    return now < file->hour + ASA_TIME_HOUR && now >= file->hour - LATE;
}

/* The file is still the one of its name, nobody shortened it, and it ends with a whole line. */
static bool is_in_order(mod_asa_httpproxy_file_t *file, apr_time_t now)
{
    struct stat st;

    if (now < file->seen + LOOK_INTERVAL && now > file->seen - LOOK_INTERVAL) {
        return true;
    }
    file->seen = now;
    if (fstatat(AT_FDCWD, file->path, &st, AT_SYMLINK_NOFOLLOW) != 0 || st.st_dev != file->device ||
        st.st_ino != file->inode || st.st_size < file->end) {
        return false;
    }
    file->end = st.st_size;
    return *missing_end(file) == '\0';
}

/* After an append, the position is the file's end.  An end before where our line must end tells
 * that somebody shortened the file. */
static int append(mod_asa_httpproxy_file_t *file, const char *line, size_t len)
{
    off_t least = file->end + (off_t)len;
    int err = mod_asa_httpproxy_folder_fill(file->fd, line, len);

    file->end = lseek(file->fd, 0, SEEK_CUR);
    if (err != 0 || file->end < least) {
        mod_asa_httpproxy_file_close(file);
    }
    return err;
}

int mod_asa_httpproxy_file_write(mod_asa_httpproxy_file_t *file, apr_time_t now, const char *line,
                                 size_t len)
{
    int err = 0;

    if (file->fd >= 0 && (!is_its_hour(file, now) || !is_in_order(file, now) || is_full(file))) {
        mod_asa_httpproxy_file_close(file);
    }
    if (file->fd < 0) {
        err = open_current(file, now);
    }
    return err != 0 ? err : append(file, line, len);
}
