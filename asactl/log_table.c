/* SPDX-License-Identifier: Apache-2.0
 *
 * Open addressing over row numbers.  The hash multiplies each half word of a key by a random number
 * of its place and adds up, so that two keys meet once in 2^32 tables whatever a log chooses
 * (Dietzfelbinger's multiply-add-shift); one seed for all places would not do, as differences of
 * one word can be taken back by the next.
 */
#include "asactl/log_table.h"

#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#define FIRST_PLACES 64 /* a power of two */
#define CHUNK_ROWS   64
#define WORD         sizeof(uint64_t)
#define MOST_WORDS   ((ASACTL_LOG_KEY_MAX + WORD - 1) / WORD)

struct asactl_log_table_t {
    apr_pool_t *pool;
    size_t row_size, most, count;
    bool fold;
    uint64_t factors[1 + 2 * MOST_WORDS]; /* of the length, and of the halves of each word */
    uint32_t *places;                     /* row number + 1; 0 = free */
    size_t place_count;
    apr_array_header_t *chunks; /* char *: CHUNK_ROWS rows each */
    void *others;
};

/* A key as it is compared: cut, in small letters, in whole words that end in zeros. */
typedef struct {
    uint64_t words[MOST_WORDS];
    size_t len;
    uint64_t hash;
} folded_t;

asactl_log_table_t *asactl_log_table_make(apr_pool_t *pool, size_t row_size, size_t most, bool fold)
{
    asactl_log_table_t *table = apr_pcalloc(pool, sizeof *table);

    *table = (asactl_log_table_t){.pool = pool,
                                  .row_size = (row_size + WORD - 1) / WORD * WORD,
                                  .most = most,
                                  .fold = fold,
                                  .place_count = FIRST_PLACES,
                                  .chunks = apr_array_make(pool, 4, sizeof(char *))};
    if (apr_generate_random_bytes((unsigned char *)table->factors, sizeof table->factors) !=
        APR_SUCCESS) {
        abort(); /* then anybody could make it slow */
    }
    table->places = apr_pcalloc(pool, table->place_count * sizeof *table->places);
    return table;
}

/* A to Z in each of the eight bytes at once: a byte is one if adding carries its top bit at 'A' and
 * not yet at 'Z' + 1. */
static uint64_t small_letters(uint64_t word)
{
    const uint64_t each = 0x0101010101010101u, top = 0x80 * each;
    uint64_t low = word & ~top;
    uint64_t from_a = low + (0x80 - 'A') * each, past_z = low + (0x80 - 'Z' - 1) * each;

    return word | ((from_a ^ past_z) & ~word & top) >> 2;
}

static void fold(const asactl_log_table_t *table, const void *key, size_t len, folded_t *out)
{
    const uint64_t *factor = table->factors;
    uint64_t hash;
    size_t words;

    out->len = len < ASACTL_LOG_KEY_MAX ? len : ASACTL_LOG_KEY_MAX;
    words = (out->len + WORD - 1) / WORD;
    if (words > 0) {
        out->words[words - 1] = 0;
        memcpy(out->words, key, out->len);
    }
    hash = out->len * *factor;
    for (size_t i = 0; i < words; i++) {
        out->words[i] = table->fold ? small_letters(out->words[i]) : out->words[i];
        hash += (out->words[i] & UINT32_MAX) * *++factor;
        hash += (out->words[i] >> 32) * *++factor;
    }
    out->hash = hash >> 32;
}

void *asactl_log_table_at(const asactl_log_table_t *table, size_t index)
{
    return APR_ARRAY_IDX(table->chunks, (int)(index / CHUNK_ROWS), char *) +
           index % CHUNK_ROWS * table->row_size;
}

/* The place of the key, or the free one where it belongs. */
static size_t place_of(const asactl_log_table_t *table, const folded_t *key)
{
    size_t place = key->hash & (table->place_count - 1);

    while (table->places[place] != 0) {
        const asactl_log_key_t *row = asactl_log_table_at(table, table->places[place] - 1);

        if (row->hash == key->hash && row->len == key->len &&
            memcmp(row->bytes, key->words, key->len) == 0) {
            break;
        }
        place = (place + 1) & (table->place_count - 1);
    }
    return place;
}

/* At most half of the places are taken. */
static void grow(asactl_log_table_t *table)
{
    table->place_count *= 2;
    table->places = apr_pcalloc(table->pool, table->place_count * sizeof *table->places);
    for (size_t i = 0; i < table->count; i++) {
        const asactl_log_key_t *row = asactl_log_table_at(table, i);
        size_t place = row->hash & (table->place_count - 1);

        while (table->places[place] != 0) {
            place = (place + 1) & (table->place_count - 1);
        }
        table->places[place] = (uint32_t)i + 1;
    }
}

static void *others(asactl_log_table_t *table, bool *is_new)
{
    *is_new = table->others == NULL;
    if (table->others == NULL) {
        table->others = apr_pcalloc(table->pool, table->row_size);
        *(asactl_log_key_t *)table->others =
            (asactl_log_key_t){.bytes = "", .number = ASACTL_LOG_OTHERS};
    }
    return table->others;
}

static void *make_row(asactl_log_table_t *table, const folded_t *key, size_t place)
{
    asactl_log_key_t *row;

    if (table->count % CHUNK_ROWS == 0) {
        APR_ARRAY_PUSH(table->chunks, char *) =
            apr_pcalloc(table->pool, CHUNK_ROWS * table->row_size);
    }
    row = asactl_log_table_at(table, table->count);
    *row = (asactl_log_key_t){.bytes = apr_pmemdup(table->pool, key->words, key->len),
                              .hash = key->hash,
                              .len = (uint32_t)key->len,
                              .number = (uint32_t)table->count};
    table->places[place] = (uint32_t)++table->count;
    if (table->count * 2 > table->place_count) {
        grow(table);
    }
    return row;
}

void *asactl_log_table_row(asactl_log_table_t *table, const void *key, size_t len, bool *is_new)
{
    folded_t folded;
    size_t place;

    fold(table, key, len, &folded);
    place = place_of(table, &folded);
    if (table->places[place] != 0) {
        *is_new = false;
        return asactl_log_table_at(table, table->places[place] - 1);
    }
    if (table->count == table->most) {
        return others(table, is_new);
    }
    *is_new = true;
    return make_row(table, &folded, place);
}

void *asactl_log_table_find(const asactl_log_table_t *table, const void *key, size_t len)
{
    folded_t folded;
    size_t place;

    fold(table, key, len, &folded);
    place = place_of(table, &folded);
    return table->places[place] == 0 ? NULL : asactl_log_table_at(table, table->places[place] - 1);
}

size_t asactl_log_table_count(const asactl_log_table_t *table)
{
    return table->count;
}

void *asactl_log_table_others(const asactl_log_table_t *table)
{
    return table->others;
}

bool asactl_log_table_is_others(const void *row)
{
    return ((const asactl_log_key_t *)row)->number == ASACTL_LOG_OTHERS;
}
