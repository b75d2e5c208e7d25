/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads all logs that words name, look by look: the first look reads everything, each further one
 * what is new since then.
 *
 * What cannot be read is told, and the rest is read all the same.  A log that is renamed, copied
 * and truncated, or packed between two looks is counted once (log_mark.h).
 *
 * One thread.
 */
#ifndef ASACTL_LOG_LOOKS_H
#define ASACTL_LOG_LOOKS_H

#include <stdbool.h>

#include <apr_hash.h>
#include <apr_tables.h>

#include "asactl/log_held.h"
#include "asactl/log_reader.h"

typedef struct asactl_log_looks_t {
    apr_pool_t *pool;
    asactl_log_reader_t *reader;
    const apr_array_header_t *words; /* as of asactl_log_files_find */
    /* Called in front of file number, from 1, of so many; in the first look only. */
    void (*begin)(void *data, int number, int files);
    /* Called for what cannot be read: at once in the first look, and later when it fails for the
     * second time on end, as what is being made or is gone may be there a moment later. */
    void (*failed)(void *data, const asactl_outcome_t *outcome);
    void *data;
    /* Of the looks themselves, zeroed: */
    unsigned long look;
    apr_hash_t *paths;           /* path -> mark of what has no identity, for its failures */
    asactl_log_held_t *held;     /* of a reader to which more is to come */
    apr_pool_t *once;            /* of one look */
    apr_array_header_t *failing; /* marks that the last look could not read */
    bool again;                  /* the last look met what another one has to read */
    int files;                   /* found in the first look */
} asactl_log_looks_t;

/* One look; only_new leaves alone what was read to its end once. */
void asactl_log_looks_look(asactl_log_looks_t *looks, bool only_new);

/* After the last look: tells what it could not read, if it was not told yet, and counts it in the
 * summary.  False: there was something. */
bool asactl_log_looks_end(asactl_log_looks_t *looks);

#endif
