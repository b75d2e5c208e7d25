/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes and reads the file with the last result of an unattended roll.
 */
#include "asactl/roll_result.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>
#include <jansson.h>

#include "asactl/node_report.h"
#include "asactl/schedule_files.h"

bool asactl_roll_result_write(apr_pool_t *pool, const char *file,
                              const asactl_roll_result_t *result, asactl_outcome_t *outcome)
{
    json_t *json =
        json_pack("{s:o, s:I, s:i, s:o}", "account", asactl_node_report_text(result->account),
                  "time", (json_int_t)apr_time_sec(result->time), "code", (int)result->code,
                  "sentence", asactl_node_report_text(result->sentence));
    char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
    bool done;

    json_decref(json);
    if (text == NULL) {
        return asactl_outcome_fail(outcome, ASACTL_FAILED, NULL, pool, "no memory for %s", file);
    }
    done = asactl_schedule_files_write(pool, file, apr_pstrcat(pool, text, "\n", NULL), outcome);
    free(text);
    return done;
}

bool asactl_roll_result_read(apr_pool_t *pool, const char *file, asactl_roll_result_t *out,
                             asactl_outcome_t *outcome)
{
    const char *text, *account;
    json_int_t seconds;
    json_t *json, *sentence;
    int code;
    bool valid;

    if (!asactl_schedule_files_read(pool, file, &text, NULL, outcome)) {
        return false;
    }
    json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    valid = json != NULL &&
            json_unpack(json, "{s:s, s:I, s:i, s:o}", "account", &account, "time", &seconds, "code",
                        &code, "sentence", &sentence) == 0 &&
            seconds >= 0 && seconds < (json_int_t)1 << 40 && code >= ASACTL_OK &&
            code <= ASACTL_REFUSED_TO_ACT;
    if (valid) {
        *out = (asactl_roll_result_t){.account = apr_pstrdup(pool, account),
                                      .time = apr_time_from_sec(seconds),
                                      .code = (asactl_exit_code_t)code,
                                      .sentence = apr_pstrdup(pool, json_string_value(sentence))};
    }
    json_decref(json);
    return valid ||
           asactl_outcome_fail(outcome, ASACTL_FAILED, "Remove it; the next run writes it.", pool,
                               "%s holds no result of a roll", file);
}
