/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads key table files and publishes their keys to an acceptor as a MEMORY key table.
 */
#include "core/keytab.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>
#include <krb5.h>

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
    uint32_t components, len, name_type;
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
    return take_number(entry, 4, &name_type);
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
} wipe_t;

static apr_status_t wipe_keys(void *data)
{
    wipe_t *wipe = data;

    for (size_t i = 0; i < wipe->count; i++) {
        explicit_bzero((void *)wipe->keys[i].bytes, wipe->keys[i].len);
    }
    return APR_SUCCESS;
}

static const char *parse_entries(apr_pool_t *pool, cursor_t *file, const char *name, wipe_t *found)
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
        if (found->keys[found->count].bytes != NULL) {
            found->count++;
        }
        if (defect != NULL) {
            return defect;
        }
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
    wipe_t *found = apr_pcalloc(pool, sizeof *found);
    const char *defect;
    size_t most = len / 20 + 1;

    *out = (asa_keys_t){0};
    if (len == 0) {
        return "is empty";
    }
    if (!take(&cursor, 2, &version) || version[0] != 5 || version[1] != 2) {
        return "is not a key table of version 5.2";
    }
    found->keys = apr_pcalloc(pool, (most > KEYS_MAX ? KEYS_MAX : most) * sizeof *found->keys);
    apr_pool_cleanup_register(pool, found, wipe_keys, apr_pool_cleanup_null);
    defect = parse_entries(pool, &cursor, name, found);
    if (defect == NULL) {
        out->keys = found->keys;
        out->count = found->count;
    }
    return defect;
}

static void stamp_of(const struct stat *st, asa_keytab_stamp_t *out)
{
    out->device = st->st_dev;
    out->inode = st->st_ino;
    out->size = st->st_size;
    out->modified = st->st_mtim;
    out->changed = st->st_ctim;
}

void asa_keytab_stamp(const char *file, asa_keytab_stamp_t *out)
{
    struct stat st;

    memset(out, 0, sizeof *out);
    if (stat(file, &st) == 0) {
        stamp_of(&st, out);
    }
}

bool asa_keytab_stamp_equal(const asa_keytab_stamp_t *a, const asa_keytab_stamp_t *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->modified.tv_sec == b->modified.tv_sec && a->modified.tv_nsec == b->modified.tv_nsec &&
           a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

static const char *read_whole(int fd, unsigned char *buffer, size_t len)
{
    size_t have = 0;

    while (have < len) {
        ssize_t n = read(fd, buffer + have, len - have);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return strerror(errno);
        }
        if (n == 0) {
            return "it became shorter";
        }
        have += (size_t)n;
    }
    return NULL;
}

/* krb5 writers hold a lock while they change a file in place; one that is held now means: come back
 * later. */
static bool locked_by_writer(int fd)
{
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

    return fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type == F_WRLCK;
}

static apr_status_t wipe_image(void *data)
{
    asa_keytab_image_t *image = data;

    explicit_bzero((void *)image->bytes, image->len);
    return APR_SUCCESS;
}

static const char *read_regular_file(apr_pool_t *pool, int fd, const struct stat *before,
                                     asa_keytab_image_t *out)
{
    asa_keytab_image_t *image = apr_palloc(pool, sizeof *image);
    asa_keytab_stamp_t stamp_before, stamp_after = {0};
    struct stat after;
    unsigned char *bytes = apr_pcalloc(pool, (apr_size_t)before->st_size + 1);
    const char *defect;

    image->bytes = bytes;
    image->len = (size_t)before->st_size;
    image->others_may_read = (before->st_mode & S_IROTH) != 0;
    apr_pool_cleanup_register(pool, image, wipe_image, apr_pool_cleanup_null);
    defect = read_whole(fd, bytes, image->len);
    if (defect != NULL) {
        return apr_psprintf(pool, "cannot be read: %s", defect);
    }
    stamp_of(before, &stamp_before);
    if (fstat(fd, &after) == 0) {
        stamp_of(&after, &stamp_after);
    }
    if (!asa_keytab_stamp_equal(&stamp_before, &stamp_after)) {
        return "changed while it was read";
    }
    *out = *image;
    return NULL;
}

