/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a credential's key table files and notices changes.
 */
#include "mod_asa_auth/key_files.h"

#include <sys/stat.h>

#include <apr_strings.h>

#include "mod_asa_auth/last_good.h"

typedef struct {
    const char *path;
    asa_keytab_stamp_t marked;
    asa_keytab_stamp_t seen;
} file_t;

/* The longest that a change takes to be found and to settle (watcher.c). */
#define SETTLED (APR_USEC_PER_SEC / 2)

struct mod_asa_key_files_t {
    const apr_array_header_t *paths;
    file_t *files;
    size_t count;
};

mod_asa_key_files_t *mod_asa_key_files_make(apr_pool_t *pool, const apr_array_header_t *paths)
{
    mod_asa_key_files_t *files = apr_pcalloc(pool, sizeof *files);

    files->paths = paths;
    files->count = (size_t)paths->nelts;
    files->files = apr_pcalloc(pool, (files->count + 1) * sizeof *files->files);
    for (size_t i = 0; i < files->count; i++) {
        files->files[i].path = ((const char *const *)paths->elts)[i];
        asa_keytab_stamp(files->files[i].path, &files->files[i].seen);
        files->files[i].marked = files->files[i].seen;
    }
    return files;
}

const apr_array_header_t *mod_asa_key_files_paths(const mod_asa_key_files_t *files)
{
    return files->paths;
}

static const char *add_path(apr_pool_t *pool, const char *list, const char *path)
{
    return list == NULL ? path : apr_pstrcat(pool, list, ", ", path, NULL);
}

static const char *path_list(const mod_asa_key_files_t *files, apr_pool_t *pool)
{
    const char *list = files->files[0].path;

    for (size_t i = 1; i < files->count; i++) {
        list = add_path(pool, list, files->files[i].path);
    }
    return list;
}

static const char *read_all(const mod_asa_key_files_t *files, apr_pool_t *pool,
                            asa_keytab_image_t *images, asa_keys_t *lists)
{
    for (size_t i = 0; i < files->count; i++) {
        const char *path = files->files[i].path;
        const char *defect = asa_keytab_read(pool, path, &images[i]);
        if (defect == NULL) {
            defect = asa_keytab_parse(pool, images[i].bytes, images[i].len, path, &lists[i]);
        }
        if (defect != NULL) {
            return apr_pstrcat(pool, path, " ", defect, NULL);
        }
    }
    return NULL;
}

const char *mod_asa_key_files_read(const mod_asa_key_files_t *files, apr_pool_t *pool,
                                   const asa_keys_t *before, asa_keys_t *out)
{
    asa_keytab_image_t *images = apr_pcalloc(pool, (files->count + 1) * sizeof *images);
    asa_keys_t *lists = apr_pcalloc(pool, (files->count + 1) * sizeof *lists);
    const char *defect = read_all(files, pool, images, lists);

    if (defect != NULL) {
        return defect;
    }
    asa_keytab_join(pool, lists, files->count, out);
    if (before != NULL && before->count > 0 && !asa_keytab_format_share_realm(before, out)) {
        return apr_pstrcat(pool, path_list(files, pool),
                           " is of another realm: it holds no key of ", before->keys[0].realm,
                           NULL);
    }
    for (size_t i = 0; i < files->count; i++) {
        mod_asa_last_good_keep(files->files[i].path, &images[i]);
    }
    return NULL;
}

const char *mod_asa_key_files_recall(const mod_asa_key_files_t *files, apr_pool_t *pool,
                                     asa_keys_t *out)
{
    asa_keys_t *lists = apr_pcalloc(pool, (files->count + 1) * sizeof *lists);

    for (size_t i = 0; i < files->count; i++) {
        const char *path = files->files[i].path;
        asa_keytab_image_t image;
        if (!mod_asa_last_good_recall(path, pool, &image) ||
            asa_keytab_parse(pool, image.bytes, image.len, path, &lists[i]) != NULL) {
            return apr_pstrcat(pool, path, " was never read", NULL);
        }
    }
    asa_keytab_join(pool, lists, files->count, out);
    return NULL;
}

const char *mod_asa_key_files_world_readable(const mod_asa_key_files_t *files, apr_pool_t *pool)
{
    const char *list = NULL;

    for (size_t i = 0; i < files->count; i++) {
        struct stat st;
        if (stat(files->files[i].path, &st) == 0 && (st.st_mode & S_IROTH) != 0) {
            list = add_path(pool, list, files->files[i].path);
        }
    }
    return list;
}

bool mod_asa_key_files_look(mod_asa_key_files_t *files)
{
    bool changed = false, settled = true;

    for (size_t i = 0; i < files->count; i++) {
        file_t *file = &files->files[i];
        asa_keytab_stamp_t now;
        asa_keytab_stamp(file->path, &now);
        settled = settled && asa_keytab_stamp_equal(&now, &file->seen);
        file->seen = now;
        changed = changed || !asa_keytab_stamp_equal(&now, &file->marked);
    }
    for (size_t i = 0; changed && settled && i < files->count; i++) {
        settled = !asa_keytab_is_locked(files->files[i].path);
    }
    return changed && settled;
}

void mod_asa_key_files_begin(mod_asa_key_files_t *files, apr_time_t now)
{
    for (size_t i = 0; i < files->count; i++) {
        asa_keytab_stamp_t stamp;

        asa_keytab_stamp(files->files[i].path, &stamp);
        if (apr_time_make(stamp.changed.tv_sec, stamp.changed.tv_nsec / 1000) + SETTLED <= now) {
            files->files[i].seen = stamp;
        }
    }
}

void mod_asa_key_files_mark(mod_asa_key_files_t *files)
{
    for (size_t i = 0; i < files->count; i++) {
        files->files[i].marked = files->files[i].seen;
    }
}

/* FNV-1a */
static uint64_t mix(uint64_t hash, uint64_t value)
{
    for (unsigned shift = 0; shift < 64; shift += 8) {
        hash = (hash ^ (value >> shift & 0xff)) * UINT64_C(0x100000001b3);
    }
    return hash;
}

uint64_t mod_asa_key_files_state(const mod_asa_key_files_t *files)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < files->count; i++) {
        const asa_keytab_stamp_t *stamp = &files->files[i].marked;
        hash = mix(mix(hash, (uint64_t)stamp->inode), (uint64_t)stamp->size);
        hash = mix(mix(hash, (uint64_t)stamp->modified.tv_sec), (uint64_t)stamp->modified.tv_nsec);
        hash = mix(mix(hash, (uint64_t)stamp->changed.tv_sec), (uint64_t)stamp->changed.tv_nsec);
    }
    return hash;
}
