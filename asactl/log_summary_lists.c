/* SPDX-License-Identifier: Apache-2.0
 *
 * Sorted lists of what a summary counted.
 */
#include "asactl/log_summary.h"

#include <stdlib.h>
#include <string.h>

#include "asactl/log_summary_private.h"

typedef bool choose_t(const void *row);
typedef int compare_t(const void *one, const void *other);

/* Pointers to the chosen rows, sorted, the others last. */
static apr_array_header_t *list(const asactl_log_table_t *table, apr_pool_t *pool, choose_t *choose,
                                compare_t *compare)
{
    size_t count = asactl_log_table_count(table);
    apr_array_header_t *rows = apr_array_make(pool, 16, sizeof(void *));
    void *others = asactl_log_table_others(table);

    for (size_t i = 0; i < count; i++) {
        void *row = asactl_log_table_at(table, i);

        if (choose == NULL || choose(row)) {
            APR_ARRAY_PUSH(rows, void *) = row;
        }
    }
    qsort(rows->elts, (size_t)rows->nelts, sizeof(void *), compare);
    if (others != NULL && (choose == NULL || choose(others))) {
        APR_ARRAY_PUSH(rows, void *) = others;
    }
    return rows;
}

/* The larger first; what is equal keeps the order of its appearance. */
static int larger(unsigned long long one, unsigned long long other, const asactl_log_key_t *one_key,
                  const asactl_log_key_t *other_key)
{
    if (one != other) {
        return one > other ? -1 : 1;
    }
    return one_key->number < other_key->number ? -1 : one_key->number > other_key->number;
}

#define COMPARE(name, type, value)                                                                 \
    static int name(const void *one_at, const void *other_at)                                      \
    {                                                                                              \
        const type *one = *(const type *const *)one_at, *other = *(const type *const *)other_at;   \
        return larger((unsigned long long)(one->value), (unsigned long long)(other->value),        \
                      &one->key, &other->key);                                                     \
    }

COMPARE(by_refused, asactl_log_who_t, last_refused)
COMPARE(by_status_count, asactl_log_status_t, count)
COMPARE(by_use_count, asactl_log_use_t, count)

static int by_since_count(const void *one_at, const void *other_at)
{
    const asactl_log_who_t *one = *(const asactl_log_who_t *const *)one_at;
    const asactl_log_who_t *other = *(const asactl_log_who_t *const *)other_at;

    if (one->user->monitoring != other->user->monitoring) {
        return one->user->monitoring ? 1 : -1;
    }
    return larger(one->since_count, other->since_count, &one->key, &other->key);
}

static int by_requests(const void *one_at, const void *other_at)
{
    const asactl_log_row_t *one = *(const asactl_log_row_t *const *)one_at;
    const asactl_log_row_t *other = *(const asactl_log_row_t *const *)other_at;

    if (one->monitoring != other->monitoring) {
        return one->monitoring ? 1 : -1;
    }
    return larger(asactl_log_counts_all(&one->counts), asactl_log_counts_all(&other->counts),
                  &one->key, &other->key);
}

static apr_time_t old_use(const asactl_log_who_t *who)
{
    return who->last_weak > who->last_old_key ? who->last_weak : who->last_old_key;
}

static int by_old_use(const void *one_at, const void *other_at)
{
    const asactl_log_who_t *one = *(const asactl_log_who_t *const *)one_at;
    const asactl_log_who_t *other = *(const asactl_log_who_t *const *)other_at;

    return larger((unsigned long long)old_use(one), (unsigned long long)old_use(other), &one->key,
                  &other->key);
}

static int by_reason(const void *one_at, const void *other_at)
{
    const asactl_log_reason_t *one = *(const asactl_log_reason_t *const *)one_at;
    const asactl_log_reason_t *other = *(const asactl_log_reason_t *const *)other_at;

    return one->refusal != other->refusal
               ? (one->refusal ? -1 : 1)
               : larger(one->count, other->count, &one->key, &other->key);
}

static bool is_not_on_kerberos(const void *row)
{
    return ((const asactl_log_who_t *)row)->since != 0;
}