static const char *read_open_file(apr_pool_t *pool, int fd, asa_keytab_image_t *out)
{
    struct stat st;

    if (fstat(fd, &st) != 0) {
        return apr_psprintf(pool, "cannot be examined: %s", strerror(errno));
    }
    if (!S_ISREG(st.st_mode)) {
        return "is not a regular file";
    }
    if (st.st_size > ASA_KEYTAB_SIZE_MAX) {
        return "is too large for a key table";
    }
    return locked_by_writer(fd) ? "is being written" : read_regular_file(pool, fd, &st, out);
}

const char *asa_keytab_read(apr_pool_t *pool, const char *file, asa_keytab_image_t *out)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    const char *defect;

    *out = (asa_keytab_image_t){0};
    if (fd < 0) {
        return errno == ENOENT ? "does not exist"
                               : apr_psprintf(pool, "cannot be read: %s", strerror(errno));
    }
    defect = read_open_file(pool, fd, out);
    close(fd);
    return defect;
}

void asa_keytab_join(apr_pool_t *pool, const asa_keys_t *lists, size_t list_count, asa_keys_t *out)
{
    size_t count = 0;
    asa_key_t *keys;

    for (size_t i = 0; i < list_count; i++) {
        count += lists[i].count;
    }
    keys = apr_palloc(pool, (count + 1) * sizeof *keys);
    count = 0;
    for (size_t i = 0; i < list_count; i++) {
        if (lists[i].count > 0) {
            memcpy(keys + count, lists[i].keys, lists[i].count * sizeof *keys);
            count += lists[i].count;
        }
    }
    out->keys = keys;
    out->count = count;
}

typedef struct {
    krb5_context context;
    krb5_keytab keytab;
} published_t;

static apr_status_t unpublish(void *data)
{
    published_t *published = data;

    if (published->keytab != NULL) {
        krb5_kt_close(published->context, published->keytab);
    }
    krb5_free_context(published->context);
    return APR_SUCCESS;
}

static krb5_error_code add_key(published_t *published, apr_pool_t *pool, const asa_key_t *key)
{
    krb5_keytab_entry entry = {0};
    const char *name = apr_pstrcat(pool, key->principal, "@", key->realm, NULL);
    krb5_error_code code = krb5_parse_name(published->context, name, &entry.principal);

    if (code == 0) {
        entry.vno = key->kvno;
        entry.timestamp = (krb5_timestamp)key->timestamp;
        entry.key.enctype = key->etype;
        entry.key.length = (unsigned)key->len;
        entry.key.contents = (krb5_octet *)key->bytes; /* copied by the MEMORY key table */
        code = krb5_kt_add_entry(published->context, published->keytab, &entry);
    }
    krb5_free_principal(published->context, entry.principal);
    return code;
}

const char *asa_keytab_publish(apr_pool_t *pool, const asa_keys_t *keys, const char **name_out)
{
    static atomic_ulong serial;
    published_t *published = apr_pcalloc(pool, sizeof *published);
    const char *name =
        apr_psprintf(pool, "MEMORY:asa-%ld-%lu", (long)getpid(), atomic_fetch_add(&serial, 1));
    krb5_error_code code = krb5_init_context(&published->context);

    if (code != 0) {
        return apr_psprintf(pool, "the Kerberos library does not start (error %ld); see krb5.conf",
                            (long)code);
    }
    apr_pool_cleanup_register(pool, published, unpublish, apr_pool_cleanup_null);
    code = krb5_kt_resolve(published->context, name, &published->keytab);
    for (size_t i = 0; code == 0 && i < keys->count; i++) {
        code = add_key(published, pool, &keys->keys[i]);
    }
    if (code != 0) {
        const char *text = krb5_get_error_message(published->context, code);
        const char *copy = apr_pstrcat(pool, "the keys cannot be held in memory: ", text, NULL);
        krb5_free_error_message(published->context, text);
        return copy;
    }
    *name_out = name;
    return NULL;
}
