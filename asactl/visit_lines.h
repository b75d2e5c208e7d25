/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds the lines of requests in HttpProxy logs by their request-id.
 *
 * Only files that were written to lately are looked at, and of a long one only its end.  Reads what
 * httpd writes at the same time: an unfinished line is none yet.
 */
#ifndef ASACTL_VISIT_LINES_H
#define ASACTL_VISIT_LINES_H

#include <apr_tables.h>
#include <apr_time.h>

#include "asactl/visit.h"

/* One look below each of the folders (const char *), for every visit that has an id and no line.
 * since: files that were not written to after that are passed over.  Returns how many still have
 * none. */
size_t asactl_visit_lines_find(apr_pool_t *pool, const apr_array_header_t *folders,
                               apr_time_t since, asactl_visit_t *visits, size_t count);

#endif
