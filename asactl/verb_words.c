/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the words of a verb and asks before it acts.
 */
#include "asactl/verb_words.h"

#include "asactl/out.h"

asactl_exit_code_t asactl_verb_words_fail(const asactl_outcome_t *outcome)
{
    asactl_out_failure(outcome);
    return outcome->code;
}

const char *asactl_verb_words_at(const asactl_run_t *run, int index)
{
    return index < run->words->nelts ? APR_ARRAY_IDX(run->words, index, const char *) : NULL;
}

bool asactl_verb_words_account(const asactl_run_t *run, const char **out, asactl_outcome_t *outcome)
{
    const char *word = asactl_verb_words_at(run, 0);

    if (run->words->nelts > 1) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, "name one account", run->pool,
                                   "'%s' is one word too many", asactl_verb_words_at(run, 1));
    }
    *out = word != NULL ? word : run->settings->account;
    if (*out == NULL || **out == '\0') {
        return asactl_outcome_fail(outcome, ASACTL_USAGE,
                                   "name it on the command line, or as account in asactl.conf",
                                   run->pool, "no account was named");
    }
    return true;
}

bool asactl_verb_words_agreed(const asactl_run_t *run, const char *question,
                              asactl_outcome_t *outcome)
{
    if (run->settings->yes || asactl_out_confirm(question)) {
        return true;
    }
    return asactl_outcome_fail(outcome, ASACTL_REFUSED_TO_ACT, "--yes does it without a question",
                               run->pool, "nothing was done, as nobody has agreed to it");
}

json_t *asactl_verb_words_json(apr_pool_t *pool, const char *text)
{
    return text == NULL ? json_null() : json_string(asactl_out_safe(pool, text));
}

json_t *asactl_verb_words_list_json(apr_pool_t *pool, const apr_array_header_t *texts)
{
    json_t *list = json_array();

    for (int i = 0; texts != NULL && i < texts->nelts; i++) {
        json_array_append_new(list,
                              asactl_verb_words_json(pool, APR_ARRAY_IDX(texts, i, const char *)));
    }
    return list;
}
