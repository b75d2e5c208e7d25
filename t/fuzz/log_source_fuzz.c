/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of packed logs: gzip and xz, whole, torn, one after the other, with anything behind
 * them.
 *
 * The bytes that come out do not depend on the size of the pieces that are asked for, nor on where
 * the reading goes on, and are bounded; a failure comes again, with a sentence and a remedy or
 * none.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <apr_strings.h>

#include "asactl/log_source.h"
#include "t/fuzz/target.h"

/* What is not packed, and everything below this, unpacks at most to so many bytes. */
#define MOST_BYTES (256UL << 10)

typedef struct {
    char *bytes;
    size_t len;
    bool whole; /* read to its end */
    bool cut;   /* more than is compared */
} text_t;

static text_t read_text(apr_pool_t *pool, const char *path, size_t piece, off_t from)
{
    text_t text = {.bytes = malloc(MOST_BYTES + piece)};
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    asactl_log_source_t *source = asactl_log_source_open(pool, path, false, &outcome);
    ssize_t count = 1;

    check(source != NULL && text.bytes != NULL);
    if (from > 0 && !asactl_log_source_skip(source, from, &outcome)) {
        check(outcome.sentence != NULL);
        return text;
    }
    while (count > 0 && text.len < MOST_BYTES) {
        count = asactl_log_source_read(source, text.bytes + text.len, piece, &outcome);
        check(count <= (ssize_t)piece);
        text.len += count > 0 ? (size_t)count : 0;
    }
    text.cut = count > 0;
    text.whole = count == 0;
    if (count < 0) {
        check(outcome.code == ASACTL_USAGE && outcome.sentence != NULL);
    }
    if (!text.cut) {
        check(asactl_log_source_read(source, text.bytes + text.len, 1, &outcome) == count);
    }
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    apr_pool_t *pool = make_pool();
    int file = memfd_create("log", MFD_CLOEXEC);
    const char *path = apr_psprintf(pool, "/proc/self/fd/%d", file);
    text_t whole, pieces, rest;

    check(file >= 0 && write(file, bytes, len) == (ssize_t)len);
    whole = read_text(pool, path, 1UL << 16, 0);
    pieces = read_text(pool, path, 1 + len % 97, 0);
    /* Of what is damaged, a library may give more or less before it says so. */
    check(whole.cut || whole.whole == pieces.whole);
    check(!whole.whole || whole.len == pieces.len);
    check(memcmp(whole.bytes, pieces.bytes, whole.len < pieces.len ? whole.len : pieces.len) == 0);
    if (!whole.cut && whole.len > 1) {
        rest = read_text(pool, path, 1UL << 16, (off_t)(whole.len / 2));
        check(rest.whole == whole.whole);
        check(!whole.whole || rest.len == whole.len - whole.len / 2);
        check(memcmp(rest.bytes, whole.bytes + whole.len / 2,
                     rest.len < whole.len - whole.len / 2 ? rest.len : whole.len - whole.len / 2) ==
              0);
        free(rest.bytes);
    }
    free(whole.bytes);
    free(pieces.bytes);
    apr_pool_destroy(pool);
    close(file);
    return 0;
}
