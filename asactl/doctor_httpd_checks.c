/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges the httpd of each node: that it runs, which module it has loaded, and with which keys.
 */
#include "asactl/doctor_node_checks.h"

#include <string.h>

#include "asactl/doctor_served.h"

#define NO_KEYS_REMEDY                                                                             \
    "Where asactl status shows no key, asactl roll --to-all or asactl copy brings one; the "       \
    "server "                                                                                      \
    "itself must have AsaCredential."

static void check_one(const asactl_node_answer_t *answer, asactl_doctor_list_t *list)
{
    const asactl_node_workers_t *workers = &answer->report.workers;
    const char *node = answer->node;

    switch (workers->state) {
    case ASACTL_NODE_WORKERS_NOT_ASKED:
        asactl_doctor_unknown(list, node,
                              "Name the nodes' status page in asactl.conf: status = "
                              "https://mail.corp.tailspintoys.com/asa-status",
                              "no status page is named, so no httpd can be seen");
        break;
    case ASACTL_NODE_WORKERS_NOT_RUNNING:
        asactl_doctor_fail(list, node, NULL, "%s: no httpd listens there", node);
        break;
    case ASACTL_NODE_WORKERS_UNSEEN:
        asactl_doctor_fail(list, node, NULL, "%s: %s", node, workers->error);
        break;
    default:
        if (answer->facts->served == NULL) {
            asactl_doctor_fail(list, node, NULL, "%s: %s", node,
                               answer->facts->served_error != NULL
                                   ? answer->facts->served_error
                                   : "its status page does not say what it serves");
        }
        break;
    }
}

void asactl_doctor_check_httpd(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    for (size_t i = 0; i < facts->node_count; i++) {
        if (asactl_doctor_node(facts, i) != NULL) {
            check_one(&facts->nodes[i], list);
        }
    }
    asactl_doctor_ok(list, "httpd runs with mod_asa_auth on every node");
}

void asactl_doctor_check_httpd_keys(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    long looked_at = 0;

    for (size_t i = 0; i < facts->node_count; i++) {
        const asactl_node_served_t *there = asactl_doctor_served(facts, i);
        const char *node = facts->nodes[i].node;

        for (int j = 0; there != NULL && j < there->credentials->nelts; j++) {
            const asactl_node_credential_t *one =
                &APR_ARRAY_IDX(there->credentials, j, asactl_node_credential_t);
            const char *files = apr_array_pstrcat(list->pool, one->files, ' ');

            /* That it is the key table of asactl.conf is said of that already. */
            if ((facts->nodes[i].report.defect != NULL && !facts->nodes[i].report.denied) ||
                !facts->nodes[i].report.exists) {
                continue;
            }
            looked_at++;
            if (one->defect != NULL) {
                asactl_doctor_fail(list, node, NULL, "%s: httpd does not take up %s: %s", node,
                                   files, one->defect);
            } else if (one->keys == 0) {
                asactl_doctor_fail(list, node, NULL,
                                   "%s: httpd holds no usable key of %s, and answers 503", node,
                                   files);
            }
        }
    }
    asactl_doctor_looked(list, looked_at, NULL, "no key table that httpd could take up was seen");
    asactl_doctor_ok(list, "httpd has taken up its key tables (%ld)", looked_at);
}

/* --- health --- */

/* Without a key of the server, the handler answers 503 to whoever may ask. */
static bool lacks_keys(const asactl_node_served_t *there, const asactl_node_server_t *server)
{
    return server->credential < 0 || server->credential >= there->credentials->nelts ||
           APR_ARRAY_IDX(there->credentials, server->credential, asactl_node_credential_t).keys ==
               0;
}

/* How many places of the handler there are; a server whose keys are missing is told. */
static long judge_health_places(const asactl_doctor_facts_t *facts, size_t node,
                                asactl_doctor_list_t *list)
{
    const asactl_node_served_t *there = asactl_doctor_served(facts, node);
    const char *name = facts->nodes[node].node;
    long count = 0;

    for (int i = 0; i < there->servers->nelts; i++) {
        const asactl_node_server_t *server =
            &APR_ARRAY_IDX(there->servers, i, asactl_node_server_t);

        for (int j = 0; j < server->places->nelts; j++) {
            const asactl_node_place_t *place = asactl_doctor_served_place(server, j);

            if (place->handler == NULL || strcmp(place->handler, "asa-health") != 0) {
                continue;
            }
            count++;
            if (lacks_keys(there, server) && !asactl_doctor_list_has(list, name, "")) {
                asactl_doctor_fail(list, name, NO_KEYS_REMEDY,
                                   "%s: asa-health of %s, port %d, answers 503, as the server has "
                                   "no usable key: a balancer leaves the node out",
                                   name, server->name != NULL ? server->name : "the main server",
                                   server->port);
            }
        }
    }
    return count;
}

