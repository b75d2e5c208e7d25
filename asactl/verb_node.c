/* SPDX-License-Identifier: Apache-2.0
 *
 * node status, install, remove: the key table of this machine; node serve: the far side of ssh.
 */
#include "asactl/verb_node.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/node_local.h"
#include "asactl/node_show.h"
#include "asactl/node_wire.h"
#include "asactl/out.h"
#include "asactl/stream.h"
#include "core/host_realm.h"
#include "core/keytab.h"

static asactl_exit_code_t fail(const asactl_outcome_t *outcome)
{
    asactl_out_failure(outcome);
    return outcome->code;
}

static asactl_exit_code_t refuse(apr_pool_t *pool, asactl_exit_code_t code, const char *sentence,
                                 const char *remedy)
{
    asactl_outcome_t outcome;

    asactl_outcome_fail(&outcome, code, remedy, pool, "%s", sentence);
    return fail(&outcome);
}

static void fill_request(const asactl_run_t *run, asactl_node_verb_t verb,
                         asactl_node_request_t *request)
{
    const asactl_settings_t *settings = run->settings;

    *request = (asactl_node_request_t){
        .verb = verb,
        .account = settings->account,
        .realm = settings->realm != NULL ? settings->realm : asa_host_realm_default(run->pool),
        .force = settings->force,
        .dry_run = settings->dry_run};
}

static asactl_exit_code_t do_here(const asactl_run_t *run, const asactl_node_request_t *request)
{
    asactl_node_answer_t answer = {.node = "localhost"};

    asactl_node_local_do(run->pool, run->settings, request, &answer);
    if (answer.outcome.code != ASACTL_OK) {
        return fail(&answer.outcome);
    }
    asactl_out_json(asactl_node_show_json(&answer));
    if (request->verb != ASACTL_NODE_STATUS) {
        asactl_out_line("%s %s", asactl_out_safe(run->pool, run->settings->keytab),
                        !answer.changed        ? "is as it should be"
                        : request->dry_run     ? "would be replaced; it would then hold"
                        : answer.report.exists ? "is replaced; it now holds"
                                               : "is removed");
    }
    asactl_node_show_table(run->pool, &answer, 1, NULL, 0, request->verb == ASACTL_NODE_STATUS);
    return answer.report.defect == NULL && !asactl_node_report_lags(run->pool, &answer.report, NULL)
               ? ASACTL_OK
               : ASACTL_FAILED;
}

asactl_exit_code_t asactl_verb_node_status(const asactl_run_t *run)
{
    asactl_node_request_t request;

    fill_request(run, ASACTL_NODE_STATUS, &request);
    return do_here(run, &request);
}

/* Without asactl.conf and --account, the keys themselves say whose they are, if all agree. */
static bool name_account(asactl_node_request_t *request)
{
    const asa_keys_t *keys = &request->keys;

    for (size_t i = 1; i < keys->count; i++) {
        if (strcasecmp(keys->keys[i].principal, keys->keys[0].principal) != 0 ||
            strcmp(keys->keys[i].realm, keys->keys[0].realm) != 0) {
            return false;
        }
    }
    request->account = keys->keys[0].principal;
    request->realm = keys->keys[0].realm;
    return true;
}

asactl_exit_code_t asactl_verb_node_install(const asactl_run_t *run)
{
    asactl_node_request_t request;
    asactl_outcome_t outcome;
    const unsigned char *bytes;
    const char *defect;
    size_t len;

    fill_request(run, ASACTL_NODE_INSTALL, &request);
    request.settled = apr_table_get(run->options, "settled") != NULL;
    if (!asactl_stream_read(run->pool, ASA_KEYTAB_SIZE_MAX, &bytes, &len, &outcome)) {
        return fail(&outcome);
    }
    defect = asa_keytab_parse(run->pool, bytes, len, "stdin", &request.keys);
    if (defect != NULL) {
        return refuse(run->pool, ASACTL_USAGE,
                      apr_pstrcat(run->pool, "what came on stdin ", defect, NULL),
                      "asactl node install <FILE takes a key table.");
    }
    if (request.account == NULL && !name_account(&request)) {
        return refuse(run->pool, ASACTL_USAGE, "the keys on stdin belong to several accounts",
                      "Name the one that is meant with --account.");
    }
    return do_here(run, &request);
}