static bool is_turned_away(const void *row)
{
    const asactl_log_who_t *who = row;

    return who->last_refused > who->last_kerberos;
}

static bool has_old_key(const void *row)
{
    return old_use(row) != 0;
}

apr_array_header_t *asactl_log_summary_rows(const asactl_log_summary_t *summary, apr_pool_t *pool,
                                            asactl_log_by_t by)
{
    return list(summary->by[by], pool, NULL, by_requests);
}

apr_array_header_t *asactl_log_summary_not_on_kerberos(const asactl_log_summary_t *summary,
                                                       apr_pool_t *pool)
{
    return list(summary->who, pool, is_not_on_kerberos, by_since_count);
}

apr_array_header_t *asactl_log_who_of(apr_pool_t *pool, const apr_array_header_t *list,
                                      bool monitoring)
{
    apr_array_header_t *those = apr_array_make(pool, 16, sizeof(void *));

    for (int i = 0; i < list->nelts; i++) {
        const asactl_log_who_t *who = APR_ARRAY_IDX(list, i, const asactl_log_who_t *);

        if (who->user->monitoring == monitoring) {
            APR_ARRAY_PUSH(those, const void *) = who;
        }
    }
    return those;
}

apr_array_header_t *asactl_log_summary_turned_away(const asactl_log_summary_t *summary,
                                                   apr_pool_t *pool)
{
    return list(summary->who, pool, is_turned_away, by_refused);
}

apr_array_header_t *asactl_log_summary_old_keys(const asactl_log_summary_t *summary,
                                                apr_pool_t *pool)
{
    return list(summary->who, pool, has_old_key, by_old_use);
}

apr_array_header_t *asactl_log_summary_reasons(const asactl_log_summary_t *summary,
                                               apr_pool_t *pool)
{
    return list(summary->reasons, pool, NULL, by_reason);
}

apr_array_header_t *asactl_log_summary_statuses(const asactl_log_summary_t *summary,
                                                apr_pool_t *pool)
{
    return list(summary->statuses, pool, NULL, by_status_count);
}

apr_array_header_t *asactl_log_summary_uses(const asactl_log_summary_t *summary, apr_pool_t *pool)
{
    return list(summary->uses, pool, NULL, by_use_count);
}

/* --- the rest is as it stands --- */

asactl_log_count_t asactl_log_counts_all(const asactl_log_counts_t *counts)
{
    asactl_log_count_t all = 0;

    for (size_t i = 0; i < ASACTL_LOG_CLASSES; i++) {
        all += counts->of[i];
    }
    return all;
}

asactl_log_count_t asactl_log_counts_signed_in(const asactl_log_counts_t *counts)
{
    return asactl_log_counts_all(counts) - counts->of[ASACTL_LOG_REFUSED] -
           counts->of[ASACTL_LOG_NONE];
}

bool asactl_log_summary_trusts_negotiate(const asactl_log_summary_t *summary)
{
    return summary->trust_negotiate;
}

asactl_log_sources_t *asactl_log_summary_sources_own(asactl_log_summary_t *summary)
{
    return &summary->sources;
}

const asactl_log_sources_t *asactl_log_summary_sources(const asactl_log_summary_t *summary)
{
    return &summary->sources;
}

const asactl_log_counts_t *asactl_log_summary_counts(const asactl_log_summary_t *summary)
{
    return &summary->counts;
}

const asactl_log_counts_t *asactl_log_summary_monitoring(const asactl_log_summary_t *summary)
{
    return &summary->monitoring;
}

const asactl_log_buckets_t *asactl_log_summary_buckets(const asactl_log_summary_t *summary)
{
    return &summary->buckets;
}

size_t asactl_log_summary_distinct(const asactl_log_summary_t *summary, asactl_log_by_t by)
{
    return asactl_log_table_count(summary->by[by]);
}

const asactl_log_row_t *asactl_log_summary_row(const asactl_log_summary_t *summary,
                                               asactl_log_by_t by, size_t index)
{
    return index < asactl_log_table_count(summary->by[by])
               ? asactl_log_table_at(summary->by[by], index)
               : asactl_log_table_others(summary->by[by]);
}
