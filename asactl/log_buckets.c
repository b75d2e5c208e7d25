/* SPDX-License-Identifier: Apache-2.0
 *
 * Stretches of time: found, added at either end, and merged into wider ones.
 */
#include "asactl/log_buckets.h"

#include <string.h>

#define MINUTE apr_time_from_sec(60)

/* Each width is the one before it times this, so that wider stretches take narrower ones whole;
 * after the last, twice. */
static apr_time_t wider(apr_time_t width)
{
    static const int factors[] = {5, 3, 4, 3, 2, 2, 2, 7, 4};
    apr_time_t at = MINUTE;

    for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++) {
        if (at == width) {
            return width * factors[i];
        }
        at *= factors[i];
    }
    return width * 2;
}

static void add_up(asactl_log_bucket_t *to, const asactl_log_bucket_t *from)
{
    for (size_t i = 0; i < ASACTL_LOG_BUCKET_PROTOCOLS; i++) {
        for (size_t class = 0; class < ASACTL_LOG_CLASSES; class ++) {
            to->of[i][class] += from->of[i][class];
        }
    }
}

/* Merges what there is into stretches of the next width. */
static void widen(asactl_log_buckets_t *buckets)
{
    apr_time_t width = wider(buckets->width), begin = buckets->begin / width * width;
    size_t count = 0;

    for (size_t i = 0; i < buckets->count; i++) {
        apr_time_t start = buckets->begin + (apr_time_t)i * buckets->width;
        size_t to = (size_t)((start - begin) / width);

        if (to == count) {
            buckets->bucket[count++] = buckets->bucket[i];
        } else {
            add_up(&buckets->bucket[to], &buckets->bucket[i]);
        }
    }
    buckets->begin = begin;
    buckets->width = width;
    buckets->count = count;
}

/* How many stretches there would be with one for this time. */
static apr_time_t span(const asactl_log_buckets_t *buckets, apr_time_t time)
{
    apr_time_t end = buckets->begin + (apr_time_t)buckets->count * buckets->width;
    apr_time_t start = time / buckets->width * buckets->width;
    apr_time_t first = start < buckets->begin ? start : buckets->begin;
    apr_time_t last = start + buckets->width > end ? start + buckets->width : end;

    return (last - first) / buckets->width;
}

/* Adds empty stretches at either end, up to the one of this time. */
static void reach(asactl_log_buckets_t *buckets, apr_time_t time)
{
    size_t count = (size_t)span(buckets, time);
    size_t before = 0;

    if (time < buckets->begin) {
        before = count - buckets->count;
        memmove(buckets->bucket + before, buckets->bucket,
                buckets->count * sizeof *buckets->bucket);
        memset(buckets->bucket, 0, before * sizeof *buckets->bucket);
        buckets->begin -= (apr_time_t)before * buckets->width;
    } else {
        memset(buckets->bucket + buckets->count, 0,
               (count - buckets->count) * sizeof *buckets->bucket);
    }
    buckets->count = count;
}

void asactl_log_buckets_add(asactl_log_buckets_t *buckets, apr_pool_t *pool, apr_time_t time,
                            size_t protocol, asactl_log_class_t class)
{
    time = time < 0 ? 0 : time;
    if (buckets->bucket == NULL) {
        buckets->bucket = apr_pcalloc(pool, ASACTL_LOG_BUCKETS * sizeof *buckets->bucket);
        buckets->width = MINUTE;
        buckets->begin = time / MINUTE * MINUTE;
        buckets->count = 1;
    }
    if (time < buckets->begin ||
        time >= buckets->begin + (apr_time_t)buckets->count * buckets->width) {
        while (span(buckets, time) > ASACTL_LOG_BUCKETS) {
            widen(buckets);
        }
        reach(buckets, time);
    }
    protocol = protocol < ASACTL_LOG_BUCKET_PROTOCOLS ? protocol : ASACTL_LOG_BUCKET_PROTOCOLS - 1;
    buckets->bucket[(time - buckets->begin) / buckets->width].of[protocol][class]++;
}