asactl_exit_code_t asactl_verb_node_remove(const asactl_run_t *run)
{
    asactl_node_request_t request;

    fill_request(run, ASACTL_NODE_REMOVE, &request);
    if (request.account == NULL) {
        return refuse(run->pool, ASACTL_USAGE, "whose keys?",
                      "Name the account with --account, or in asactl.conf.");
    }
    if (!run->settings->dry_run && !run->settings->yes &&
        !asactl_out_confirm(apr_psprintf(run->pool, "Remove every key of %s from %s?",
                                         request.account, run->settings->keytab))) {
        return refuse(run->pool, ASACTL_REFUSED_TO_ACT, "nothing is removed",
                      "Without a terminal, say --yes.");
    }
    return do_here(run, &request);
}

static bool is_about_keys(asactl_node_verb_t verb)
{
    return verb == ASACTL_NODE_INSTALL || verb == ASACTL_NODE_REMOVE || verb == ASACTL_NODE_EXPORT;
}

/* A forced command in authorized_keys is there to limit what the other side can do: then this
 * machine's own asactl.conf says which file, with which rights, whose keys, and which status page.
 *
 * Only who may choose the command can say --as-asked.  SSH_ORIGINAL_COMMAND does not tell: a
 * session that asks for a shell has none, and sudo takes it away. */
static bool limit(const asactl_run_t *run, asactl_settings_t *settings,
                  const asactl_node_request_t *request, asactl_outcome_t *outcome)
{
    const asactl_settings_t *own = run->settings;

    if (apr_table_get(run->options, "as-asked") != NULL) {
        return true;
    }
    settings->keytab = own->keytab;
    settings->owner = own->owner;
    settings->group = own->group;
    settings->mode = own->mode;
    settings->status = settings->status != NULL ? own->status : NULL;
    settings->httpd = own->httpd;
    settings->ca = own->ca;
    if (own->account == NULL && is_about_keys(request->verb)) {
        return asactl_outcome_fail(outcome, ASACTL_DENIED, "Name it there: account = NAME.",
                                   run->pool,
                                   "the node's own asactl.conf does not say whose keys it takes");
    }
    if (own->account != NULL && request->account != NULL &&
        !asactl_node_report_is_account(request->account, own->account)) {
        return asactl_outcome_fail(outcome, ASACTL_DENIED,
                                   "The account in the node's own asactl.conf counts there.",
                                   run->pool, "this node takes keys of %s only", own->account);
    }
    return true;
}

/* Who asks for the workers is told why they are not seen. */
static const asactl_node_workers_t no_page = {
    .state = ASACTL_NODE_WORKERS_UNSEEN,
    .error = "the node's own asactl.conf, which its forced command obeys, names no status page"};

asactl_exit_code_t asactl_verb_node_serve(const asactl_run_t *run)
{
    asactl_node_answer_t answer = {.node = "localhost"};
    asactl_settings_t settings = *run->settings;
    asactl_node_request_t request;
    asactl_outcome_t outcome;
    const unsigned char *bytes;
    bool asked = false;
    size_t len;

    if (!asactl_stream_read(run->pool, ASACTL_NODE_WIRE_MAX, &bytes, &len, &outcome)) {
        return fail(&outcome);
    }
    if (asactl_node_wire_read_request(run->pool, bytes, len, &request, &settings,
                                      &answer.outcome)) {
        asked = settings.status != NULL;
        if (limit(run, &settings, &request, &answer.outcome)) {
            asactl_node_local_do(run->pool, &settings, &request, &answer);
        }
    }
    if (asked && settings.status == NULL) {
        answer.report.workers = no_page;
    }
    if (!asactl_node_wire_answer(run->pool, &answer, &bytes, &len, &outcome)) {
        return fail(&outcome);
    }
    return asactl_stream_write(bytes, len) ? answer.outcome.code : ASACTL_FAILED;
}
