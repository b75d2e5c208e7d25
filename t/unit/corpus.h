/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a file of the fuzz corpus into a pool, for tests that assert what the real bytes say.  The
 * build defines ASA_TEST_DIR.
 */
#ifndef T_UNIT_CORPUS_H
#define T_UNIT_CORPUS_H

#include <stdio.h>
#include <stdlib.h>

#include <apr_general.h>
#include <apr_pools.h>
#include <apr_strings.h>

/* Never returns an empty or missing file: a test without its bytes would prove nothing. */
static inline const unsigned char *corpus_read(apr_pool_t *pool, const char *name, size_t *len)
{
    const size_t most = 1 << 20;
    char *path = apr_pstrcat(pool, ASA_TEST_DIR "/fuzz/corpus/", name, NULL);
    unsigned char *bytes = apr_palloc(pool, most);
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        fprintf(stderr, "cannot open %s\n", path);
        abort();
    }
    *len = fread(bytes, 1, most, file);
    fclose(file);
    if (*len == 0 || *len == most) {
        fprintf(stderr, "%s has no usable size\n", path);
        abort();
    }
    return bytes;
}

#endif
