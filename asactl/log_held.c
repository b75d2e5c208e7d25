/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps the logs open that changed last.
 */
#include "asactl/log_held.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "asactl/log_mark.h"

/* So many looks on end without growth, and a log out of sight is let go. */
#define MOST_IDLE 60

typedef struct {
    int fd; /* -1: free */
    dev_t device;
    ino_t inode;
    apr_time_t changed;
    unsigned idle;
} held_t;

struct asactl_log_held_t {
    held_t of[ASACTL_LOG_HELD_MAX];
};

static apr_status_t close_all(void *data)
{
    asactl_log_held_t *held = data;

    for (size_t i = 0; i < ASACTL_LOG_HELD_MAX; i++) {
        if (held->of[i].fd >= 0) {
            close(held->of[i].fd);
        }
    }
    return APR_SUCCESS;
}

asactl_log_held_t *asactl_log_held_make(apr_pool_t *pool)
{
    asactl_log_held_t *held = apr_pcalloc(pool, sizeof *held);

    for (size_t i = 0; i < ASACTL_LOG_HELD_MAX; i++) {
        held->of[i].fd = -1;
    }
    apr_pool_cleanup_register(pool, held, close_all, apr_pool_cleanup_null);
    return held;
}

/* The place of this file, or else of the one that may go for it: a free one, or the oldest. */
static held_t *place_of(asactl_log_held_t *held, const asactl_log_file_t *file)
{
    held_t *place = &held->of[0];

    for (size_t i = 0; i < ASACTL_LOG_HELD_MAX; i++) {
        held_t *one = &held->of[i];

        if (one->fd >= 0 && one->device == file->device && one->inode == file->inode) {
            return one;
        }
        if (place->fd >= 0 && (one->fd < 0 || one->changed < place->changed)) {
            place = one;
        }
    }
    return place;
}

static bool is_it(int fd, const asactl_log_file_t *file)
{
    struct stat stat;

    return fstat(fd, &stat) == 0 && stat.st_dev == file->device && stat.st_ino == file->inode;
}

void asactl_log_held_keep(asactl_log_held_t *held, const asactl_log_file_t *file)
{
    held_t *place = place_of(held, file);
    int fd;

    if (place->fd >= 0 && place->device == file->device && place->inode == file->inode) {
        place->changed = file->changed;
        return;
    }
    if (place->fd >= 0 && place->changed > file->changed) {
        return;
    }
    fd = open(file->path,
              O_RDONLY | O_CLOEXEC | (file->found ? O_NOFOLLOW | O_NONBLOCK : O_NONBLOCK));
    if (fd < 0 || !is_it(fd, file)) {
        if (fd >= 0) {
            close(fd);
        }
        return;
    }
    if (place->fd >= 0) {
        close(place->fd);
    }
    *place =
        (held_t){.fd = fd, .device = file->device, .inode = file->inode, .changed = file->changed};
}

void asactl_log_held_visit(asactl_log_held_t *held, apr_pool_t *pool,
                           bool (*met)(void *data, dev_t device, ino_t inode),
                           void (*take)(void *data, const asactl_log_file_t *file), void *data)
{
    for (size_t i = 0; i < ASACTL_LOG_HELD_MAX; i++) {
        held_t *one = &held->of[i];
        struct stat stat;
        apr_time_t changed;

        if (one->fd < 0) {
            continue;
        }
        if (met(data, one->device, one->inode)) {
            one->idle = 0;
            continue;
        }
        if (fstat(one->fd, &stat) != 0 || one->idle >= MOST_IDLE) {
            close(one->fd);
            one->fd = -1;
            continue;
        }
        changed = asactl_log_mark_changed(&stat);
        one->idle = changed == one->changed ? one->idle + 1 : 0;
        one->changed = changed;
        take(data, &(asactl_log_file_t){.path = apr_psprintf(pool, "/proc/self/fd/%d", one->fd),
                                        .ordinary = true,
                                        .device = one->device,
                                        .inode = one->inode,
                                        .size = stat.st_size,
                                        .changed = changed});
    }
}
