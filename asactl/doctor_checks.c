/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs the checks of the table, each where what it needs was seen.
 */
#include "asactl/doctor_checks.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/doctor_served.h"

static const struct {
    unsigned need;
    const char *name;
    unsigned stands_on;
} needs_known[] = {
    {ASACTL_DOCTOR_DIRECTORY, "directory", 0},
    {ASACTL_DOCTOR_ACCOUNT, "account", ASACTL_DOCTOR_DIRECTORY},
    {ASACTL_DOCTOR_CONTROLLERS, "controllers", ASACTL_DOCTOR_DIRECTORY},
    {ASACTL_DOCTOR_NODES, "nodes", 0},
    {ASACTL_DOCTOR_STATUS_PAGE, "status page", ASACTL_DOCTOR_NODES},
    {ASACTL_DOCTOR_DNS, "DNS", 0},
    {ASACTL_DOCTOR_TLS, "TLS", 0},
    {ASACTL_DOCTOR_SCHEDULE, "schedule", 0},
};
#define NEEDS_KNOWN (sizeof needs_known / sizeof needs_known[0])

const asactl_doctor_check_t *asactl_doctor_checks_find(const char *name)
{
    for (const asactl_doctor_check_t *row = asactl_doctor_checks; row->name != NULL; row++) {
        if (strcmp(row->name, name) == 0) {
            return row;
        }
    }
    return NULL;
}

unsigned asactl_doctor_checks_needs(unsigned needs)
{
    for (size_t i = 0; i < NEEDS_KNOWN; i++) {
        if ((needs & needs_known[i].need) != 0) {
            needs |= needs_known[i].stands_on;
        }
    }
    return needs;
}

const char *asactl_doctor_checks_needs_text(apr_pool_t *pool, unsigned needs)
{
    const char *text = "";

    for (size_t i = 0; i < NEEDS_KNOWN; i++) {
        if ((needs & needs_known[i].need) != 0) {
            text = apr_pstrcat(pool, text, *text == '\0' ? "" : ", ", needs_known[i].name, NULL);
        }
    }
    return *text == '\0' ? "nothing" : text;
}

/* Can the check run at all?  If not, that is said. */
static bool has_domain(const asactl_doctor_facts_t *facts, unsigned needs,
                       asactl_doctor_list_t *list)
{
    if ((needs & ASACTL_DOCTOR_DIRECTORY) != 0 && facts->directory_unseen != NULL) {
        asactl_doctor_unknown(list, NULL, NULL, "the directory cannot be asked");
        return false;
    }
    if ((needs & ASACTL_DOCTOR_ACCOUNT) != 0 && !facts->found) {
        asactl_doctor_unknown(list, NULL, NULL, "there is no account");
        return false;
    }
    if ((needs & ASACTL_DOCTOR_CONTROLLERS) != 0 && facts->controllers_unseen != NULL) {
        asactl_doctor_unknown(list, NULL, NULL, "%s", facts->controllers_unseen);
        return false;
    }
    if ((needs & ASACTL_DOCTOR_SCHEDULE) != 0 && facts->schedule.unseen != NULL) {
        asactl_doctor_unknown(list, NULL, "Run it as root.", "%s", facts->schedule.unseen);
        return false;
    }
    return true;
}

/* A controller that does not answer: the check goes on with the others. */
static void note_controllers(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    for (int i = 0; i < facts->controllers->nelts; i++) {
        const asactl_doctor_controller_t *one =
            &APR_ARRAY_IDX(facts->controllers, i, asactl_doctor_controller_t);

        if (one->unseen != NULL) {
            asactl_doctor_unknown(list, one->host, NULL, "%s cannot be asked", one->host);
        }
    }
}

/* The same of nodes, and of those whose httpd is not seen. */
static void note_nodes(const asactl_doctor_facts_t *facts, unsigned needs,
                       asactl_doctor_list_t *list)
{
    for (size_t i = 0; i < facts->node_count; i++) {
        const asactl_node_answer_t *answer = &facts->nodes[i];

        if (answer->outcome.code != ASACTL_OK || answer->facts == NULL) {
            asactl_doctor_unknown(list, answer->node, NULL, "%s cannot be asked", answer->node);
        } else if ((needs & ASACTL_DOCTOR_STATUS_PAGE) != 0 && answer->facts->served == NULL) {
            asactl_doctor_unknown(list, answer->node, NULL, "%s does not show its status page",
                                  answer->node);
        } else if ((needs & ASACTL_DOCTOR_STATUS_PAGE) != 0 &&
                   asactl_doctor_served_is_cut(answer->facts->served)) {
            asactl_doctor_unknown(list, answer->node, NULL,
                                  "%s serves more than its status page lists", answer->node);
        }
    }
}

static void run(const asactl_doctor_facts_t *facts, const asactl_doctor_check_t *row,
                asactl_doctor_list_t *list)
{
    unsigned needs = asactl_doctor_checks_needs(row->needs);

    asactl_doctor_list_check(list, row->name, row->remedy);
    if (!has_domain(facts, needs, list)) {
        return;
    }
    if ((needs & ASACTL_DOCTOR_CONTROLLERS) != 0 && strcmp(row->name, "controllers") != 0) {
        note_controllers(facts, list);
    }
    if ((needs & ASACTL_DOCTOR_NODES) != 0 && strcmp(row->name, "nodes") != 0) {
        note_nodes(facts, needs, list);
    }
    row->run(facts, list);
}

static bool is_wanted(const apr_array_header_t *only, const char *name)
{
    for (int i = 0; i < only->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(only, i, const char *), name) == 0) {
            return true;
        }
    }
    return only->nelts == 0;
}

void asactl_doctor_checks_run(const asactl_doctor_facts_t *facts, const apr_array_header_t *only,
                              asactl_doctor_list_t *list)
{
    for (const asactl_doctor_check_t *row = asactl_doctor_checks; row->name != NULL; row++) {
        if (is_wanted(only, row->name)) {
            run(facts, row, list);
        }
    }
}
