/* SPDX-License-Identifier: Apache-2.0
 *
 * Has the nodes look, sign in, and find lines of the log.
 */
#include "asactl/verify_private.h"

#include <apr_strings.h>

#include "asactl/node.h"

/* Asks all nodes, each for its own visits; a node that cannot be asked, or answers another number,
 * is left out from then on. */
static asactl_node_answer_t *ask_nodes(const asactl_verify_run_t *run,
                                       asactl_node_request_t *requests)
{
    asactl_node_answer_t *answers = apr_pcalloc(run->pool, (run->nodes + 1) * sizeof *answers);

    for (size_t i = 0; i < run->nodes; i++) {
        requests[i].verb = ASACTL_NODE_VISIT;
    }
    asactl_node_ask_each(run->pool, run->plan->settings, requests, run->plan->nodes, answers);
    for (size_t i = 0; i < run->nodes; i++) {
        asactl_outcome_t *reached = &run->out->reached[i];
        if (reached->code == ASACTL_OK) {
            *reached = answers[i].outcome;
            run->out->reports[i] = answers[i].report;
        }
        if (reached->code == ASACTL_OK && answers[i].visit_count != requests[i].visit_count) {
            asactl_outcome_fail(reached, ASACTL_FAILED,
                                "Install the same version of asactl there as here.", run->pool,
                                "%s: asactl there does not sign in for others", answers[i].node);
        }
    }
    return answers;
}

static bool is_reached(const asactl_verify_run_t *run, size_t node)
{
    return run->out->reached[node].code == ASACTL_OK;
}

void asactl_verify_look_at_nodes(const asactl_verify_run_t *run)
{
    asactl_node_request_t *requests = apr_pcalloc(run->pool, (run->nodes + 1) * sizeof *requests);
    asactl_visit_t *hosts = apr_pcalloc(run->pool, (run->names + 1) * sizeof *hosts);
    asactl_node_answer_t *answers;

    for (size_t i = 0; i < run->names; i++) {
        hosts[i] =
            (asactl_visit_t){.host = asactl_verify_name_at(run, i)->host, .path = run->plan->path};
    }
    for (size_t i = 0; i < run->nodes; i++) {
        requests[i] = (asactl_node_request_t){.visits = hosts, .visit_count = run->names};
    }
    answers = ask_nodes(run, requests);
    for (size_t i = 0; i < run->nodes; i++) {
        for (size_t j = 0; j < run->names && is_reached(run, i); j++) {
            asactl_verify_cell_at(run, j, i)->visit = answers[i].visits[j];
        }
    }
}

/* What one node is to do in the second round, and for which cells. */
typedef struct {
    asactl_visit_t *visits;
    asactl_verify_cell_t **cells;
    size_t count;
} errand_t;

static void add(errand_t *errand, asactl_verify_cell_t *cell, asactl_visit_t visit)
{
    errand->visits[errand->count] = visit;
    errand->cells[errand->count++] = cell;
}

static void add_visits(const asactl_verify_run_t *run, size_t node, errand_t *errand)
{
    for (size_t i = 0; i < run->names; i++) {
        asactl_verify_cell_t *cell = asactl_verify_cell_at(run, i, node);
        if (cell->visit.state == ASACTL_VISIT_FOUND && asactl_verify_has_ticket(run, i) &&
            asactl_verify_make_token(run, i, node)) {
            add(errand, cell,
                (asactl_visit_t){.url = cell->visit.url,
                                 .authorization = cell->visit.authorization});
        }
    }
}

static void add_lines(const asactl_verify_run_t *run, errand_t *errand)
{
    for (size_t i = 0; i < run->names; i++) {
        if (asactl_verify_wants_line(run, i)) {
            asactl_verify_cell_t *cell = asactl_verify_cell_at(run, i, run->nodes);
            add(errand, cell, (asactl_visit_t){.id = cell->visit.id});
        }
    }
}

/* The line of a visit through the balancer is the one that any of the nodes has; until then, the
 * first that says why it has none is remembered. */
static void take_line(asactl_verify_cell_t *cell, const asactl_visit_t *answer)
{
    if (answer->line.seen || cell->visit.line.why == NULL) {
        cell->visit.line = answer->line;
    }
}

static void take_answers(const errand_t *errand, const asactl_node_answer_t *answer)
{
    for (size_t i = 0; i < errand->count; i++) {
        asactl_visit_t *visit = &errand->cells[i]->visit;
        if (errand->visits[i].url != NULL) {
            const char *url = visit->url;
            asa_channel_bindings_t bindings = visit->bindings;
            *visit = answer->visits[i];
            visit->url = url;
            visit->bindings = bindings;
        } else if (!visit->line.seen) {
            take_line(errand->cells[i], &answer->visits[i]);
        }
    }
}

void asactl_verify_send_errands(const asactl_verify_run_t *run, bool visits)
{
    asactl_node_request_t *requests = apr_pcalloc(run->pool, (run->nodes + 1) * sizeof *requests);
    errand_t *errands = apr_pcalloc(run->pool, (run->nodes + 1) * sizeof *errands);
    asactl_node_answer_t *answers;

    for (size_t i = 0; i < run->nodes; i++) {
        errands[i].visits = apr_pcalloc(run->pool, 2 * run->names * sizeof *errands[i].visits);
        errands[i].cells = apr_pcalloc(run->pool, 2 * run->names * sizeof *errands[i].cells);
        if (visits) {
            add_visits(run, i, &errands[i]);
        }
        add_lines(run, &errands[i]);
        requests[i] =
            (asactl_node_request_t){.visits = errands[i].visits, .visit_count = errands[i].count};
    }
    answers = ask_nodes(run, requests);
    for (size_t i = 0; i < run->nodes; i++) {
        if (is_reached(run, i)) {
            take_answers(&errands[i], &answers[i]);
        }
    }
}