static void judge_health_answers(const char *node, const apr_array_header_t *answers,
                                 asactl_doctor_list_t *list)
{
    for (int i = 0; i < answers->nelts; i++) {
        const asactl_node_health_t *one = &APR_ARRAY_IDX(answers, i, asactl_node_health_t);

        if (one->status == 200 || asactl_doctor_list_has(list, node, "")) {
            continue;
        }
        if (one->status == 0 || one->status == 403) {
            asactl_doctor_unknown(list, node, NULL, "%s: %s %s", node, one->url,
                                  one->status == 403   ? "answers 403 to the node itself, and may "
                                                         "answer the balancer"
                                  : one->error != NULL ? one->error
                                                       : "does not answer");
        } else {
            asactl_doctor_fail(list, node, one->status == 503 ? NO_KEYS_REMEDY : NULL,
                               "%s: %s answers %ld: a balancer leaves the node out", node, one->url,
                               one->status);
        }
    }
}

void asactl_doctor_check_health(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    long places = 0;

    for (size_t i = 0; i < facts->node_count; i++) {
        const char *node = facts->nodes[i].node;
        long count;

        if (asactl_doctor_served(facts, i) == NULL) {
            continue;
        }
        count = judge_health_places(facts, i, list);
        places += count;
        judge_health_answers(node, facts->nodes[i].facts->health, list);
        if (count == 0 && !asactl_doctor_served_is_cut(asactl_doctor_served(facts, i))) {
            asactl_doctor_warn(list, node, NULL,
                               "%s: no place has SetHandler asa-health: a balancer goes on sending "
                               "clients to a node without a key",
                               node);
        }
    }
    asactl_doctor_looked(list, places, NULL, "no asa-health was seen");
    asactl_doctor_ok(list, "asa-health of every node says that it can sign users in");
}

/* --- workers, versions --- */

void asactl_doctor_check_workers(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    unsigned workers = 0;

    for (size_t i = 0; i < facts->node_count; i++) {
        asactl_node_workers_view_t view;
        uint32_t kvno;

        if (asactl_doctor_served(facts, i) == NULL) {
            continue;
        }
        view = asactl_node_report_workers(list->pool, &facts->nodes[i].report,
                                          facts->settings->account, &kvno);
        workers += kvno != 0 ? (unsigned)view.count : 0;
        if (kvno != 0 && view.lacking > 0) {
            asactl_doctor_fail(list, facts->nodes[i].node, NULL,
                               "%s: %u of %u workers do not hold kvno %u", facts->nodes[i].node,
                               (unsigned)view.lacking, (unsigned)view.count, kvno);
        }
    }
    asactl_doctor_looked(list, workers, NULL, "no worker of httpd was seen with a key to compare");
    asactl_doctor_ok(list, workers == 1 ? "%u worker holds Latest" : "%u workers hold Latest",
                     workers);
}

void asactl_doctor_check_versions(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    for (size_t i = 0; i < facts->node_count; i++) {
        const asactl_node_served_t *there = asactl_doctor_served(facts, i);
        const char *node = facts->nodes[i].node;
        const char *tool;

        if (there == NULL) {
            continue;
        }
        tool = facts->nodes[i].facts->version;
        if (there->version != NULL && strcmp(there->version, facts->version) != 0) {
            asactl_doctor_warn(list, node, NULL,
                               "%s has loaded mod_asa_auth %s, and this is asactl %s", node,
                               there->version, facts->version);
        } else if (tool != NULL && strcmp(tool, facts->version) != 0) {
            asactl_doctor_warn(list, node, NULL, "%s has asactl %s, and this one is %s", node, tool,
                               facts->version);
        }
    }
    asactl_doctor_ok(list, "module and asactl are of version %s everywhere", facts->version);
}
