/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeps marks by the identity of files and finds them by what the files hold.
 */
#include "asactl/log_mark.h"

#include <string.h>

#include <apr_hash.h>

/* Texts that were truncated away: as many are kept as are met between two looks, and more. */
#define MOST_PAST 1024

/* What stands behind so many lines of heads tells nothing any more. */
#define MOST_HEAD 10000

typedef struct {
    dev_t device;
    ino_t inode;
} identity_t;

struct asactl_log_marks_t {
    apr_pool_t *pool;
    apr_hash_t *by_identity;   /* identity_t -> asactl_log_mark_t *; the key stands in the entry */
    apr_array_header_t *marks; /* entry_t * */
    apr_array_header_t *past;  /* asactl_log_reach_t; a ring once it is full */
    size_t next_past;
    unsigned long look;
};

typedef struct {
    asactl_log_mark_t mark;
    identity_t identity;
} entry_t;

asactl_log_marks_t *asactl_log_marks_make(apr_pool_t *pool)
{
    asactl_log_marks_t *marks = apr_pcalloc(pool, sizeof *marks);

    *marks = (asactl_log_marks_t){.pool = pool,
                                  .by_identity = apr_hash_make(pool),
                                  .marks = apr_array_make(pool, 64, sizeof(entry_t *)),
                                  .past = apr_array_make(pool, 4, sizeof(asactl_log_reach_t))};
    return marks;
}

unsigned long asactl_log_marks_look(asactl_log_marks_t *marks)
{
    return ++marks->look;
}

/* The one that is gone longest, if there are too many. */
static entry_t *reuse(const asactl_log_marks_t *marks)
{
    entry_t *oldest = NULL;

    if (marks->marks->nelts < ASACTL_LOG_MARKS_MAX) {
        return NULL;
    }
    for (int i = 0; i < marks->marks->nelts; i++) {
        entry_t *entry = APR_ARRAY_IDX(marks->marks, i, entry_t *);

        if (entry->mark.look < marks->look &&
            (oldest == NULL || entry->mark.look < oldest->mark.look)) {
            oldest = entry;
        }
    }
    return oldest;
}

static entry_t *make(asactl_log_marks_t *marks)
{
    entry_t *entry = reuse(marks);

    if (entry != NULL) {
        apr_hash_set(marks->by_identity, &entry->identity, sizeof entry->identity, NULL);
    } else {
        entry = apr_palloc(marks->pool, sizeof *entry);
        APR_ARRAY_PUSH(marks->marks, entry_t *) = entry;
    }
    memset(entry, 0, sizeof *entry);
    return entry;
}

static entry_t *find(const asactl_log_marks_t *marks, dev_t device, ino_t inode,
                     identity_t *identity)
{
    memset(identity, 0, sizeof *identity);
    identity->device = device;
    identity->inode = inode;
    return apr_hash_get(marks->by_identity, identity, sizeof *identity);
}

const asactl_log_mark_t *asactl_log_marks_find(const asactl_log_marks_t *marks, dev_t device,
                                               ino_t inode)
{
    identity_t identity;
    const entry_t *entry = find(marks, device, inode, &identity);

    return entry != NULL ? &entry->mark : NULL;
}

asactl_log_mark_t *asactl_log_marks_of(asactl_log_marks_t *marks, dev_t device, ino_t inode,
                                       bool may_make)
{
    identity_t identity;
    entry_t *entry = find(marks, device, inode, &identity);

    if (entry == NULL) {
        if (!may_make) {
            return NULL;
        }
        entry = make(marks);
        entry->identity = identity;
        entry->mark.device = device;
        entry->mark.inode = inode;
        apr_hash_set(marks->by_identity, &entry->identity, sizeof entry->identity, entry);
    }
    entry->mark.look = marks->look;
    return &entry->mark;
}

