/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks nodes: this machine itself, the others over ssh, all at the same time.
 */
#include "asactl/node.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/node_local.h"
#include "asactl/node_wire.h"
#include "asactl/ssh.h"

static bool is_here(const char *node)
{
    return strcasecmp(node, "localhost") == 0;
}

/* A sentence without the node's name is of no use among fifty of them. */
static void name_node(apr_pool_t *pool, asactl_node_answer_t *answer)
{
    if (answer->outcome.code != ASACTL_OK) {
        answer->outcome.sentence =
            apr_pstrcat(pool, answer->node, ": ", answer->outcome.sentence, NULL);
    }
}

static void ask_here(apr_pool_t *pool, const asactl_settings_t *settings,
                     const asactl_node_request_t *request, asactl_node_answer_t *answer)
{
    apr_time_t began = apr_time_now();

    answer->asked = began;
    asactl_node_local_do(pool, settings, request, answer);
    answer->took = apr_time_now() - began;
    name_node(pool, answer);
}

/* An asactl that does not know the request calls it broken. */
static void explain_examine(apr_pool_t *pool, asactl_node_answer_t *answer)
{
    asactl_exit_code_t code = answer->outcome.code;

    if (answer->facts == NULL && (code == ASACTL_OK || code == ASACTL_USAGE)) {
        answer->report = (asactl_node_report_t){0};
        asactl_outcome_fail(&answer->outcome, ASACTL_FAILED,
                            "Install the same version of asactl there as here.", pool,
                            "asactl there is another version, which cannot examine its machine");
    }
}

static void read_job(apr_pool_t *pool, const asactl_node_request_t *request,
                     const asactl_ssh_job_t *job, asactl_node_answer_t *answer)
{
    answer->asked = job->began; /* of many nodes, some wait for their turn */
    answer->took = job->took;
    if (job->outcome.code != ASACTL_OK) {
        answer->outcome = job->outcome;
        return;
    }
    asactl_node_wire_read_answer(pool, job->output, job->output_len, answer);
    if (job->output_len == 0 && *job->complaint == '\0') {
        asactl_outcome_fail(&answer->outcome, ASACTL_FAILED,
                            "See what the login shell of ssh's user does there; ssh to it by hand.",
                            pool, "asactl was not run: ssh ended with status %d, without a word",
                            job->status);
    } else if (answer->outcome.code != ASACTL_OK && job->output_len == 0) {
        answer->outcome.sentence =
            apr_pstrmemdup(pool, job->complaint, strcspn(job->complaint, "\r\n"));
    } else if (request->verb == ASACTL_NODE_EXAMINE) {
        explain_examine(pool, answer);
    }
    name_node(pool, answer);
}

/* One node over ssh: what it is asked, and where the answer goes. */
typedef struct {
    const asactl_node_request_t *request;
    asactl_node_answer_t *answer;
} far_t;

static void ask_far(apr_pool_t *pool, const asactl_settings_t *settings, const far_t *far,
                    size_t count)
{
    asactl_ssh_job_t *jobs = apr_pcalloc(pool, (count + 1) * sizeof *jobs);
    const char *command = apr_pstrcat(pool, settings->ssh_command, " node serve --as-asked", NULL);
    const unsigned char *bytes = NULL;
    size_t len = 0;

    for (size_t i = 0; i < count; i++) {
        asactl_outcome_t outcome;
        if ((i == 0 || far[i].request != far[i - 1].request) &&
            !asactl_node_wire_request(pool, far[i].request, settings, &bytes, &len, &outcome)) {
            for (i = 0; i < count; i++) {
                far[i].answer->outcome = outcome;
            }
            return;
        }
        jobs[i] = (asactl_ssh_job_t){.host = far[i].answer->node, .input = bytes, .input_len = len};
    }
    asactl_ssh_run(pool, settings, command, jobs, count);
    for (size_t i = 0; i < count; i++) {
        read_job(pool, far[i].request, &jobs[i], far[i].answer);
    }
}

/* step: how far one node's request is from the next one's; 0: all have the same. */
static bool ask(apr_pool_t *pool, const asactl_settings_t *settings,
                const asactl_node_request_t *requests, size_t step, const apr_array_header_t *nodes,
                asactl_node_answer_t *answers)
{
    size_t count = (size_t)nodes->nelts;
    far_t *far = apr_palloc(pool, (count + 1) * sizeof *far);
    size_t far_count = 0;
    bool all = true;

    for (size_t i = 0; i < count; i++) {
        answers[i] = (asactl_node_answer_t){.node = APR_ARRAY_IDX(nodes, i, const char *)};
        if (is_here(answers[i].node)) {
            ask_here(pool, settings, &requests[i * step], &answers[i]);
        } else {
            far[far_count++] = (far_t){&requests[i * step], &answers[i]};
        }
    }
    if (far_count > 0) {
        ask_far(pool, settings, far, far_count);
    }
    for (size_t i = 0; i < count; i++) {
        all = all && answers[i].outcome.code == ASACTL_OK;
    }
    return all;
}

bool asactl_node_ask(apr_pool_t *pool, const asactl_settings_t *settings,
                     const asactl_node_request_t *request, const apr_array_header_t *nodes,
                     asactl_node_answer_t *answers)
{
    return ask(pool, settings, request, 0, nodes, answers);
}

bool asactl_node_ask_each(apr_pool_t *pool, const asactl_settings_t *settings,
                          const asactl_node_request_t *requests, const apr_array_header_t *nodes,
                          asactl_node_answer_t *answers)
{
    return ask(pool, settings, requests, 1, nodes, answers);
}
