/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target of the key table reader: what it takes, the Kerberos library reads as the same keys,
 * and the writer writes so that it is read again as the same.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <krb5.h>

#include "core/keytab.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static apr_pool_t *root;
static krb5_context context;

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void begin(void)
{
    setenv("KRB5_CONFIG", "/dev/null", 1);
    check(apr_initialize() == APR_SUCCESS && apr_pool_create(&root, NULL) == APR_SUCCESS);
    check(krb5_init_context(&context) == 0);
}

/* The library takes an entry of size 0 for the end, we step over it. */
static bool holds_empty_entry(const uint8_t *bytes, size_t len)
{
    size_t at = 2;

    while (len - at >= 4) {
        uint32_t size = (uint32_t)bytes[at] << 24 | (uint32_t)bytes[at + 1] << 16 |
                        (uint32_t)bytes[at + 2] << 8 | bytes[at + 3];
        if (size == 0) {
            return true;
        }
        at += 4 + ((int32_t)size < 0 ? 0u - size : size);
    }
    return false;
}

/* It also ends at a name with an empty component, and loses memory there. */
static bool holds_empty_component(const char *name)
{
    bool empty = true;

    for (; *name != '\0' && (*name != '/' || !empty); name++) {
        if (*name == '\\') {
            name++;
            empty = false;
        } else {
            empty = *name == '/';
        }
    }
    return empty;
}

static void check_key(apr_pool_t *pool, const asa_key_t *ours, const krb5_keytab_entry *theirs)
{
    char *name;

    check(krb5_unparse_name(context, theirs->principal, &name) == 0);
    check(strcmp(name, apr_pstrcat(pool, ours->principal, "@", ours->realm, NULL)) == 0);
    krb5_free_unparsed_name(context, name);
    check(theirs->vno == ours->kvno);
    check(theirs->timestamp == (krb5_timestamp)ours->timestamp);
    check(theirs->key.enctype == ours->etype);
    check(theirs->key.length == ours->len);
    check(memcmp(theirs->key.contents, ours->bytes, ours->len) == 0);
}

/* Every key that the library finds is ours, in the same order. */
static void compare(apr_pool_t *pool, const uint8_t *bytes, size_t len, const asa_keys_t *keys)
{
    int fd = memfd_create("keytab", MFD_CLOEXEC);
    krb5_keytab table;
    krb5_keytab_entry entry;
    krb5_kt_cursor cursor;
    krb5_error_code code;
    size_t found = 0;

    check(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
    check(krb5_kt_resolve(context, apr_psprintf(pool, "FILE:/proc/self/fd/%d", fd), &table) == 0);
    check(krb5_kt_start_seq_get(context, table, &cursor) == 0);
    while ((code = krb5_kt_next_entry(context, table, &entry, &cursor)) == 0) {
        check(found < keys->count);
        check_key(pool, &keys->keys[found++], &entry);
        krb5_free_keytab_entry_contents(context, &entry);
    }
    check(code == KRB5_KT_END);
    check(found == keys->count || holds_empty_entry(bytes, len));
    krb5_kt_end_seq_get(context, table, &cursor);
    krb5_kt_close(context, table);
    close(fd);
}

static void write_and_read_again(apr_pool_t *pool, const asa_keys_t *keys)
{
    const unsigned char *bytes;
    size_t len;
    asa_keys_t again;

    check(asa_keytab_compose(pool, keys, &bytes, &len) == NULL);
    check(asa_keytab_parse(pool, bytes, len, "written", &again) == NULL);
    check(again.count == keys->count);
    for (size_t i = 0; i < keys->count; i++) {
        const asa_key_t *a = &keys->keys[i], *b = &again.keys[i];
        check(strcmp(a->principal, b->principal) == 0 && strcmp(a->realm, b->realm) == 0);
        check(a->kvno == b->kvno && a->etype == b->etype && a->timestamp == b->timestamp);
        check(a->name_type == b->name_type && a->len == b->len);
        check(memcmp(a->bytes, b->bytes, a->len) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    apr_pool_t *pool = NULL;
    asa_keys_t keys;
    const char *defect;
    bool comparable = true;

    if (root == NULL) {
        begin();
    }
    check(apr_pool_create(&pool, root) == APR_SUCCESS);
    defect = asa_keytab_parse(pool, bytes, len, "fuzzed", &keys);
    if (defect == NULL) {
        check(keys.count > 0 && keys.keys != NULL);
        write_and_read_again(pool, &keys);
        for (size_t i = 0; i < keys.count; i++) {
            comparable = comparable && !holds_empty_component(keys.keys[i].principal);
        }
        if (comparable) {
            compare(pool, bytes, len, &keys);
        }
    } else {
        check(*defect != '\0' && keys.count == 0 && keys.keys == NULL);
    }
    apr_pool_destroy(pool);
    return 0;
}
