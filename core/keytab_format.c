/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads and makes the bytes of a key table.
 */
#include "core/keytab_format.h"

#include <string.h>

#include <apr_strings.h>
#include <krb5.h>

#include "core/wipe.h"

/* Bounds that no real key table comes near; they keep a hostile one from costing time. */
#define COMPONENTS_MAX 16
#define KEYS_MAX       4096
#define KEY_BYTES_MAX  64

typedef struct {
    const unsigned char *at;
    size_t left;
} cursor_t;

static bool take(cursor_t *cursor, size_t len, const unsigned char **out)
{
    if (cursor->left < len) {
        return false;
    }
    *out = cursor->at;
    cursor->at += len;
    cursor->left -= len;
    return true;
}

static bool take_number(cursor_t *cursor, size_t width, uint32_t *out)
{
    const unsigned char *bytes;

    if (!take(cursor, width, &bytes)) {
        return false;
    }
    *out = 0;
    for (size_t i = 0; i < width; i++) {
        *out = *out << 8 | bytes[i];
    }
    return true;
}

static bool take_counted(cursor_t *cursor, const unsigned char **bytes, uint32_t *len)
{
    return take_number(cursor, 2, len) && take(cursor, *len, bytes);
}

/* Appends a name part as krb5_unparse_name writes it, so that krb5_parse_name gives the same part
 * back. */
static const char *append_part(apr_pool_t *pool, const char *before, const unsigned char *part,
                               uint32_t len)
{
    char *escaped = apr_palloc(pool, 2 * (apr_size_t)len + 1);
    char *to = escaped;

    for (uint32_t i = 0; i < len; i++) {
        switch (part[i]) {
        case '/':
        case '@':
        case '\\':
            *to++ = '\\';
            *to++ = (char)part[i];
            break;
        case '\n':
            *to++ = '\\';
            *to++ = 'n';
            break;
        case '\t':
            *to++ = '\\';
            *to++ = 't';
            break;
        case '\b':
            *to++ = '\\';
            *to++ = 'b';
            break;
        case '\0':
            *to++ = '\\';
            *to++ = '0';
            break;
        default:
            *to++ = (char)part[i];
        }
    }
    *to = '\0';
    return apr_pstrcat(pool, before, escaped, NULL);
}

static bool take_principal(apr_pool_t *pool, cursor_t *entry, asa_key_t *key)
{
    uint32_t components, len;
    const unsigned char *part;

    if (!take_number(entry, 2, &components) || components == 0 || components > COMPONENTS_MAX ||
        !take_counted(entry, &part, &len) || len == 0) {
        return false;
    }
    key->realm = append_part(pool, "", part, len);
    key->principal = "";
    for (uint32_t i = 0; i < components; i++) {
        if (!take_counted(entry, &part, &len)) {
            return false;
        }
        key->principal = append_part(
            pool, i == 0 ? "" : apr_pstrcat(pool, key->principal, "/", NULL), part, len);
    }
    return take_number(entry, 4, &key->name_type);
}

/* keyblock: a 16-bit enctype and counted bytes, judged by the library's own tables. */
static const char *take_key(apr_pool_t *pool, cursor_t *entry, asa_key_t *key)
{
    uint32_t etype, len;
    size_t raw_len, key_len;
    const unsigned char *bytes;
    unsigned char *copy;

    if (!take_number(entry, 2, &etype) || !take_counted(entry, &bytes, &len) || len == 0 ||
        len > KEY_BYTES_MAX) {
        return "is torn or not a key table: a key does not fit its entry";
    }
    key->etype = (int16_t)etype;
    if (krb5_c_keylengths(NULL, key->etype, &raw_len, &key_len) == 0 && key_len != len) {
        return "holds a key whose length does not fit its encryption type";
    }
    copy = apr_pmemdup(pool, bytes, len);
    asa_wipe_at_end(pool, copy, len);
    key->bytes = copy;
    key->len = len;
    return NULL;
}

static const char *take_entry(apr_pool_t *pool, cursor_t *entry, asa_key_t *key)
{
    uint32_t kvno, wide_kvno;
    const char *defect;

    if (!take_principal(pool, entry, key) || !take_number(entry, 4, &key->timestamp) ||
        !take_number(entry, 1, &kvno)) {
        return "is torn or not a key table: an entry does not fit its length";
    }
    defect = take_key(pool, entry, key);
    if (defect != NULL) {
        return defect;
    }
    /* The 32-bit kvno is an addition at the end of an entry and counts when it is not 0. */
    if (entry->left >= 4 && take_number(entry, 4, &wide_kvno) && wide_kvno != 0) {
        kvno = wide_kvno;
    }
    key->kvno = kvno;
    return NULL;
}

typedef struct {
    asa_key_t *keys;
    size_t count;
} found_t;

static const char *parse_entries(apr_pool_t *pool, cursor_t *file, const char *name, found_t *found)
{
    while (file->left > 0) {
        uint32_t size;
        cursor_t entry;
        const char *defect;

        if (!take_number(file, 4, &size)) {
            return "is torn: it ends inside an entry";
        }
        if (size == 0) { /* MIT writes zeros behind the last entry when one is removed */
            continue;
        }
        entry.left = (int32_t)size < 0 ? 0u - size : size;
        if (!take(file, entry.left, &entry.at)) {
            return "is torn: it ends inside an entry";
        }
        if ((int32_t)size < 0) { /* a hole where an entry was removed */
            continue;
        }
        if (found->count == KEYS_MAX) {
            return "holds too many keys";
        }
        found->keys[found->count] = (asa_key_t){.file = name};
        defect = take_entry(pool, &entry, &found->keys[found->count]);
        if (defect != NULL) {
            return defect;
        }
        found->count++;
    }
    return found->count == 0 ? "holds no key" : NULL;
}

