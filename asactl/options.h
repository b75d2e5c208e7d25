/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line: which verb, its words and options, and the global options, which may stand
 * anywhere.
 *
 * Long options are written "--name value" or "--name=value"; behind "--" everything is a word.
 * Names are never abbreviated.  An option given twice counts as its last, unless it is one of a
 * list.
 *
 * Pure; results live in the pool given and point into argv.
 */
#ifndef ASACTL_OPTIONS_H
#define ASACTL_OPTIONS_H

#include <stdbool.h>

#include <apr_tables.h>

#include "asactl/outcome.h"
#include "asactl/verb.h"

typedef struct asactl_global_t {
    const char *name;  /* without "--" */
    const char *value; /* what its value is called in texts; NULL: a flag */
    const char *line;
} asactl_global_t;

/* Ends with a row whose name is NULL. */
extern const asactl_global_t asactl_globals[];

typedef struct asactl_options_t {
    const asactl_verb_t *verb;       /* NULL: none was named */
    const apr_array_header_t *words; /* const char *: behind the verb; without one, what there is */
    const apr_table_t *own;          /* the verb's options: name -> value ("" for a flag) */
    const apr_table_t *global;       /* the same for global ones */
    bool help, version;
} asactl_options_t;

/* Reads argv (argv[0] is the program's name).  False with ASACTL_USAGE, a sentence and the nearest
 * legal names for what is unknown. */
bool asactl_options_read(apr_pool_t *pool, const asactl_verb_t *verbs, int argc,
                         const char *const *argv, asactl_options_t *out, asactl_outcome_t *outcome);

/* The value that counts of an option that may stand once: the last one; NULL if there is none. */
const char *asactl_options_last(const apr_table_t *options, const char *name);

/* The number of days, seconds or another unit that an option's value spells, from least to most.
 * False with ASACTL_USAGE. */
bool asactl_options_number(apr_pool_t *pool, const char *name, const char *text, const char *unit,
                           unsigned least, unsigned most, unsigned *out, asactl_outcome_t *outcome);

/* Whether a flag stands on the command line, also one that asactl_options_read refuses: a mistake
 * is reported in the form that was asked for. */
bool asactl_options_flag(int argc, const char *const *argv, const char *name);

#endif
