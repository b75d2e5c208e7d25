/* SPDX-License-Identifier: Apache-2.0
 *
 * Tickets for the names, the tokens made of them, and what a server proves in return.
 */
#include "asactl/verify_private.h"

#include <apr_strings.h>

#include "asactl/out.h"
#include "core/negotiate.h"

static void get_ticket(const asactl_verify_run_t *run, size_t name)
{
    const char *spn = asactl_verify_name_at(run, name)->spn;
    asactl_service_ticket_t *ticket = &run->out->tickets[name];
    const char *error;

    asactl_service_tickets_get(run->plan->tickets, run->pool, spn, ticket);
    if (ticket->state != ASACTL_SERVICE_TICKET_GOT) {
        return;
    }
    error = asa_gss_initiator_make(run->pool, asactl_service_tickets_cache(run->plan->tickets),
                                   apr_pstrcat(run->pool, spn, "@", run->plan->realm, NULL),
                                   &run->initiators[name]);
    if (error != NULL) {
        run->initiators[name] = NULL;
        *ticket = (asactl_service_ticket_t){.state = ASACTL_SERVICE_TICKET_NONE, .words = error};
    }
}

void asactl_verify_get_tickets(const asactl_verify_run_t *run)
{
    for (size_t i = 0; i < run->names; i++) {
        asactl_out_step("getting a ticket for %s",
                        asactl_out_safe(run->pool, asactl_verify_name_at(run, i)->spn));
        get_ticket(run, i);
    }
}

bool asactl_verify_make_token(const asactl_verify_run_t *run, size_t name, size_t place)
{
    asactl_visit_t *visit = &asactl_verify_cell_at(run, name, place)->visit;
    asa_context_t **context = &run->contexts[name * run->out->places + place];
    const unsigned char *token;
    size_t len;
    const char *error;

    if (*context != NULL) {
        asa_gss_context_destroy(*context);
        *context = NULL;
    }
    error = asa_gss_initiate(run->initiators[name],
                             visit->bindings.len > 0 ? visit->bindings.bytes : NULL,
                             visit->bindings.len, run->pool, context, &token, &len);
    if (error != NULL) {
        visit->state = ASACTL_VISIT_NOT_MADE;
        visit->error =
            apr_pstrcat(run->pool, "is not visited, as no token can be made: ", error, NULL);
        return false;
    }
    visit->authorization = asa_negotiate_write(run->pool, token, len);
    return true;
}

void asactl_verify_check_reply(const asactl_verify_run_t *run, size_t name, size_t place)
{
    asactl_verify_cell_t *cell = asactl_verify_cell_at(run, name, place);
    asa_context_t **context = &run->contexts[name * run->out->places + place];
    asa_authorization_t reply;

    if (*context == NULL) {
        return;
    }
    asa_negotiate_read(run->pool, cell->visit.reply, &reply);
    if (cell->visit.state == ASACTL_VISIT_ANSWERED && reply.token != NULL) {
        cell->unproven = asa_gss_initiate_finish(*context, reply.token, reply.token_len, run->pool);
        cell->proven = cell->unproven == NULL;
    } else {
        asa_gss_context_destroy(*context);
    }
    *context = NULL;
}
