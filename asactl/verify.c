/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes the visits and has them judged.
 */
#include "asactl/verify_private.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/directory.h"
#include "asactl/out.h"

/* For all visits through the balancer: each may take ten seconds. */
#define BALANCER_LIMIT apr_time_from_sec(60)

/* --- the balancer --- */

/* At the path that a node has for the name. */
static const char *balancer_url(const asactl_verify_run_t *run, size_t name)
{
    const char *path = run->plan->path != NULL ? run->plan->path : "/";
    const char *found = NULL;

    for (size_t i = 0; i < run->nodes && found == NULL; i++) {
        const asactl_visit_t *visit = &asactl_verify_cell_at(run, name, i)->visit;
        found = visit->state == ASACTL_VISIT_FOUND ? visit->url : NULL;
    }
    return asactl_verify_name_url(run->pool, asactl_verify_name_at(run, name), run->plan->names,
                                  run->plan->realm, found, path);
}

typedef struct {
    const asactl_verify_run_t *run;
    size_t name;
    const char *error; /* why no token could be made; NULL: none was wanted, or it was */
} balancer_visit_t;

static const char *authorize(void *baton, apr_pool_t *pool, const asa_channel_bindings_t *shown)
{
    balancer_visit_t *made = baton;
    asactl_visit_t *visit = &asactl_verify_cell_at(made->run, made->name, made->run->nodes)->visit;

    (void)pool;
    visit->bindings = *shown;
    if (!asactl_verify_make_token(made->run, made->name, made->run->nodes)) {
        made->error = visit->error;
        return NULL;
    }
    return visit->authorization;
}

static void visit_balancer(const asactl_verify_run_t *run)
{
    apr_time_t until = apr_time_now() + BALANCER_LIMIT;

    for (size_t i = 0; i < run->names; i++) {
        asactl_visit_t *visit = &asactl_verify_cell_at(run, i, run->nodes)->visit;
        balancer_visit_t made = {run, i, NULL};
        visit->url = balancer_url(run, i);
        if (visit->url == NULL) {
            visit->state = ASACTL_VISIT_NOT_SERVED;
        } else if (apr_time_now() > until) {
            visit->error = "is not visited: those before it took too long";
        } else if (asactl_verify_has_ticket(run, i)) {
            asactl_out_step("signing in at %s", asactl_out_safe(run->pool, visit->url));
            asactl_visit_make_bound(run->pool, run->plan->settings->ca, authorize, &made, visit);
            if (made.error != NULL) {
                visit->state = ASACTL_VISIT_NOT_MADE;
                visit->error = made.error;
            }
        }
    }
}

/* Where the nodes see no line of their own visits, the balancer's will not come, either. */
static bool is_logged(const asactl_verify_run_t *run, size_t name)
{
    asactl_visit_line_t *line = &asactl_verify_cell_at(run, name, run->nodes)->visit.line;

    for (size_t i = 0; i < run->nodes; i++) {
        const asactl_visit_line_t *own = &asactl_verify_cell_at(run, name, i)->visit.line;
        if (own->seen) {
            return true;
        }
        line->why = line->why == NULL ? own->why : line->why;
    }
    return false;
}

static bool wants_lines(const asactl_verify_run_t *run)
{
    bool wanted = false;

    for (size_t i = 0; i < run->names && run->plan->whole; i++) {
        wanted |= asactl_verify_wants_line(run, i) && is_logged(run, i);
    }
    return wanted;
}

/* --- the judgement --- */

/* Who holds a name is only looked up where it can explain a failure. */
static void look_up_holders(const asactl_verify_run_t *run, size_t name)
{
    bool wanted = run->out->tickets[name].state == ASACTL_SERVICE_TICKET_UNKNOWN;
    apr_array_header_t *holders;
    asactl_outcome_t outcome;

    for (size_t i = 0; i < run->out->places; i++) {
        const char *reason = asactl_verify_cell_at(run, name, i)->visit.line.reason;
        wanted |= reason != NULL && strcmp(reason, "KeyMismatch") == 0;
    }
    if (wanted && run->plan->directory != NULL &&
        asactl_directory_holders(run->plan->directory, run->pool,
                                 asactl_verify_name_at(run, name)->spn, &holders, &outcome)) {
        run->out->holders[name] = holders;
    }
}

