/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of a roll's note: every key read is whole, and its line is read as the same key.
 */
#include <string.h>

#include "asactl/roll_note.h"
#include "t/fuzz/target.h"

static void check_key(apr_pool_t *pool, const asactl_roll_key_t *key)
{
    const char *line = asactl_roll_note_line(pool, key);
    const apr_array_header_t *again = asactl_roll_note_read(pool, line, strlen(line));
    const asactl_roll_key_t *other;

    check(key->kvno != 0 && key->count > 0 && key->count <= ASACTL_ROLL_KEYS_MAX);
    check(again->nelts == 1);
    other = &APR_ARRAY_IDX(again, 0, asactl_roll_key_t);
    check(other->kvno == key->kvno && other->count == key->count);
    for (size_t i = 0; i < key->count; i++) {
        check(strcmp(other->ids[i], key->ids[i]) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    apr_pool_t *pool = make_pool();
    const apr_array_header_t *keys;

    keys = asactl_roll_note_read(pool, (const char *)bytes, len);
    check(keys->nelts <= ASACTL_ROLL_NOTE_MAX);
    for (int i = 0; i < keys->nelts; i++) {
        check_key(pool, &APR_ARRAY_IDX(keys, i, asactl_roll_key_t));
    }
    apr_pool_destroy(pool);
    return 0;
}
