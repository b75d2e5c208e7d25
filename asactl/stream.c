/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads stdin and writes stdout byte by byte as they are.
 */
#include "asactl/stream.h"

#include "core/write_whole.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <apr_strings.h>

typedef struct {
    unsigned char *bytes;
    size_t room;
} secret_t;

static apr_status_t wipe(void *data)
{
    secret_t *secret = data;

    explicit_bzero(secret->bytes, secret->room);
    return APR_SUCCESS;
}

bool asactl_stream_read(apr_pool_t *pool, size_t max, const unsigned char **bytes, size_t *len,
                        asactl_outcome_t *outcome)
{
    secret_t *secret = apr_palloc(pool, sizeof *secret);
    ssize_t n = 1;

    if (isatty(STDIN_FILENO)) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "asactl node install <FILE", pool,
                                   "keys are read from stdin, which is a terminal");
    }
    secret->room = max + 1;
    secret->bytes = apr_palloc(pool, secret->room);
    apr_pool_cleanup_register(pool, secret, wipe, apr_pool_cleanup_null);
    for (*len = 0; n != 0 && *len <= max;) {
        n = read(STDIN_FILENO, secret->bytes + *len, secret->room - *len);
        if (n < 0 && errno != EINTR) {
            return asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, pool,
                                       "stdin cannot be read: %s", strerror(errno));
        }
        *len += n > 0 ? (size_t)n : 0;
    }
    if (*len > max) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, NULL, pool, "there is too much on stdin");
    }
    *bytes = secret->bytes;
    *outcome = (asactl_outcome_t){.code = ASACTL_OK};
    return true;
}

bool asactl_stream_write(const unsigned char *bytes, size_t len)
{
    return asa_write_whole(STDOUT_FILENO, bytes, len);
}
