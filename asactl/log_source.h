/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes of a log: a file or standard input, plain or packed by gzip or xz, told by its first
 * bytes.  The only place that knows these formats (RFC 1952; tukaani.org/xz/xz-file-format.txt).
 *
 * Several packed streams in a row, as logrotate and pigz leave them, are one.  Unpacking goes piece
 * by piece and takes at most ASACTL_LOG_SOURCE_MEMORY, whatever a file claims; no other program
 * runs.
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

typedef struct asactl_log_source_t asactl_log_source_t;

/* Opens a file, "-" is standard input; closed with the pool.  found: the file was come across in a
 * folder, so it is read only if it is an ordinary file and no link.  NULL with ASACTL_USAGE. */
asactl_log_source_t *asactl_log_source_open(apr_pool_t *pool, const char *path, bool found,
                                            asactl_outcome_t *outcome);

/* What stat says of it. */
const struct stat *asactl_log_source_stat(const asactl_log_source_t *source);

/* Whether it is packed. */
bool asactl_log_source_is_packed(const asactl_log_source_t *source);

/* Goes on at this byte of an ordinary file that is not packed; before the first read. */
bool asactl_log_source_seek(asactl_log_source_t *source, off_t offset);

/* Up to size bytes; 0 at the end, -1 with ASACTL_USAGE: it cannot be read or unpacked. */
ssize_t asactl_log_source_read(asactl_log_source_t *source, char *out, size_t size,
                               asactl_outcome_t *outcome);

#endif
