/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes from stdin and to stdout as they are: key tables and frames, no text for people.
 */
#ifndef ASACTL_STREAM_H
#define ASACTL_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "asactl/outcome.h"

/* All of stdin, at most max bytes; refused when it is a terminal.  Wiped with the pool. */
bool asactl_stream_read(apr_pool_t *pool, size_t max, const unsigned char **bytes, size_t *len,
                        asactl_outcome_t *outcome);

/* All of the bytes to stdout; false if that cannot be done. */
bool asactl_stream_write(const unsigned char *bytes, size_t len);

#endif
