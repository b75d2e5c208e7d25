/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads and makes the lines of a roll's note.
 */
#include "asactl/roll_note.h"

#include <string.h>

#include <apr_strings.h>

#include "core/number_text.h"

#define ID_MAX 64

/* A kvno without sign, leading zeros or blanks. */
static bool read_kvno(const char *text, uint32_t *out)
{
    uint64_t kvno;

    if (*text == '0' || !asa_number_text_read(text, strlen(text), UINT32_MAX, &kvno)) {
        return false;
    }
    *out = (uint32_t)kvno;
    return true;
}

static bool is_id(const char *text)
{
    size_t len = strspn(text, "0123456789abcdef");

    return len > 0 && len <= ID_MAX && text[len] == '\0';
}

static bool read_line(char *line, asactl_roll_key_t *out)
{
    char *rest, *word = apr_strtok(line, " ", &rest);

    *out = (asactl_roll_key_t){0};
    if (word == NULL || !read_kvno(word, &out->kvno)) {
        return false;
    }
    while ((word = apr_strtok(NULL, " ", &rest)) != NULL) {
        if (out->count == ASACTL_ROLL_KEYS_MAX || !is_id(word)) {
            return false;
        }
        out->ids[out->count++] = word;
    }
    return out->count > 0;
}

apr_array_header_t *asactl_roll_note_read(apr_pool_t *pool, const char *bytes, size_t len)
{
    apr_array_header_t *keys = apr_array_make(pool, 4, sizeof(asactl_roll_key_t));
    const char *end, *stop = bytes + (len < ASACTL_ROLL_NOTE_MAX ? len : ASACTL_ROLL_NOTE_MAX);

    while (bytes < stop && (end = memchr(bytes, '\n', (size_t)(stop - bytes))) != NULL) {
        size_t line_len = (size_t)(end - bytes);
        asactl_roll_key_t key;

        if (memchr(bytes, '\0', line_len) == NULL &&
            read_line(apr_pstrmemdup(pool, bytes, line_len), &key)) {
            APR_ARRAY_PUSH(keys, asactl_roll_key_t) = key;
        }
        bytes = end + 1;
    }
    return keys;
}

const char *asactl_roll_note_line(apr_pool_t *pool, const asactl_roll_key_t *key)
{
    const char *text = apr_psprintf(pool, "%u", key->kvno);

    for (size_t i = 0; i < key->count; i++) {
        text = apr_pstrcat(pool, text, " ", key->ids[i], NULL);
    }
    return apr_pstrcat(pool, text, "\n", NULL);
}
