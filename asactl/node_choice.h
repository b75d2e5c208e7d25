/* SPDX-License-Identifier: Apache-2.0
 *
 * Which nodes a verb is about, as its words and options name them.  An array of asactl.conf stands
 * for its servers; each node is listed once, without regard to case.
 *
 * Pure; lists (const char *) live in the pool, names in the settings and options.
 */
#ifndef ASACTL_NODE_CHOICE_H
#define ASACTL_NODE_CHOICE_H

#include <stdbool.h>

#include "asactl/outcome.h"
#include "asactl/verb.h"

/* The nodes of all arrays; none without arrays. */
const apr_array_header_t *asactl_node_choice_all(apr_pool_t *pool,
                                                 const asactl_settings_t *settings);

/* Nodes and arrays by their names (const char *); without names those of all arrays, and without
 * arrays "localhost". */
const apr_array_header_t *asactl_node_choice_named(apr_pool_t *pool,
                                                   const asactl_settings_t *settings,
                                                   const apr_array_header_t *names);

/* The values of an option that may be repeated (const char *), behind those in the list. */
void asactl_node_choice_values(const apr_table_t *options, const char *name,
                               apr_array_header_t *list);

/* --PREFIX-server, --PREFIX-array and --PREFIX-all, and the verb's words as servers.
 * ASACTL_USAGE if nothing is named, if "all" stands beside names, and for an array that is not
 * there.  verb: "roll", for the sentence. */
bool asactl_node_choice_asked(const asactl_run_t *run, const char *verb, const char *prefix,
                              const apr_array_header_t **out, asactl_outcome_t *outcome);

/* Is this node on the list? */
bool asactl_node_choice_has(const apr_array_header_t *nodes, const char *node);

/* Is a whole array on the list?  True where there are no arrays. */
bool asactl_node_choice_has_array(const apr_array_header_t *nodes,
                                  const asactl_settings_t *settings);

#endif