void asactl_log_marks_restart(asactl_log_marks_t *marks, asactl_log_mark_t *mark)
{
    if (mark->begun && !mark->part && mark->reach.content > 0) {
        if (marks->past->nelts < MOST_PAST) {
            APR_ARRAY_PUSH(marks->past, asactl_log_reach_t) = mark->reach;
        } else {
            APR_ARRAY_IDX(marks->past, (int)marks->next_past, asactl_log_reach_t) = mark->reach;
            marks->next_past = (marks->next_past + 1) % MOST_PAST;
        }
    }
    mark->begun = false;
    mark->looked = mark->part = false;
    mark->reach.unfinished = false;
}

apr_time_t asactl_log_mark_changed(const struct stat *stat)
{
    return apr_time_make((apr_time_t)stat->st_mtim.tv_sec,
                         (apr_time_t)(stat->st_mtim.tv_nsec / 1000));
}

void asactl_log_mark_stat(asactl_log_mark_t *mark, const struct stat *stat)
{
    mark->looked = true;
    mark->stat_look = mark->look;
    mark->size = stat->st_size;
    mark->changed = asactl_log_mark_changed(stat);
}

bool asactl_log_mark_is_unchanged(const asactl_log_mark_t *mark, off_t size, apr_time_t changed)
{
    return mark->looked && mark->size == size && mark->changed == changed;
}

/* --- reaches --- */

/* FNV-1a (draft-eastlake-fnv): told apart must be lines with times and ids, not forged ones. */
static uint64_t hash(uint64_t from, const char *bytes, size_t len)
{
    uint64_t value = from ^ 0xcbf29ce484222325u;

    for (size_t i = 0; i < len; i++) {
        value = (value ^ (unsigned char)bytes[i]) * 0x100000001b3u;
    }
    return value;
}

void asactl_log_reach_begin(asactl_log_reach_t *reach)
{
    memset(reach, 0, sizeof *reach);
    asactl_log_schema_begin(&reach->schema);
}

void asactl_log_reach_first(asactl_log_reach_t *reach, asactl_log_text_t line)
{
    if (reach->firsts == ASACTL_LOG_MARK_FIRST || reach->line > MOST_HEAD) {
        return;
    }
    reach->chain = hash(reach->chain, line.at, line.len);
    if (reach->content > reach->firsts) {
        reach->first[reach->firsts++] = reach->chain;
    }
}

void asactl_log_reach_last(asactl_log_reach_t *reach, asactl_log_text_t line)
{
    reach->last = hash(0, line.at, line.len);
    reach->last_len = line.len;
}

bool asactl_log_reach_ends_with(const asactl_log_reach_t *reach, const char *line, size_t len)
{
    return reach->last_len == len && reach->last == hash(0, line, len);
}

static bool begins_alike(const asactl_log_reach_t *one, const asactl_log_reach_t *other)
{
    unsigned firsts = one->firsts < other->firsts ? one->firsts : other->firsts;

    return firsts > 0 && one->first[firsts - 1] == other->first[firsts - 1];
}

apr_array_header_t *asactl_log_marks_alike(const asactl_log_marks_t *marks, apr_pool_t *pool,
                                           const asactl_log_reach_t *reach)
{
    apr_array_header_t *alike = apr_array_make(pool, 4, sizeof(const asactl_log_reach_t *));

    for (int i = 0; i < marks->marks->nelts; i++) {
        const entry_t *entry = APR_ARRAY_IDX(marks->marks, i, const entry_t *);

        if (entry->mark.begun && !entry->mark.part && begins_alike(reach, &entry->mark.reach)) {
            APR_ARRAY_PUSH(alike, const asactl_log_reach_t *) = &entry->mark.reach;
        }
    }
    for (int i = 0; i < marks->past->nelts; i++) {
        const asactl_log_reach_t *past = &APR_ARRAY_IDX(marks->past, i, asactl_log_reach_t);

        if (begins_alike(reach, past)) {
            APR_ARRAY_PUSH(alike, const asactl_log_reach_t *) = past;
        }
    }
    return alike;
}

bool asactl_log_reach_is(const asactl_log_reach_t *reach, const asactl_log_reach_t *other,
                         asactl_log_text_t line)
{
    return reach->line == other->line && reach->offset == other->offset &&
           begins_alike(reach, other) && asactl_log_reach_ends_with(other, line.at, line.len);
}
