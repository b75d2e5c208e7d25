/* SPDX-License-Identifier: Apache-2.0
 *
 * What verbs share: the account that they are about, their words, and the question before a change.
 */
#ifndef ASACTL_VERB_WORDS_H
#define ASACTL_VERB_WORDS_H

#include <stdbool.h>

#include <apr_tables.h>
#include <jansson.h>

#include "asactl/outcome.h"
#include "asactl/verb.h"

/* Prints the failure and gives its exit code, so that "return asactl_verb_words_fail(…)" ends a
 * verb. */
asactl_exit_code_t asactl_verb_words_fail(const asactl_outcome_t *outcome);

/* The word at this place, NULL if there are not so many. */
const char *asactl_verb_words_at(const asactl_run_t *run, int index);

/* The only word if there is one, else the account of the settings; ASACTL_USAGE without both, or
 * with more words. */
bool asactl_verb_words_account(const asactl_run_t *run, const char **out,
                               asactl_outcome_t *outcome);

/* May it be done?  --yes, or a yes on the terminal; else ASACTL_REFUSED_TO_ACT. */
bool asactl_verb_words_agreed(const asactl_run_t *run, const char *question,
                              asactl_outcome_t *outcome);

/* A text made safe (out.h) as JSON, a new reference; NULL becomes null. */
json_t *asactl_verb_words_json(apr_pool_t *pool, const char *text);

/* The same for a list of const char *; NULL becomes an empty one. */
json_t *asactl_verb_words_list_json(apr_pool_t *pool, const apr_array_header_t *texts);

#endif
