/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts requests over time, in stretches that widen so that there are never too many.
 *
 * One thread; everything lives in the pool of the first call.
 */
#ifndef ASACTL_LOG_BUCKETS_H
#define ASACTL_LOG_BUCKETS_H

#include <apr_pools.h>
#include <apr_time.h>

#include "asactl/log_class.h"

typedef unsigned long long asactl_log_count_t;

enum { ASACTL_LOG_BUCKETS = 400, ASACTL_LOG_BUCKET_PROTOCOLS = 16 };

/* Requests of one protocol in one stretch of time. */
typedef struct asactl_log_bucket_t {
    asactl_log_count_t of[ASACTL_LOG_BUCKET_PROTOCOLS][ASACTL_LOG_CLASSES];
} asactl_log_bucket_t;

/* count stretches of equal width that follow each other without a gap; the first begins at begin, a
 * multiple of width since 1970.  The width starts with a minute and grows (5, 15 minutes, 1, 3, 6,
 * 12 hours, 1 day, a week, 4 weeks …) so that they always suffice.  The first index of a bucket is
 * the number of the protocol's row; the last one holds every protocol from there on. */
typedef struct asactl_log_buckets_t {
    apr_time_t begin, width;
    size_t count;
    asactl_log_bucket_t *bucket;
} asactl_log_buckets_t;

/* Counts one request; *buckets is zeroed before the first.  Times before 1970 count as 1970. */
void asactl_log_buckets_add(asactl_log_buckets_t *buckets, apr_pool_t *pool, apr_time_t time,
                            size_t protocol, asactl_log_class_t class);

#endif
