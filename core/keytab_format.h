/* SPDX-License-Identifier: Apache-2.0
 *
 * The format of key table files (MIT "keytab file format", version 0x0502): from bytes to keys and
 * back.
 *
 * Bytes are taken whole or not at all: torn, truncated, empty or foreign ones are a defect, never
 * fewer keys; but a table cut exactly between two entries is a whole one to any reader.  Keys are
 * secrets: they are wiped when the pool that holds them is cleared, and appear in no text.
 *
 * Pure, any thread.
 */
#ifndef CORE_KEYTAB_FORMAT_H
#define CORE_KEYTAB_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_pools.h>

typedef struct asa_key_t {
    const char
        *principal; /* components joined by '/', no realm, escaped as krb5_unparse_name does */
    const char *realm;
    uint32_t kvno;
    int32_t etype;
    uint32_t timestamp; /* seconds since 1970, UTC: when the entry was made; 0 = unknown */
    const unsigned char *bytes;
    size_t len;
    const char *file;   /* where it came from */
    uint32_t name_type; /* RFC 4120 section 6.2; 0: unknown */
} asa_key_t;

typedef struct asa_keys_t {
    const asa_key_t *keys;
    size_t count;
} asa_keys_t;

/* One key table, parsed from bytes.  Returns NULL and fills *out, or a sentence (from the pool)
 * that says what is wrong. */
const char *asa_keytab_parse(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                             const char *file, asa_keys_t *out);

/* The bytes of a key table with these keys, in the pool, wiped when it is cleared.  Returns NULL,
 * or a sentence when a key does not fit the format. */
const char *asa_keytab_compose(apr_pool_t *pool, const asa_keys_t *keys,
                               const unsigned char **bytes, size_t *len);

/* Have the two lists a realm in common?  An empty list has none with any. */
bool asa_keytab_format_share_realm(const asa_keys_t *a, const asa_keys_t *b);

/* Is one of the keys of this realm? */
bool asa_keytab_format_has_realm(const asa_keys_t *keys, const char *realm);

#endif
