/* SPDX-License-Identifier: Apache-2.0
 *
 * Builds key table images byte by byte, for tests that need broken ones too.
 */
#ifndef T_UNIT_KEYTAB_BUILD_H
#define T_UNIT_KEYTAB_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <apr_pools.h>

typedef struct keytab_image_t {
    apr_pool_t *pool;
    unsigned char *bytes;
    size_t len, room;
} keytab_image_t;

typedef struct keytab_entry_t {
    const char *principal; /* components joined by '/' */
    const char *realm;
    uint32_t timestamp;
    uint8_t kvno;
    int64_t wide_kvno; /* -1: no such field */
    uint16_t etype;
    const void *key;
    uint16_t key_len;
} keytab_entry_t;

#define KEYTAB_AES256(name, version, bytes)                                                        \
    ((keytab_entry_t){.principal = (name),                                                         \
                      .realm = "CORP.TAILSPINTOYS.COM",                                            \
                      .timestamp = 1700000000,                                                     \
                      .kvno = (uint8_t)(version),                                                  \
                      .wide_kvno = (version),                                                      \
                      .etype = 18,                                                                 \
                      .key = (bytes),                                                              \
                      .key_len = 32})

static inline void keytab_bytes(keytab_image_t *image, const void *bytes, size_t len)
{
    if (image->room - image->len < len) {
        unsigned char *larger = apr_palloc(image->pool, 2 * image->room + len);
        memcpy(larger, image->bytes, image->len);
        image->bytes = larger;
        image->room = 2 * image->room + len;
    }
    if (len > 0) {
        memcpy(image->bytes + image->len, bytes, len);
    }
    image->len += len;
}

static inline void keytab_number(keytab_image_t *image, uint32_t value, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        unsigned char byte = (unsigned char)(value >> (8 * (width - 1 - i)));
        keytab_bytes(image, &byte, 1);
    }
}

static inline void keytab_counted(keytab_image_t *image, const void *bytes, size_t len)
{
    keytab_number(image, (uint32_t)len, 2);
    keytab_bytes(image, bytes, len);
}

static inline keytab_image_t keytab_begin(apr_pool_t *pool)
{
    keytab_image_t image = {pool, apr_palloc(pool, 64), 0, 64};

    keytab_number(&image, 0x0502, 2);
    return image;
}

/* Writes a number over what stands there. */
static inline void keytab_patch(keytab_image_t *image, size_t at, uint32_t value, size_t width)
{
    keytab_image_t there = {image->pool, image->bytes + at, 0, width};

    keytab_number(&there, value, width);
}

/* Returns where the entry's length stands. */
static inline size_t keytab_add(keytab_image_t *image, keytab_entry_t entry)
{
    size_t begin = image->len;
    const char *part = entry.principal;
    uint32_t components = 1;

    for (const char *c = part; *c != '\0'; c++) {
        components += *c == '/';
    }
    keytab_number(image, 0, 4);
    keytab_number(image, components, 2);
    keytab_counted(image, entry.realm, strlen(entry.realm));
    for (uint32_t i = 0; i < components; i++) {
        size_t len = strcspn(part, "/");
        keytab_counted(image, part, len);
        part += len + (part[len] != '\0');
    }
    keytab_number(image, 1, 4);
    keytab_number(image, entry.timestamp, 4);
    keytab_number(image, entry.kvno, 1);
    keytab_number(image, entry.etype, 2);
    keytab_counted(image, entry.key, entry.key_len);
    if (entry.wide_kvno >= 0) {
        keytab_number(image, (uint32_t)entry.wide_kvno, 4);
    }
    keytab_patch(image, begin, (uint32_t)(image->len - begin - 4), 4);
    return begin;
}

static inline void keytab_hole(keytab_image_t *image, uint32_t len)
{
    keytab_number(image, 0u - len, 4);
    for (uint32_t i = 0; i < len; i++) {
        keytab_number(image, 0, 1);
    }
}

#endif
