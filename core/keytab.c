/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads and writes key table files and publishes keys to an acceptor as a MEMORY key table.
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

#include "core/wipe.h"

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

static const char *read_regular_file(apr_pool_t *pool, int fd, const struct stat *before,
                                     asa_keytab_image_t *out)
{
    asa_keytab_stamp_t stamp_before, stamp_after = {0};
    struct stat after;
    size_t len = (size_t)before->st_size;
    unsigned char *bytes = apr_pcalloc(pool, len + 1);
    const char *defect;

    asa_wipe_at_end(pool, bytes, len);
    defect = read_whole(fd, bytes, len);
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
    *out = (asa_keytab_image_t){bytes, len};
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

static int open_file(const char *file)
{
    return open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

bool asa_keytab_is_locked(const char *file)
{
    int fd = open_file(file);
    bool locked = fd >= 0 && locked_by_writer(fd);

    if (fd >= 0) {
        close(fd);
    }
    return locked;
}

const char *asa_keytab_read(apr_pool_t *pool, const char *file, asa_keytab_image_t *out)
{
    int fd = open_file(file);
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

static const char *publish(apr_pool_t *pool, const asa_keys_t *keys, const char **name_out,
                           published_t *published)
{
    static atomic_ulong serial;
    const char *name =
        apr_psprintf(pool, "MEMORY:asa-%ld-%lu", (long)getpid(), atomic_fetch_add(&serial, 1));
    krb5_error_code code = krb5_init_context(&published->context);

    if (code != 0) {
        return apr_psprintf(pool, "the Kerberos library does not start (error %ld); see krb5.conf",
                            (long)code);
    }
    apr_pool_cleanup_register(pool, published, unpublish, apr_pool_cleanup_null);
    code = krb5_kt_resolve(published->context, name, &published->keytab);
    /* The library's MEMORY key table gives the key that was added last first. */
    for (size_t i = keys->count; code == 0 && i > 0; i--) {
        code = add_key(published, pool, &keys->keys[i - 1]);
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

const char *asa_keytab_publish(apr_pool_t *pool, const asa_keys_t *keys, const char **name_out)
{
    return publish(pool, keys, name_out, apr_pcalloc(pool, sizeof(published_t)));
}

const char *asa_keytab_hold(apr_pool_t *pool, const asa_keys_t *keys, struct _krb5_kt **out)
{
    published_t *published = apr_pcalloc(pool, sizeof *published);
    const char *name, *defect = publish(pool, keys, &name, published);

    *out = defect == NULL ? published->keytab : NULL;
    return defect;
}

/* Written only if the reader gets the same number of keys out of it. */
/* The bytes of a table that its reader takes and that holds every key. */
static const char *compose_checked(apr_pool_t *pool, const asa_keys_t *keys,
                                   const unsigned char **bytes, size_t *len)
{
    asa_keys_t again = {0};
    const char *defect = asa_keytab_compose(pool, keys, bytes, len);

    if (defect == NULL && *len > ASA_KEYTAB_SIZE_MAX) {
        defect = "cannot be written: it would be too large for a key table";
    }
    defect = defect != NULL ? defect : asa_keytab_parse(pool, *bytes, *len, NULL, &again);
    if (defect == NULL && again.count != keys->count) {
        defect = "cannot be written: it would not hold every key";
    }
    return defect;
}

const char *asa_keytab_write(apr_pool_t *pool, asa_replace_t *replace, const asa_keys_t *keys,
                             const asa_replace_rights_t *if_new, int *error)
{
    const unsigned char *bytes;
    const char *defect;
    size_t len;

    *error = 0;
    if (keys->count == 0) {
        return asa_replace_remove(replace, error);
    }
    defect = compose_checked(pool, keys, &bytes, &len);
    return defect != NULL ? defect : asa_replace_write(replace, bytes, len, if_new, error);
}

const char *asa_keytab_rehearse(apr_pool_t *pool, asa_replace_t *replace, const asa_keys_t *keys,
                                const asa_replace_rights_t *if_new, int *error)
{
    const unsigned char *bytes;
    const char *defect;
    size_t len;

    *error = 0;
    if (keys->count == 0) {
        return NULL;
    }
    defect = compose_checked(pool, keys, &bytes, &len);
    return defect != NULL ? defect : asa_replace_rehearse(replace, len, if_new, error);
}
