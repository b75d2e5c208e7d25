/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges the httpd of each node: that it runs, which module it has loaded, and with which keys.
 */
#include "asactl/doctor_node_checks.h"

#include <string.h>

#include "asactl/doctor_served.h"

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
            if (facts->nodes[i].report.defect != NULL || !facts->nodes[i].report.exists) {
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
