/* SPDX-License-Identifier: Apache-2.0
 *
 * A verb of asactl: one row of the table that parses, helps and runs.
 *
 * Global options (options.c has the table: the settings of asactl.conf, --json, --yes, --dry-run,
 * --force, -v) are taken off before a verb sees its words; a verb declares its own options by
 * name.
 */
#ifndef ASACTL_VERB_H
#define ASACTL_VERB_H

#include <apr_pools.h>
#include <apr_tables.h>

#include "asactl/exit_code.h"
#include "asactl/settings.h"

/* What the dispatcher prepares. */
enum { ASACTL_NEEDS_DIRECTORY = 1, ASACTL_CHANGES = 2 /* --dry-run and --yes mean something */ };

typedef struct asactl_directory_t asactl_directory_t;

typedef struct asactl_run_t {
    apr_pool_t *pool;
    const asactl_settings_t *settings;
    asactl_directory_t *directory;   /* open, if the verb needs it */
    const apr_array_header_t *words; /* const char *: what is left behind the verb's name */
    const apr_table_t
        *options; /* the verb's own options: name -> value ("" for a flag); repeated ones repeat */
    const apr_table_t *global; /* the same for global ones, which settings has worked in */
} asactl_run_t;

typedef struct asactl_verb_t {
    const char *name;     /* "account create" */
    const char *synopsis; /* "[--user] [--ou DN] [--enctypes 24|28] [--description TEXT]" */
    const char *line;     /* one line for the list of verbs */
    const char *help;     /* for asactl help VERB: paragraphs, with an example */
    unsigned needs;
    const char *options; /* "user ou= enctypes= description=": '=' takes a value */
    asactl_exit_code_t (*run)(const asactl_run_t *run);
} asactl_verb_t;

/* Ends with a row whose name is NULL. */
extern const asactl_verb_t asactl_verbs[];

#endif
