/* SPDX-License-Identifier: Apache-2.0
 *
 * Overwrites secrets.
 */
#include "core/wipe.h"

#include <string.h>

typedef struct {
    void *bytes;
    size_t len;
} secret_t;

static apr_status_t wipe(void *data)
{
    secret_t *secret = data;

    explicit_bzero(secret->bytes, secret->len);
    return APR_SUCCESS;
}

void asa_wipe_at_end(apr_pool_t *pool, void *bytes, size_t len)
{
    secret_t *secret = apr_palloc(pool, sizeof *secret);

    *secret = (secret_t){bytes, len};
    apr_pool_cleanup_register(pool, secret, wipe, apr_pool_cleanup_null);
}
