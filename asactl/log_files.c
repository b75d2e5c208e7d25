/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks folders and orders what is found.
 */
#include "asactl/log_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "asactl/log_mark.h"
#include "asactl/log_source.h"
#include "core/number_text.h"

/* Deeper folders are no log's; and this many open ones are held at most. */
#define MOST_DEPTH 32

#define DIGITS "0123456789"

typedef struct {
    apr_pool_t *pool;
    apr_array_header_t *files;
    apr_hash_t *met; /* identity_t, of what was taken */
    unsigned long long *skipped;
    void (*failed)(void *data, const char *path, const asactl_outcome_t *outcome);
    void *data;
} walk_t;

typedef struct {
    dev_t device;
    ino_t inode;
} identity_t;

/* --- order --- */

/* The hour in a file's name, as yyyyMMddHH; 0: it has none. */
static uint64_t hour_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *at = slash != NULL ? slash + 1 : path;

    for (at += strcspn(at, DIGITS); *at != '\0'; at += strcspn(at, DIGITS)) {
        size_t len = strspn(at, DIGITS);
        uint64_t value;

        if ((len == 10 || len == 8 || len == 6) &&
            asa_number_text_read(at, len, UINT64_MAX, &value)) {
            value = len == 6 ? value + 20000000 : value;
            return len == 10 ? value : value * 100;
        }
        at += len;
    }
    return 0;
}

/* Runs of digits compare as numbers: -2 stands before -10. */
static int compare_names(const char *one, const char *other)
{
    while (*one != '\0' && *other != '\0') {
        size_t one_len = strspn(one, DIGITS), other_len = strspn(other, DIGITS);

        if (one_len > 0 && other_len > 0) {
            size_t one_zeros = strspn(one, "0"), other_zeros = strspn(other, "0");
            size_t one_rest, other_rest;
            int order;

            one_zeros = one_zeros < one_len ? one_zeros : one_len;
            other_zeros = other_zeros < other_len ? other_zeros : other_len;
            one_rest = one_len - one_zeros;
            other_rest = other_len - other_zeros;
            if (one_rest != other_rest) {
                return one_rest < other_rest ? -1 : 1;
            }
            order = memcmp(one + one_zeros, other + other_zeros, one_rest);
            if (order != 0) {
                return order;
            }
            one += one_len;
            other += other_len;
        } else if (*one != *other) {
            return (unsigned char)*one < (unsigned char)*other ? -1 : 1;
        } else {
            one++;
            other++;
        }
    }
    return *one != '\0' ? 1 : *other != '\0' ? -1 : 0;
}

int asactl_log_files_compare(const char *one, const char *other)
{
    uint64_t one_hour = hour_of(one), other_hour = hour_of(other);
    int order;

    if (one_hour != other_hour) {
        return one_hour < other_hour ? -1 : 1;
    }
    order = compare_names(one, other);
    return order != 0 ? order : strcmp(one, other);
}

static int compare_files(const void *one, const void *other)
{
    return asactl_log_files_compare(((const asactl_log_file_t *)one)->path,
                                    ((const asactl_log_file_t *)other)->path);
}

/* --- the walk --- */

static bool looks_like_log(const char *name)
{
    static const char *const endings[] = {".log", ".gz", ".xz"};
    size_t len = strlen(name);

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        size_t ending = strlen(endings[i]);

        if (len > ending && strcasecmp(name + len - ending, endings[i]) == 0) {
            return true;
        }
    }
    for (const char *at = name; (at = strcasestr(at, endings[0])) != NULL; at++) {
        char next = at[strlen(endings[0])];

        if (at != name && name[0] != '.' && next != '\0' && strchr(".-_~" DIGITS, next) != NULL) {
            return true;
        }
    }
    return false;
}

