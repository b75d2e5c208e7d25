/* SPDX-License-Identifier: Apache-2.0
 *
 * The JSON document of a verification.
 */
#include "asactl/verify_show.h"

#include <apr_strings.h>

#include "asactl/node_report.h"
#include "asactl/out.h"
#include "core/time_text.h"
#include "core/token.h"

static const char *const verdicts[] = {[ASACTL_VERIFY_YES] = "yes",
                                       [ASACTL_VERIFY_NO] = "no",
                                       [ASACTL_VERIFY_NOT_TRIED] = "not tried"};

static json_t *text(const char *value)
{
    return asactl_node_report_text(value);
}

static json_t *time_json(apr_pool_t *pool, apr_time_t at)
{
    return at == 0 ? json_null() : json_string(asa_time_text_iso(pool, at));
}

static json_t *ticket_json(apr_pool_t *pool, const asactl_service_ticket_t *ticket)
{
    if (ticket->state != ASACTL_SERVICE_TICKET_GOT) {
        return json_pack("{s:o}", "error", text(ticket->words));
    }
    return json_pack("{s:o, s:I, s:o, s:o, s:o, s:o, s:o}", "server", text(ticket->server), "kvno",
                     (json_int_t)ticket->kvno, "etype",
                     text(asa_token_etype_name(pool, ticket->etype)), "session_etype",
                     text(asa_token_etype_name(pool, ticket->session_etype)), "start",
                     time_json(pool, ticket->start), "end", time_json(pool, ticket->end),
                     "renewable", time_json(pool, ticket->renewable));
}

static json_t *line_json(const asactl_visit_line_t *line)
{
    if (!line->seen) {
        return json_null();
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "node", text(line->node),
                     "user", text(line->user), "reason", text(line->reason), "package",
                     text(line->package), "spn", text(line->spn), "kvno", text(line->kvno), "etype",
                     text(line->etype), "key", text(line->key), "bound", text(line->bound));
}

static json_t *cell_json(const asactl_verify_t *verify, size_t name, size_t place)
{
    const asactl_verify_cell_t *cell = asactl_verify_cell(verify, name, place);
    bool balancer = asactl_verify_is_balancer(verify, place);
    bool answered = cell->visit.state == ASACTL_VISIT_ANSWERED;

    return json_pack(
        "{s:o, s:o, s:b, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o}", "spn",
        text(APR_ARRAY_IDX(verify->plan->names, (int)name, asactl_verify_name_t).spn), "node",
        balancer ? json_null() : text(APR_ARRAY_IDX(verify->plan->nodes, (int)place, const char *)),
        "balancer", balancer, "url", text(cell->visit.url), "result",
        verdicts[cell->result.verdict], "name", text(cell->result.name), "sentence",
        text(cell->result.sentence), "remedy", text(cell->result.remedy), "note",
        text(cell->result.note), "status",
        answered ? json_integer(cell->visit.status) : json_null(), "mutual", cell->proven,
        "request_id", text(cell->visit.id), "line", line_json(&cell->visit.line), "line_unseen",
        text(cell->visit.line.why));
}

void asactl_verify_show_json(apr_pool_t *pool, const asactl_verify_t *verify,
                             const apr_array_header_t *skipped)
{
    json_t *names = json_array(), *visits = json_array(), *others = json_array();

    for (int i = 0; i < verify->plan->names->nelts; i++) {
        json_array_append_new(
            names, json_pack("{s:o, s:o}", "spn",
                             text(APR_ARRAY_IDX(verify->plan->names, i, asactl_verify_name_t).spn),
                             "ticket", ticket_json(pool, &verify->tickets[i])));
        for (size_t j = 0; j < verify->places; j++) {
            json_array_append_new(visits, cell_json(verify, (size_t)i, j));
        }
    }
    for (int i = 0; i < skipped->nelts; i++) {
        const asactl_verify_name_t *name = &APR_ARRAY_IDX(skipped, i, asactl_verify_name_t);
        json_array_append_new(others,
                              json_pack("{s:o, s:s}", "spn", text(name->spn), "why", name->why));
    }
    asactl_out_json(
        json_pack("{s:o, s:o, s:o, s:I, s:I, s:o, s:o, s:o}", "client",
                  text(asactl_service_tickets_client(verify->plan->tickets)), "user",
                  text(verify->plan->user), "account", text(verify->plan->account), "succeeded",
                  (json_int_t)asactl_verify_show_count(verify, ASACTL_VERIFY_YES), "failed",
                  (json_int_t)asactl_verify_show_count(verify, ASACTL_VERIFY_NO), "names", names,
                  "visits", visits, "not_tried", others));
}
