/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads stdin and writes stdout byte by byte as they are.
 */
#include "asactl/stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <apr_strings.h>

#include "core/wipe.h"
#include "core/write_whole.h"

bool asactl_stream_read(apr_pool_t *pool, size_t max, const unsigned char **bytes, size_t *len,
                        asactl_outcome_t *outcome)
{
    unsigned char *room;
    ssize_t n = 1;

    if (isatty(STDIN_FILENO)) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "asactl node install <FILE", pool,
                                   "keys are read from stdin, which is a terminal");
    }
    room = apr_palloc(pool, max + 1);
    asa_wipe_at_end(pool, room, max + 1);
    for (*len = 0; n != 0 && *len <= max;) {
        n = read(STDIN_FILENO, room + *len, max + 1 - *len);
        if (n < 0 && errno != EINTR) {
            return asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, pool,
                                       "stdin cannot be read: %s", strerror(errno));
        }
        *len += n > 0 ? (size_t)n : 0;
    }
    if (*len > max) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, NULL, pool, "there is too much on stdin");
    }
    *bytes = room;
    *outcome = (asactl_outcome_t){.code = ASACTL_OK};
    return true;
}

bool asactl_stream_write(const unsigned char *bytes, size_t len)
{
    return asa_write_whole(STDOUT_FILENO, bytes, len);
}