static void take(walk_t *walk, const char *path, bool found, const struct stat *stat)
{
    identity_t *identity = apr_pcalloc(walk->pool, sizeof *identity);

    identity->device = stat->st_dev;
    identity->inode = stat->st_ino;
    if (S_ISREG(stat->st_mode)) {
        if (apr_hash_get(walk->met, identity, sizeof *identity) != NULL) {
            return;
        }
        apr_hash_set(walk->met, identity, sizeof *identity, path);
    }
    APR_ARRAY_PUSH(walk->files, asactl_log_file_t) =
        (asactl_log_file_t){.path = path,
                            .found = found,
                            .ordinary = S_ISREG(stat->st_mode),
                            .device = stat->st_dev,
                            .inode = stat->st_ino,
                            .size = stat->st_size,
                            .changed = asactl_log_mark_changed(stat)};
}

static void tell(const walk_t *walk, const char *path, const char *what, const char *remedy)
{
    asactl_outcome_t outcome;

    asactl_outcome_fail(&outcome, ASACTL_USAGE, remedy, walk->pool, "%s: %s", path, what);
    walk->failed(walk->data, path, &outcome);
}

/* What is gone in the meantime is none. */
static void fail(const walk_t *walk, const char *path, bool found)
{
    int error = errno;

    if (!found || error != ENOENT) {
        tell(walk, path, strerror(error), asactl_log_source_remedy(error));
    }
}

static void walk_folder(walk_t *walk, int folder, const char *path, int depth);

static void take_entry(walk_t *walk, int folder, const char *parent, const char *name, int depth)
{
    const char *path = apr_pstrcat(walk->pool, parent, "/", name, NULL);
    struct stat stat;
    int inner;

    if (fstatat(folder, name, &stat, AT_SYMLINK_NOFOLLOW) != 0) {
        fail(walk, path, true);
    } else if (S_ISDIR(stat.st_mode) && depth == MOST_DEPTH) {
        tell(walk, path, "too many folders stand in one another", "Name this one, too.");
    } else if (S_ISDIR(stat.st_mode)) {
        inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner >= 0) {
            walk_folder(walk, inner, path, depth + 1);
        } else {
            fail(walk, path, true);
        }
    } else if (S_ISREG(stat.st_mode) && looks_like_log(name)) {
        take(walk, path, true, &stat);
    } else {
        (*walk->skipped)++;
    }
}

/* Takes the descriptor over. */
static void walk_folder(walk_t *walk, int folder, const char *path, int depth)
{
    DIR *entries = fdopendir(folder);
    const struct dirent *entry;

    if (entries == NULL) {
        fail(walk, path, true);
        close(folder);
        return;
    }
    while ((errno = 0, entry = readdir(entries)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            take_entry(walk, folder, path, entry->d_name, depth);
        }
    }
    if (errno != 0) {
        fail(walk, path, true);
    }
    closedir(entries);
}

static void take_word(walk_t *walk, const char *word)
{
    size_t len = strlen(word);
    struct stat found = {.st_mode = 0};
    int folder;

    while (len > 1 && word[len - 1] == '/') {
        len--;
    }
    word = apr_pstrmemdup(walk->pool, word, len);
    folder = strcmp(word, "-") == 0 ? -1 : open(word, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        walk_folder(walk, folder, word, 0);
    } else if (strcmp(word, "-") != 0 && (errno != ENOTDIR || stat(word, &found) != 0)) {
        fail(walk, word, false);
    } else {
        take(walk, word, false, &found);
    }
}

void asactl_log_files_find(apr_pool_t *pool, const apr_array_header_t *words,
                           apr_array_header_t **out, unsigned long long *skipped,
                           void (*failed)(void *data, const char *path,
                                          const asactl_outcome_t *outcome),
                           void *data)
{
    walk_t walk = {.pool = pool,
                   .files = apr_array_make(pool, 64, sizeof(asactl_log_file_t)),
                   .met = apr_hash_make(pool),
                   .skipped = skipped,
                   .failed = failed,
                   .data = data};

    *out = walk.files;
    *skipped = 0;
    for (int i = 0; i < words->nelts; i++) {
        take_word(&walk, APR_ARRAY_IDX(words, i, const char *));
    }
    qsort(walk.files->elts, (size_t)walk.files->nelts, sizeof(asactl_log_file_t), compare_files);
}
