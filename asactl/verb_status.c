/* SPDX-License-Identifier: Apache-2.0
 *
 * status: what every node and its workers hold, and whether it matches the directory.
 */
#include "asactl/verb_status.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/directory.h"
#include "asactl/node.h"
#include "asactl/node_choice.h"
#include "asactl/node_show.h"
#include "asactl/out.h"

/* The kvno that the directory has for the account; 0 with a failed outcome. */
static uint32_t ask_directory(const asactl_run_t *run, asactl_account_t *account,
                              asactl_outcome_t *outcome)
{
    asactl_directory_t *directory;

    if (run->settings->account == NULL) {
        asactl_outcome_fail(outcome, ASACTL_USAGE,
                            "Name it with --account or in asactl.conf, or say --no-directory.",
                            run->pool, "which account is to be compared with the directory?");
        return 0;
    }
    if (!asactl_directory_open(run->pool, run->settings, &directory, outcome) ||
        !asactl_directory_find(directory, run->pool, run->settings->account, account, outcome)) {
        return 0;
    }
    if (account->kvno == 0) {
        asactl_outcome_fail(outcome, ASACTL_DENIED, NULL, run->pool,
                            "the directory does not show the key version number of %s",
                            account->sam);
    }
    return account->kvno;
}

/* null where nothing is said that could be compared: not asked, or nothing runs. */
static json_t *workers_hold(apr_pool_t *pool, const asactl_node_report_t *report,
                            const char *account)
{
    bool seen = report->keys != NULL && (report->workers.state == ASACTL_NODE_WORKERS_SEEN ||
                                         report->workers.state == ASACTL_NODE_WORKERS_UNSEEN);

    return seen ? json_boolean(!asactl_node_report_lags(pool, report, account)) : json_null();
}

/* The first node that has another key of the same kvno than the one at index; NULL: none. */
static const char *other_key_on(const asactl_node_answer_t *answers, size_t index,
                                const char *account)
{
    for (size_t i = 0; i < index && answers[index].report.keys != NULL; i++) {
        if (answers[i].report.keys != NULL &&
            asactl_node_report_differs(&answers[i].report, &answers[index].report, account)) {
            return answers[i].node;
        }
    }
    return NULL;
}

static json_t *node_json(apr_pool_t *pool, const asactl_node_answer_t *answers, size_t index,
                         const char *account, uint32_t kvno)
{
    const asactl_node_answer_t *answer = &answers[index];
    json_t *json = asactl_node_show_json(answer);
    bool known = kvno != 0 && answer->report.keys != NULL;

    json_object_set_new(
        json, "matches",
        known ? json_boolean(asactl_node_report_latest(&answer->report, account) == kvno)
              : json_null());
    json_object_set_new(json, "differs_from",
                        asactl_node_report_text(other_key_on(answers, index, account)));
    json_object_set_new(json, "workers_hold", workers_hold(pool, &answer->report, account));
    return json;
}

/* A node whose Latest is the directory's; NULL: none. */
static const char *good_node(const asactl_node_answer_t *answers, size_t count, const char *account,
                             uint32_t kvno)
{
    for (size_t i = 0; i < count; i++) {
        if (answers[i].report.keys != NULL &&
            asactl_node_report_latest(&answers[i].report, account) == kvno) {
            return answers[i].node;
        }
    }
    return NULL;
}

/* What to do about a node that the table shows to be wrong. */
static void tell_remedy(const asactl_run_t *run, const asactl_node_answer_t *answers, size_t count,
                        size_t index, const char *account, uint32_t kvno)
{
    const char *node = asactl_out_safe(run->pool, answers[index].node);
    const char *other = other_key_on(answers, index, account), *good;
    uint32_t latest;

    if (answers[index].report.keys == NULL) {
        return;
    }
    if (other != NULL) {
        asactl_out_line("%s holds another key than %s under the same kvno: one of them refuses "
                        "everybody. asactl roll gives both a new one.",
                        node, asactl_out_safe(run->pool, other));
    }
    latest = kvno != 0 ? asactl_node_report_latest(&answers[index].report, account) : 0;
    if (latest > kvno) {
        asactl_out_line("%s holds a key that the directory does not use, as a roll leaves it that "
                        "was cut off. asactl roll, run again, settles it.",
                        node);
    } else if (latest < kvno) {
        good = good_node(answers, count, account, kvno);
        asactl_out_line("%s refuses new tickets: it lacks kvno %u. %s%s%s%s.", node, kvno,
                        good != NULL ? "asactl copy --from " : "asactl roll gives it a key",
                        good != NULL ? asactl_out_safe(run->pool, good) : "",
                        good != NULL ? " --to " : "", good != NULL ? node : "");
    }
}

static void show(const asactl_run_t *run, const asactl_node_answer_t *answers, size_t count,
                 const char *account, uint32_t kvno)
{
    json_t *nodes = json_array();

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(nodes, node_json(run->pool, answers, i, account, kvno));
    }
    asactl_out_json(json_pack("{s:o, s:o, s:o}", "account", asactl_node_report_text(account),
                              "kvno", kvno != 0 ? json_integer(kvno) : json_null(), "nodes",
                              nodes));
    asactl_node_show_table(run->pool, answers, count, account, kvno, true);
    for (size_t i = 0; i < count; i++) {
        tell_remedy(run, answers, count, i, account, kvno);
    }
}

/* Has it no key that could be used? */
static bool is_useless(const asactl_node_report_t *report, const char *account)
{
    return report->defect != NULL ||
           (account != NULL ? asactl_node_report_latest(report, account) == 0
                            : report->keys->nelts == 0);
}

/* What a node that answered has that it should not. */
static asactl_exit_code_t judge(apr_pool_t *pool, const asactl_node_answer_t *answers, size_t count,
                                const char *account, uint32_t kvno)
{
    for (size_t i = 0; i < count; i++) {
        const asactl_node_report_t *report = &answers[i].report;
        if (report->keys != NULL &&
            (is_useless(report, account) || asactl_node_report_lags(pool, report, account) ||
             other_key_on(answers, i, account) != NULL ||
             (kvno != 0 && asactl_node_report_latest(report, account) != kvno))) {
            return ASACTL_FAILED;
        }
    }
    return ASACTL_OK;
}

asactl_exit_code_t asactl_verb_status(const asactl_run_t *run)
{
    const asactl_node_request_t request = {.verb = ASACTL_NODE_STATUS};
    const apr_array_header_t *nodes =
        asactl_node_choice_named(run->pool, run->settings, run->words);
    size_t count = (size_t)nodes->nelts;
    asactl_node_answer_t *answers = apr_pcalloc(run->pool, (count + 1) * sizeof *answers);
    asactl_account_t account = {.sam = run->settings->account};
    asactl_outcome_t outcome = {.code = ASACTL_OK};
    asactl_exit_code_t code;
    uint32_t kvno = 0;

    if (apr_table_get(run->options, "no-directory") == NULL) {
        kvno = ask_directory(run, &account, &outcome);
    }
    asactl_node_ask(run->pool, run->settings, &request, nodes, answers);
    if (outcome.code != ASACTL_OK && asactl_out_is_json()) {
        asactl_out_failure(&outcome);
        return outcome.code;
    }
    show(run, answers, count, account.sam, kvno);
    code = asactl_node_show_failures(answers, count);
    if (outcome.code != ASACTL_OK) {
        asactl_out_failure(&outcome);
        code = code == ASACTL_OK ? outcome.code : code;
    }
    return code != ASACTL_OK ? code : judge(run->pool, answers, count, account.sam, kvno);
}