/* "holds kvno 6, 5" */
static const char *held_by(const asactl_verify_run_t *run, size_t node)
{
    const asactl_node_report_t *report = &run->out->reports[node];
    const char *text = "";
    uint32_t last = 0;

    if (report->keys == NULL || run->plan->account == NULL) {
        return NULL;
    }
    if (report->defect != NULL) {
        return apr_pstrcat(run->pool, "cannot be used: ", report->defect, NULL);
    }
    for (int i = 0; i < report->keys->nelts; i++) {
        const asactl_node_key_t *key = &APR_ARRAY_IDX(report->keys, i, asactl_node_key_t);
        if (asactl_node_report_is_account(key->account, run->plan->account) && key->kvno != last) {
            last = key->kvno;
            text = apr_psprintf(run->pool, "%s%s%u", text, *text != '\0' ? ", " : "", last);
        }
    }
    return *text == '\0' ? apr_pstrcat(run->pool, "holds no key of ", run->plan->account, NULL)
                         : apr_pstrcat(run->pool, "holds kvno ", text, NULL);
}

static void judge(const asactl_verify_run_t *run, size_t name, size_t place)
{
    asactl_verify_cell_t *cell = asactl_verify_cell_at(run, name, place);
    bool balancer = place == run->nodes;
    const asactl_verify_seen_t seen = {
        .spn = asactl_verify_name_at(run, name)->spn,
        .where = balancer ? NULL : APR_ARRAY_IDX(run->plan->nodes, (int)place, const char *),
        .ticket = &run->out->tickets[name],
        .reached = balancer ? NULL : &run->out->reached[place],
        .visit = &cell->visit,
        .proven = cell->proven,
        .unproven = cell->unproven,
        .user = run->plan->user,
        .held = balancer ? NULL : held_by(run, place),
        .account = run->plan->account,
        .holders = run->out->holders[name]};

    asactl_verify_result_judge(run->pool, &seen, &cell->result);
}

/* The line of a visit through the balancer is on one of the nodes, if that was asked. */
static void explain_line(const asactl_verify_run_t *run, size_t name)
{
    asactl_visit_t *visit =
        run->plan->balancer ? &asactl_verify_cell_at(run, name, run->nodes)->visit : NULL;

    if (visit == NULL || visit->line.seen || visit->line.why != NULL) {
        return;
    }
    if (is_logged(run, name) || visit->line.why == NULL) {
        visit->line.why = visit->id == NULL ? "its answer has no request-id"
                                            : "none of the nodes that were asked has it";
    }
}

static void judge_all(const asactl_verify_run_t *run)
{
    for (size_t i = 0; i < run->names; i++) {
        for (size_t j = 0; j < run->out->places; j++) {
            asactl_verify_check_reply(run, i, j);
        }
        explain_line(run, i);
        look_up_holders(run, i);
        for (size_t j = 0; j < run->out->places; j++) {
            judge(run, i, j);
        }
    }
}

void asactl_verify_run(apr_pool_t *pool, const asactl_verify_plan_t *plan, asactl_verify_t *out)
{
    asactl_verify_run_t run = {.pool = pool,
                               .plan = plan,
                               .out = out,
                               .names = (size_t)plan->names->nelts,
                               .nodes = (size_t)plan->nodes->nelts};
    size_t cells;

    *out = (asactl_verify_t){.plan = plan, .places = run.nodes + (plan->balancer ? 1 : 0)};
    cells = run.names * out->places;
    out->tickets = apr_pcalloc(pool, (run.names + 1) * sizeof *out->tickets);
    out->holders = apr_pcalloc(pool, (run.names + 1) * sizeof *out->holders);
    out->reached = apr_pcalloc(pool, (run.nodes + 1) * sizeof *out->reached);
    out->reports = apr_pcalloc(pool, (run.nodes + 1) * sizeof *out->reports);
    out->cells = apr_pcalloc(pool, (cells + 1) * sizeof *out->cells);
    run.initiators = apr_pcalloc(pool, (run.names + 1) * sizeof(asa_initiator_t *));
    run.contexts = apr_pcalloc(pool, (cells + 1) * sizeof(asa_context_t *));
    asactl_verify_get_tickets(&run);
    asactl_out_step("asking %d node%s what they serve", plan->nodes->nelts,
                    plan->nodes->nelts == 1 ? "" : "s");
    asactl_verify_look_at_nodes(&run);
    if (plan->balancer) {
        visit_balancer(&run);
    }
    asactl_out_step("signing in on %d node%s, past the balancer", plan->nodes->nelts,
                    plan->nodes->nelts == 1 ? "" : "s");
    asactl_verify_send_errands(&run, true);
    if (wants_lines(&run)) {
        asactl_verify_send_errands(&run, false);
    }
    judge_all(&run);
}
