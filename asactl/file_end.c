/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the end or the beginning of a file.
 */
#include "asactl/file_end.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fill(int fd, off_t from, char *bytes, size_t wanted, size_t *len)
{
    *len = 0;
    while (*len < wanted) {
        ssize_t got = pread(fd, bytes + *len, wanted - *len, from + (off_t)*len);
        if (got < 0 && errno != EINTR) {
            return errno;
        }
        if (got == 0) {
            break; /* it has been cut meanwhile */
        }
        *len += got > 0 ? (size_t)got : 0;
    }
    return 0;
}

static int read_part(apr_pool_t *pool, int dir, const char *file, size_t max, bool end,
                     const char **text, size_t *len)
{
    int fd = openat(dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int error = 0;
    off_t from = 0;
    struct stat st;
    char *bytes;

    *len = 0;
    *text = "";
    if (fd < 0) {
        return errno;
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        error = EINVAL;
    } else {
        size_t wanted = st.st_size < (off_t)max ? (size_t)st.st_size : max;
        from = end ? st.st_size - (off_t)wanted : 0;
        bytes = apr_palloc(pool, wanted + 1);
        error = fill(fd, from, bytes, wanted, len);
        *text = bytes;
    }
    close(fd);
    if (error == 0 && from > 0) {
        const char *line = *len > 0 ? memchr(*text, '\n', *len) : NULL;
        size_t skipped = line != NULL ? (size_t)(line - *text) + 1 : *len;
        *text += skipped;
        *len -= skipped;
    }
    return error;
}

int asactl_file_end_read(apr_pool_t *pool, int dir, const char *file, size_t max, const char **text,
                         size_t *len)
{
    return read_part(pool, dir, file, max, true, text, len);
}

int asactl_file_end_begin(apr_pool_t *pool, int dir, const char *file, size_t max,
                          const char **text, size_t *len)
{
    return read_part(pool, dir, file, max, false, text, len);
}
