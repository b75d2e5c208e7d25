/* SPDX-License-Identifier: Apache-2.0
 *
 * What is done to the folder as a whole: list, begin a file, purge.
 */
#include "mod_asa_auth/httpproxy_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "core/httpproxy_record.h"
#include "core/time_text.h"
#include "core/write_whole.h"

#define FOLDER_MODE 0750
#define FILE_MODE   0640

/* A file that is being begun: its own name is linked to it when its head is complete. */
#define BIRTH_STEM   ".HttpProxy_"
#define BIRTH_END    ".tmp"
#define BIRTH_RANDOM 8                     /* bytes, in hexadecimal */
#define BIRTH_AGE    apr_time_from_sec(60) /* nobody takes that long to write a head */

typedef int visit_t(void *baton, int dir, const char *name);

/* Shows each name of the folder to visit; goes on after a failure and gives the first. */
static int list(int dir, visit_t *visit, void *baton)
{
    /* A descriptor of its own, as the position in the list belongs to the description. */
    int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *names = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry;
    int first = 0;

    if (names == NULL) {
        int err = errno;

        if (fd >= 0) {
            close(fd);
        }
        return err;
    }
    for (errno = 0; (entry = readdir(names)) != NULL; errno = 0) {
        int err = visit(baton, dir, entry->d_name);

        if (first == 0) {
            first = err;
        }
    }
    if (first == 0) {
        first = errno;
    }
    closedir(names);
    return first;
}

int mod_asa_httpproxy_folder_enter(const char *path, int *dir_out)
{
    int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

    *dir_out = open(path, flags);
    if (*dir_out < 0 && errno == ENOENT) {
        if (mkdir(path, FOLDER_MODE) != 0 && errno != EEXIST) {
            return errno;
        }
        *dir_out = open(path, flags);
    }
    return *dir_out < 0 ? errno : 0;
}

typedef struct search_t {
    apr_time_t hour;
    unsigned number;
} search_t;

static int keep_highest(void *baton, int dir, const char *name)
{
    search_t *search = baton;
    apr_time_t hour;
    unsigned number;

    if (asa_httpproxy_record_parse_file_name(name, &hour, &number) && hour == search->hour &&
        number > search->number) {
        search->number = number;
    }
    return 0;
}

int mod_asa_httpproxy_folder_find(int dir, apr_time_t hour, unsigned *number_out)
{
    search_t search = {hour, 0};
    int err = list(dir, keep_highest, &search);

    *number_out = search.number;
    return err;
}

int mod_asa_httpproxy_folder_fill(int fd, const char *bytes, size_t len)
{
    return asa_write_whole(fd, bytes, len) ? 0 : errno;
}

static const char *birth_name(apr_pool_t *pool)
{
    unsigned char random[BIRTH_RANDOM];
    char hex[2 * BIRTH_RANDOM + 1];

    if (apr_generate_random_bytes(random, sizeof(random)) != APR_SUCCESS) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(random); i++) {
        apr_snprintf(hex + 2 * i, 3, "%02x", random[i]);
    }
    return apr_pstrcat(pool, BIRTH_STEM, hex, BIRTH_END, NULL);
}

static bool is_birth_name(const char *name)
{
    size_t stem = strlen(BIRTH_STEM);

    return strncmp(name, BIRTH_STEM, stem) == 0 &&
           strspn(name + stem, "0123456789abcdef") == 2 * BIRTH_RANDOM &&
           strcmp(name + stem + 2 * BIRTH_RANDOM, BIRTH_END) == 0;
}

int mod_asa_httpproxy_folder_begin(apr_pool_t *pool, int dir, const char *name, apr_time_t now,
                                   bool *made_out)
{
    const char *birth = birth_name(pool);
    size_t len;
    const char *head = asa_httpproxy_record_head(pool, now, &len);
    int fd;
    int err;

    *made_out = false;
    if (birth == NULL) {
        return EIO;
    }
    fd = openat(dir, birth, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (fd < 0) {
        return errno;
    }
    err = mod_asa_httpproxy_folder_fill(fd, head, len);
    if (close(fd) != 0 && err == 0) {
        err = errno;
    }
    if (err == 0) {
        if (linkat(dir, birth, dir, name, 0) == 0) {
            *made_out = true;
        } else if (errno != EEXIST) {
            err = errno;
        }
    }
    /* If this fails, a later purge removes it. */
    (void)unlinkat(dir, birth, 0);
    return err;
}

typedef struct purge_t {
    apr_time_t oldest; /* hours that end before it go */
    bool everything_stays;
} purge_t;

static bool is_dead_birth(int dir, const char *name)
{
    struct stat st;

    return is_birth_name(name) && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(st.st_mode) &&
           apr_time_from_sec((apr_time_t)st.st_mtime) + BIRTH_AGE < apr_time_now();
}

static int remove_old(void *baton, int dir, const char *name)
{
    const purge_t *purge = baton;
    apr_time_t hour;
    unsigned number;
    bool old;

    if (asa_httpproxy_record_parse_file_name(name, &hour, &number)) {
        old = !purge->everything_stays && hour + ASA_TIME_HOUR < purge->oldest;
    } else {
        old = is_dead_birth(dir, name);
    }
    if (!old || unlinkat(dir, name, 0) == 0 || errno == ENOENT) {
        return 0;
    }
    return errno;
}

int mod_asa_httpproxy_folder_purge(int dir, apr_time_t now, apr_interval_time_t keep)
{
    purge_t purge = {now - keep, keep <= 0};

    return list(dir, remove_old, &purge);
}
