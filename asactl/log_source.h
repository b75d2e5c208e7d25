/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes of a log: a file or standard input, plain or packed by gzip or xz, told by its first
 * bytes.  The only place that knows these formats (RFC 1952; tukaani.org/xz/xz-file-format.txt).
 *
 * Several packed streams in a row, as logrotate and pigz leave them, are one.  Unpacking goes piece
 * by piece and takes at most ASACTL_LOG_SOURCE_MEMORY, whatever a file claims; one that unpacks to
 * ASACTL_LOG_SOURCE_RATIO times its size, as no log does, is left.  No other program runs.
 *
 * One thread a source.
 */
#ifndef ASACTL_LOG_SOURCE_H
#define ASACTL_LOG_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/stat.h>
#include <sys/types.h>

#include <apr_pools.h>

#include "asactl/outcome.h"

#define ASACTL_LOG_SOURCE_MEMORY (100UL << 20) /* xz -9 needs 65 MiB */

/* How many times its size a file may unpack to, once it gave ASACTL_LOG_SOURCE_FREE bytes. */
#define ASACTL_LOG_SOURCE_RATIO 500
#define ASACTL_LOG_SOURCE_FREE  (64UL << 20)

typedef struct asactl_log_source_t asactl_log_source_t;

/* Opens a file, "-" is standard input; closed with the pool.  found: the file was come across in a
 * folder, so it is read only if it is an ordinary file and no link.  NULL with ASACTL_USAGE. */
asactl_log_source_t *asactl_log_source_open(apr_pool_t *pool, const char *path, bool found,
                                            asactl_outcome_t *outcome);

/* What stat says of it. */
const struct stat *asactl_log_source_stat(const asactl_log_source_t *source);

/* Whether it is packed. */
bool asactl_log_source_is_packed(const asactl_log_source_t *source);

/* Goes on behind so many unpacked bytes of an ordinary file; before the first read.  False with
 * ASACTL_USAGE: they cannot be read or unpacked. */
bool asactl_log_source_skip(asactl_log_source_t *source, off_t offset, asactl_outcome_t *outcome);

/* Whether exactly these bytes stand there, in a file that is not packed; what is read next stays
 * the same. */
bool asactl_log_source_look(const asactl_log_source_t *source, off_t offset, char *out, size_t len);

/* What to do about an error of opening or reading a file. */
const char *asactl_log_source_remedy(int error);

/* Up to size bytes; 0 at the end, -1 with ASACTL_USAGE: it cannot be read or unpacked. */
ssize_t asactl_log_source_read(asactl_log_source_t *source, char *out, size_t size,
                               asactl_outcome_t *outcome);

#endif
