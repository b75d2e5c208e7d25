/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks for files that have grown or are new.
 */
#include "asactl/log_looks.h"

#include <apr_strings.h>

#include "asactl/log_files.h"

static void tell(const asactl_log_looks_t *looks, asactl_log_mark_t *mark)
{
    const asactl_outcome_t outcome = {
        .code = ASACTL_USAGE, .sentence = mark->sentence, .remedy = mark->remedy};

    if (!mark->told) {
        mark->told = true;
        looks->failed(looks->data, &outcome);
    }
}

static void count_failure(asactl_log_looks_t *looks, asactl_log_mark_t *mark,
                          const asactl_outcome_t *outcome)
{
    if (mark->failures++ == 0) {
        mark->sentence = apr_pstrdup(looks->pool, outcome->sentence);
        mark->remedy = outcome->remedy;
    }
    if (looks->look == 1 || mark->failures > 1) {
        tell(looks, mark);
    }
    APR_ARRAY_PUSH(looks->failing, asactl_log_mark_t *) = mark;
}

static void forget_failure(asactl_log_mark_t *mark)
{
    mark->failures = 0;
    mark->told = mark->damaged = false;
}

/* What cannot be opened is known by its path. */
static void path_failed(void *data, const char *path, const asactl_outcome_t *outcome)
{
    asactl_log_looks_t *looks = data;
    asactl_log_mark_t *mark = apr_hash_get(looks->paths, path, APR_HASH_KEY_STRING);

    if (mark == NULL) {
        mark = apr_pcalloc(looks->pool, sizeof *mark);
        apr_hash_set(looks->paths, apr_pstrdup(looks->pool, path), APR_HASH_KEY_STRING, mark);
    } else if (mark->look + 1 < looks->look) {
        forget_failure(mark);
    }
    mark->look = looks->look;
    count_failure(looks, mark, outcome);
}

/* Whether there may be something in it that was not read. */
static bool is_to_be_read(const asactl_log_file_t *file, const asactl_log_mark_t *mark,
                          bool only_new)
{
    if (mark == NULL || !mark->begun) {
        return true;
    }
    return !only_new && !asactl_log_mark_is_unchanged(mark, file->size, file->changed);
}

static void keep(asactl_log_looks_t *looks, const asactl_log_file_t *file)
{
    if (looks->reader->more_to_come) {
        asactl_log_held_keep(looks->held, file);
    }
}

static void read_file(asactl_log_looks_t *looks, const asactl_log_file_t *file)
{
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    asactl_log_mark_t *mark;

    switch (asactl_log_reader_file(looks->reader, file, &outcome)) {
    case ASACTL_LOG_READER_LATER:
    case ASACTL_LOG_READER_GONE:
        looks->again = true;
        break;
    case ASACTL_LOG_READER_DONE:
        mark = file->ordinary
                   ? asactl_log_marks_of(looks->reader->marks, file->device, file->inode, false)
                   : NULL;
        if (mark != NULL) {
            forget_failure(mark);
            keep(looks, file);
        }
        break;
    case ASACTL_LOG_READER_FAILED:
        mark = file->ordinary
                   ? asactl_log_marks_of(looks->reader->marks, file->device, file->inode, false)
                   : NULL;
        if (mark == NULL || !mark->begun) {
            path_failed(looks, file->path, &outcome);
        } else {
            mark->damaged = true;
            count_failure(looks, mark, &outcome);
        }
        break;
    }
}

/* Those that were met before come first, so that a copy of one is known as a copy of all of it. */
static void read_those(asactl_log_looks_t *looks, const apr_array_header_t *files, bool met,
                       bool only_new)
{
    asactl_log_reader_t *reader = looks->reader;

    for (int i = 0; i < files->nelts && (reader->stopped == NULL || !reader->stopped()); i++) {
        const asactl_log_file_t *file = &APR_ARRAY_IDX(files, i, asactl_log_file_t);
        asactl_log_mark_t *mark =
            file->ordinary ? asactl_log_marks_of(reader->marks, file->device, file->inode, false)
                           : NULL;

        if (met != (mark != NULL && mark->begun) ||
            (mark != NULL && mark->stat_look == looks->look)) {
            continue;
        }
        if (looks->look == 1) {
            looks->begin(looks->data, i + 1, files->nelts);
        } else if (!file->ordinary) {
            continue;
        }
        if (is_to_be_read(file, mark, only_new)) {
            read_file(looks, file);
        } else if (mark->damaged) {
            count_failure(looks, mark, NULL);
        }
    }
}

/* --- what is out of sight --- */

static bool was_met(void *data, dev_t device, ino_t inode)
{
    asactl_log_looks_t *looks = data;
    const asactl_log_mark_t *mark = asactl_log_marks_find(looks->reader->marks, device, inode);

    return mark != NULL && mark->look == looks->look;
}

/* A text that is not the one that was read is another file's by now. */
static void read_held(void *data, const asactl_log_file_t *file)
{
    asactl_log_looks_t *looks = data;
    const asactl_log_mark_t *mark =
        asactl_log_marks_find(looks->reader->marks, file->device, file->inode);

    if (mark != NULL && mark->begun && is_to_be_read(file, mark, false)) {
        read_file(looks, file);
    }
}

void asactl_log_looks_look(asactl_log_looks_t *looks, bool only_new)
{
    unsigned long long skipped;
    apr_array_header_t *files;

    if (looks->look == 0) {
        apr_pool_create(&looks->once, looks->pool);
        looks->paths = apr_hash_make(looks->pool);
        looks->held = asactl_log_held_make(looks->pool);
        looks->failing = apr_array_make(looks->pool, 4, sizeof(asactl_log_mark_t *));
    }
    apr_pool_clear(looks->once);
    apr_array_clear(looks->failing);
    looks->again = false;
    looks->look = asactl_log_marks_look(looks->reader->marks);
    looks->reader->compares = looks->look > 1;
    asactl_log_files_find(looks->once, looks->words, &files, &skipped, path_failed, looks);
    asactl_log_summary_sources_own(looks->reader->summary)->skipped = skipped;
    looks->files = looks->look == 1 ? files->nelts : looks->files;
    if (looks->look > 1) {
        read_those(looks, files, true, only_new);
        asactl_log_held_visit(looks->held, looks->once, was_met, read_held, looks);
    }
    read_those(looks, files, false, only_new);
}

bool asactl_log_looks_end(asactl_log_looks_t *looks)
{
    for (int i = 0; i < looks->failing->nelts; i++) {
        asactl_log_mark_t *mark = APR_ARRAY_IDX(looks->failing, i, asactl_log_mark_t *);

        tell(looks, mark);
        asactl_log_summary_unread(looks->reader->summary, mark->sentence);
    }
    return looks->failing->nelts == 0;
}
