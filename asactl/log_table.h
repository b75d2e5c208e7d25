/* SPDX-License-Identifier: Apache-2.0
 *
 * A bounded table: one row for each key that was met, of any kind of row.
 *
 * Once it is full, what is new shares one row, "others", so that memory is bounded whatever a log
 * holds and every count still adds up.  Rows stay where they are.
 *
 * One thread; everything lives in the pool given.
 */
#ifndef ASACTL_LOG_TABLE_H
#define ASACTL_LOG_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>
#include <apr_tables.h>

/* A key longer than this is cut: what agrees so far is one. */
#define ASACTL_LOG_KEY_MAX 256

#define ASACTL_LOG_OTHERS UINT32_MAX

/* How every row begins. */
typedef struct asactl_log_key_t {
    const char *bytes; /* the key; where case does not count, in small letters */
    uint64_t hash;
    uint32_t len;
    uint32_t number; /* in order of appearance, from 0; of the others: ASACTL_LOG_OTHERS */
} asactl_log_key_t;

typedef struct asactl_log_table_t asactl_log_table_t;

/* row_size bytes a row, which begin with an asactl_log_key_t and are zero at first; most rows. With
 * fold, keys that differ only in the case of A to Z are one. */
asactl_log_table_t *asactl_log_table_make(apr_pool_t *pool, size_t row_size, size_t most,
                                          bool fold);

/* The row of a key, made if it is new; the row of the others if it would be one too many.  *is_new
 * says whether it was made (for the others: the first time). */
void *asactl_log_table_row(asactl_log_table_t *table, const void *key, size_t len, bool *is_new);

/* The row of a key if it was made; NULL: it was not. */
void *asactl_log_table_find(const asactl_log_table_t *table, const void *key, size_t len);

/* The rows in order of their first appearance, without the others. */
size_t asactl_log_table_count(const asactl_log_table_t *table);
void *asactl_log_table_at(const asactl_log_table_t *table, size_t index);

/* Whether a row of any table is that of the others. */
bool asactl_log_table_is_others(const void *row);

/* The row of the others; NULL while the table is not full. */
void *asactl_log_table_others(const asactl_log_table_t *table);

#endif
