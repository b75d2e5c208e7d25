/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps the bytes of good key tables over restarts.
 */
#include "mod_asa_auth/last_good.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <httpd.h>

#include <http_config.h>

#define RETAINED_KEY "mod_asa_auth last good 1"

typedef struct entry_t {
    struct entry_t *next;
    char *path;
    unsigned char *bytes;
    size_t len;
    bool in_use;
} entry_t;

typedef struct {
    entry_t *first;
} list_t;

static list_t *list_of(void)
{
    list_t *list = ap_retained_data_get(RETAINED_KEY);

    return list != NULL ? list : ap_retained_data_create(RETAINED_KEY, sizeof *list);
}

static void forget_bytes(entry_t *entry)
{
    if (entry->bytes != NULL) {
        explicit_bzero(entry->bytes, entry->len);
        free(entry->bytes);
        entry->bytes = NULL;
    }
}

void mod_asa_last_good_begin(void)
{
    entry_t **link = &list_of()->first;

    while (*link != NULL) {
        entry_t *entry = *link;
        if (entry->in_use) {
            entry->in_use = false;
            link = &entry->next;
        } else {
            *link = entry->next;
            forget_bytes(entry);
            free(entry->path);
            free(entry);
        }
    }
}

static entry_t *find(const char *path)
{
    entry_t *entry = list_of()->first;

    while (entry != NULL && strcmp(entry->path, path) != 0) {
        entry = entry->next;
    }
    return entry;
}

static entry_t *add(const char *path)
{
    list_t *list = list_of();
    entry_t *entry = calloc(1, sizeof *entry);

    if (entry != NULL && (entry->path = strdup(path)) != NULL) {
        entry->next = list->first;
        list->first = entry;
        return entry;
    }
    free(entry);
    return NULL;
}

void mod_asa_last_good_keep(const char *path, const unsigned char *bytes, size_t len)
{
    entry_t *entry = find(path);
    unsigned char *copy = malloc(len + 1);

    if (entry == NULL) {
        entry = add(path);
    }
    if (entry == NULL ||
        copy == NULL) { /* without memory there is nothing to fall back to, no more */
        free(copy);
        return;
    }
    memcpy(copy, bytes, len);
    forget_bytes(entry);
    entry->bytes = copy;
    entry->len = len;
    entry->in_use = true;
}

const unsigned char *mod_asa_last_good_recall(const char *path, size_t *len_out)
{
    entry_t *entry = find(path);

    if (entry == NULL || entry->bytes == NULL) {
        return NULL;
    }
    entry->in_use = true;
    *len_out = entry->len;
    return entry->bytes;
}
