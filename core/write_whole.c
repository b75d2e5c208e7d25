/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes until nothing is left; a signal in between is no failure.
 */
#include "core/write_whole.h"

#include <errno.h>
#include <unistd.h>

bool asa_write_whole(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0) {
        ssize_t n = write(fd, at, len);

        if (n < 0 && errno != EINTR) {
            return false;
        }
        if (n > 0) {
            at += n;
            len -= (size_t)n;
        }
    }
    return true;
}