/* Entries take 20 bytes at least, which bounds the list before it is read. */
const char *asa_keytab_parse(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                             const char *file, asa_keys_t *out)
{
    cursor_t cursor = {bytes, len};
    const unsigned char *version;
    const char *name = apr_pstrdup(pool, file);
    found_t found = {0};
    const char *defect;
    size_t most = len / 20 + 1;

    *out = (asa_keys_t){0};
    if (len == 0) {
        return "is empty";
    }
    if (!take(&cursor, 2, &version) || version[0] != 5 || version[1] != 2) {
        return "is not a key table of version 5.2";
    }
    found.keys = apr_pcalloc(pool, (most > KEYS_MAX ? KEYS_MAX : most) * sizeof *found.keys);
    defect = parse_entries(pool, &cursor, name, &found);
    if (defect == NULL) {
        out->keys = found.keys;
        out->count = found.count;
    }
    return defect;
}

typedef struct {
    unsigned char *at;
    size_t left;
    bool overflow; /* something did not fit */
} writer_t;

static void put(writer_t *writer, const void *bytes, size_t len)
{
    if (writer->left < len) {
        writer->overflow = true;
        return;
    }
    memcpy(writer->at, bytes, len);
    writer->at += len;
    writer->left -= len;
}

static void put_number(writer_t *writer, uint32_t value, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        unsigned char byte = (unsigned char)(value >> (8 * (width - 1 - i)));
        put(writer, &byte, 1);
    }
}

static void put_counted(writer_t *writer, const void *bytes, size_t len)
{
    if (len > UINT16_MAX) {
        writer->overflow = true;
        return;
    }
    put_number(writer, (uint32_t)len, 2);
    put(writer, bytes, len);
}

/* The next name part of escaped text, unescaped into part (which has room for all of the text).
 * Returns what follows its '/', or NULL after the last one. */
static const char *next_part(const char *text, char *part, size_t *len)
{
    static const char escaped[] = "ntb0", plain[] = "\n\t\b";

    *len = 0;
    for (; *text != '\0' && *text != '/'; text++) {
        if (*text == '\\' && text[1] != '\0') {
            const char *known = strchr(escaped, *++text);
            part[(*len)++] = known != NULL ? plain[known - escaped] : *text;
        } else {
            part[(*len)++] = *text;
        }
    }
    return *text == '/' ? text + 1 : NULL;
}

static void put_principal(apr_pool_t *pool, writer_t *writer, const asa_key_t *key)
{
    char *part = apr_palloc(pool, strlen(key->principal) + strlen(key->realm) + 1);
    unsigned char *count_at = writer->at;
    uint32_t count = 0;
    size_t len;

    put_number(writer, 0, 2);
    if (next_part(key->realm, part, &len) != NULL || len == 0) {
        writer->overflow = true;
        return;
    }
    put_counted(writer, part, len);
    for (const char *rest = key->principal; rest != NULL; count++) {
        rest = next_part(rest, part, &len);
        put_counted(writer, part, len);
    }
    if (!writer->overflow) {
        writer_t head = {count_at, 2, count > COMPONENTS_MAX};
        put_number(&head, count, 2);
        writer->overflow = head.overflow;
    }
    put_number(writer, key->name_type, 4);
}

static void put_entry(apr_pool_t *pool, writer_t *writer, const asa_key_t *key)
{
    writer_t head = *writer;
    size_t before;

    put_number(writer, 0, 4);
    before = writer->left;
    put_principal(pool, writer, key);
    put_number(writer, key->timestamp, 4);
    put_number(writer, key->kvno & 0xff, 1);
    put_number(writer, (uint16_t)key->etype, 2);
    put_counted(writer, key->bytes, key->len);
    put_number(writer, key->kvno, 4);
    if (!writer->overflow) {
        put_number(&head, (uint32_t)(before - writer->left), 4);
    }
}

const char *asa_keytab_compose(apr_pool_t *pool, const asa_keys_t *keys,
                               const unsigned char **bytes, size_t *len)
{
    writer_t whole = {0}, writer;

    whole.left = 2;
    for (size_t i = 0; i < keys->count; i++) {
        const asa_key_t *key = &keys->keys[i];
        /* The numbers of an entry take 29 bytes, every name part 2 more: a part has a '/'. */
        whole.left += 32 + 3 * (strlen(key->principal) + strlen(key->realm)) + key->len;
    }
    whole.at = apr_palloc(pool, whole.left);
    asa_wipe_at_end(pool, whole.at, whole.left);
    writer = whole;
    put_number(&writer, 0x0502, 2);
    for (size_t i = 0; i < keys->count; i++) {
        put_entry(pool, &writer, &keys->keys[i]);
    }
    *bytes = whole.at;
    *len = whole.left - writer.left;
    return writer.overflow ? "cannot be written: a key does not fit the format" : NULL;
}

bool asa_keytab_format_has_realm(const asa_keys_t *keys, const char *realm)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (strcmp(keys->keys[i].realm, realm) == 0) {
            return true;
        }
    }
    return false;
}

bool asa_keytab_format_share_realm(const asa_keys_t *a, const asa_keys_t *b)
{
    for (size_t i = 0; i < a->count; i++) {
        if (asa_keytab_format_has_realm(b, a->keys[i].realm)) {
            return true;
        }
    }
    return false;
}
