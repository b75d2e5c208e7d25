/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints the matrix of names and places, and what stands behind it.
 */
#include "asactl/verify_show.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/out.h"
#include "core/time_text.h"
#include "core/token.h"

typedef struct {
    apr_pool_t *pool;
    const asactl_verify_t *verify;
    size_t names;
} show_t;

static const asactl_verify_name_t *name_at(const show_t *show, size_t index)
{
    return &APR_ARRAY_IDX(show->verify->plan->names, (int)index, asactl_verify_name_t);
}

static const char *place_name(const show_t *show, size_t place)
{
    return asactl_verify_is_balancer(show->verify, place)
               ? "balancer"
               : APR_ARRAY_IDX(show->verify->plan->nodes, (int)place, const char *);
}

static const char *safe(const show_t *show, const char *text)
{
    return asactl_out_safe(show->pool, text);
}

size_t asactl_verify_show_count(const asactl_verify_t *verify, asactl_verify_verdict_t verdict)
{
    size_t count = 0, cells = (size_t)verify->plan->names->nelts * verify->places;

    for (size_t i = 0; i < cells; i++) {
        count += verify->cells[i].result.verdict == verdict ? 1 : 0;
    }
    return count;
}

/* --- tickets and visits, with -v --- */

static const char *when(const show_t *show, apr_time_t at)
{
    return at == 0 ? "no" : asa_time_text_utc(show->pool, at);
}

static void show_ticket(const show_t *show, size_t name)
{
    const asactl_service_ticket_t *ticket = &show->verify->tickets[name];

    asactl_out_line("Ticket for %s", safe(show, name_at(show, name)->spn));
    if (ticket->state != ASACTL_SERVICE_TICKET_GOT) {
        asactl_out_line("    none: %s", safe(show, ticket->words));
        return;
    }
    asactl_out_line("    client     %s",
                    safe(show, asactl_service_tickets_client(show->verify->plan->tickets)));
    asactl_out_line("    server     %s", safe(show, ticket->server));
    asactl_out_line("    key        kvno %u, %s", ticket->kvno,
                    asa_token_etype_name(show->pool, ticket->etype));
    asactl_out_line("    session    %s", asa_token_etype_name(show->pool, ticket->session_etype));
    asactl_out_line("    valid      %s to %s", when(show, ticket->start), when(show, ticket->end));
    asactl_out_line("    renewable  %s%s", ticket->renewable != 0 ? "until " : "",
                    when(show, ticket->renewable));
}

enum { SPN, WHERE, STATUS, PROVEN, USER, KEY, BOUND, REQUEST, COLUMNS };

static const char *key_of(const show_t *show, const asactl_visit_line_t *line)
{
    return line->kvno == NULL ? NULL
                              : apr_pstrcat(show->pool, "kvno ", line->kvno, " ",
                                            line->key != NULL ? line->key : "", NULL);
}

static void show_visits(const show_t *show)
{
    static const char *const titles[COLUMNS] = {"Name", "At",  "Status", "Mutual",
                                                "User", "Key", "Bound",  "Request"};
    size_t rows = 0;
    const char **cells =
        apr_pcalloc(show->pool, (show->names * show->verify->places + 1) * sizeof *cells * COLUMNS);

    for (size_t i = 0; i < show->names; i++) {
        for (size_t j = 0; j < show->verify->places; j++) {
            const asactl_verify_cell_t *cell = asactl_verify_cell(show->verify, i, j);
            const asactl_visit_t *visit = &cell->visit;
            if (visit->state == ASACTL_VISIT_ANSWERED) {
                const char **row = &cells[rows++ * COLUMNS];
                row[SPN] = name_at(show, i)->spn;
                row[WHERE] = place_name(show, j);
                row[STATUS] = apr_psprintf(show->pool, "%ld", visit->status);
                row[PROVEN] = cell->proven ? "yes" : "no";
                row[USER] = visit->line.user;
                row[KEY] = key_of(show, &visit->line);
                row[BOUND] = visit->line.bound;
                row[REQUEST] = visit->id;
            }
        }
    }
    if (rows > 0) {
        asactl_out_line("%s", "");
        asactl_out_table(show->pool, titles, COLUMNS, cells, rows);
    }
}

/* --- the matrix --- */

static const char *cell_text(const show_t *show, size_t name, size_t place)
{
    const asactl_verify_cell_t *cell = asactl_verify_cell(show->verify, name, place);
    const asactl_visit_line_t *line = &cell->visit.line;
    const char *text = "yes";

    if (cell->result.verdict != ASACTL_VERIFY_YES) {
        return cell->result.verdict == ASACTL_VERIFY_NO ? cell->result.name : "not tried";
    }
    if (line->kvno != NULL) {
        text = apr_pstrcat(show->pool, text, ", kvno ", line->kvno, NULL);
    }
    if (asactl_verify_is_balancer(show->verify, place) && line->node != NULL) {
        text = apr_pstrcat(show->pool, text, ", by ", line->node, NULL);
    }
    return cell->result.note == NULL ? text
                                     : apr_pstrcat(show->pool, text, ", ", cell->result.note, NULL);
}

/* What there is more of goes down: names, or places. */
static void show_matrix(const show_t *show)
{
    size_t places = show->verify->places;
    bool turned = show->names > places;
    size_t rows = turned ? show->names : places, columns = (turned ? places : show->names) + 1;
    const char **titles = apr_pcalloc(show->pool, columns * sizeof *titles);
    const char **cells = apr_pcalloc(show->pool, rows * columns * sizeof *cells);

    titles[0] = turned ? "Name" : "Signed in at";
    for (size_t i = 1; i < columns; i++) {
        titles[i] = safe(show, turned ? place_name(show, i - 1) : name_at(show, i - 1)->spn);
    }
    for (size_t i = 0; i < rows; i++) {
        cells[i * columns] = turned ? name_at(show, i)->spn : place_name(show, i);
        for (size_t j = 1; j < columns; j++) {
            cells[i * columns + j] = turned ? cell_text(show, i, j - 1) : cell_text(show, j - 1, i);
        }
    }
    asactl_out_table(show->pool, titles, columns, cells, rows);
}

/* --- what failed --- */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_result(const asactl_verify_cell_t *a, const asactl_verify_cell_t *b)
{
    return a->result.verdict == b->result.verdict && same_text(a->result.name, b->result.name) &&
           same_text(a->result.sentence, b->result.sentence) &&
           same_text(a->result.remedy, b->result.remedy);
}

/* Was the same said already, of an earlier place or name? */
static bool is_said(const show_t *show, size_t name, size_t place)
{
    const asactl_verify_cell_t *cell = asactl_verify_cell(show->verify, name, place);

    for (size_t i = 0; i < name * show->verify->places + place; i++) {
        if (same_result(&show->verify->cells[i], cell)) {
            return true;
        }
    }
    return false;
}

/* Everything of which the same is to be said: "http/mail…: node1, node2". */
static const char *whereabouts(const show_t *show, const asactl_verify_cell_t *cell)
{
    const char *text = "";

    for (size_t i = 0; i < show->names; i++) {
        const char *places = "";
        size_t count = 0;
        for (size_t j = 0; j < show->verify->places; j++) {
            if (same_result(asactl_verify_cell(show->verify, i, j), cell)) {
                count++;
                places = apr_pstrcat(show->pool, places, *places != '\0' ? ", " : "",
                                     safe(show, place_name(show, j)), NULL);
            }
        }
        if (*places != '\0') {
            text = apr_pstrcat(show->pool, text, *text != '\0' ? "; " : "",
                               safe(show, name_at(show, i)->spn),
                               count == show->verify->places && count > 1 ? " everywhere" : " at ",
                               count == show->verify->places && count > 1 ? "" : places, NULL);
        }
    }
    return text;
}

static void show_findings(const show_t *show)
{
    for (size_t i = 0; i < show->names; i++) {
        for (size_t j = 0; j < show->verify->places; j++) {
            const asactl_verify_cell_t *cell = asactl_verify_cell(show->verify, i, j);
            const asactl_verify_result_t *result = &cell->result;
            if (result->verdict == ASACTL_VERIFY_YES || is_said(show, i, j)) {
                continue;
            }
            asactl_out_line("%s", "");
            asactl_out_line("%s: %s", result->name, whereabouts(show, cell));
            asactl_out_line("  %s", safe(show, result->sentence));
            if (result->remedy != NULL) {
                asactl_out_line("  %s", safe(show, result->remedy));
            }
        }
    }
}

/* NULL: nothing is missing. */
static const char *unseen(const asactl_verify_cell_t *cell)
{
    if (cell->result.verdict != ASACTL_VERIFY_YES || cell->visit.line.seen) {
        return NULL;
    }
    return cell->visit.line.why != NULL ? cell->visit.line.why : "it is not there";
}

/* Every place where a line was not seen for this reason: "node1, balancer". */
static const char *unseen_at(const show_t *show, const char *why)
{
    const char *text = "";

    for (size_t j = 0; j < show->verify->places; j++) {
        bool found = false;
        for (size_t i = 0; i < show->names && !found; i++) {
            const char *one = unseen(asactl_verify_cell(show->verify, i, j));
            found = one != NULL && strcmp(one, why) == 0;
        }
        if (found) {
            text = apr_pstrcat(show->pool, text, *text != '\0' ? ", " : "",
                               safe(show, place_name(show, j)), NULL);
        }
    }
    return text;
}

/* Why lines were not seen, once each. */
static void show_unseen(const show_t *show)
{
    apr_table_t *said = apr_table_make(show->pool, 4);

    for (size_t i = 0; i < show->names * show->verify->places; i++) {
        const char *why = unseen(&show->verify->cells[i]);
        if (why != NULL && apr_table_get(said, why) == NULL) {
            apr_table_setn(said, why, "");
            asactl_out_line("Line not seen at %s, so user and key are not compared: %s",
                            unseen_at(show, why), safe(show, why));
        }
    }
}

/* Who came out, wherever a line says it; NULL: nobody, or not everywhere the same. */
static const char *everywhere_user(const show_t *show)
{
    const char *user = NULL;

    for (size_t i = 0; i < show->names * show->verify->places; i++) {
        const char *one = show->verify->cells[i].visit.line.user;
        if (one != NULL && user != NULL && strcmp(one, user) != 0) {
            return NULL;
        }
        user = one != NULL ? one : user;
    }
    return user;
}

/* A name without a dot is tried at the name that its virtual host has. */
static void show_others(const show_t *show)
{
    for (size_t i = 0; i < show->names; i++) {
        for (size_t j = 0; j < show->verify->places; j++) {
            const char *url = asactl_verify_cell(show->verify, i, j)->visit.url;
            asactl_visit_url_t parts;
            if (url != NULL && asactl_visit_url(show->pool, url, &parts) &&
                strcasecmp(parts.host, name_at(show, i)->host) != 0) {
                asactl_out_line("%s is tried at %s, whose virtual host has that name, too: no "
                                "certificate carries a host without a dot.",
                                safe(show, name_at(show, i)->spn), safe(show, parts.host));
                break;
            }
        }
    }
}

void asactl_verify_show_text(apr_pool_t *pool, const asactl_verify_t *verify,
                             const apr_array_header_t *skipped, bool verbose)
{
    const show_t show = {pool, verify, (size_t)verify->plan->names->nelts};
    size_t yes = asactl_verify_show_count(verify, ASACTL_VERIFY_YES);
    size_t no = asactl_verify_show_count(verify, ASACTL_VERIFY_NO);
    const char *user;

    for (size_t i = 0; i < show.names && verbose; i++) {
        show_ticket(&show, i);
    }
    if (verbose) {
        show_visits(&show);
        asactl_out_line("%s", "");
    }
    show_matrix(&show);
    show_findings(&show);
    asactl_out_line("%s", "");
    show_unseen(&show);
    show_others(&show);
    for (int i = 0; i < skipped->nelts; i++) {
        const asactl_verify_name_t *name = &APR_ARRAY_IDX(skipped, i, asactl_verify_name_t);
        asactl_out_line("Not tried: %s, %s", safe(&show, name->spn), name->why);
    }
    user = everywhere_user(&show);
    asactl_out_line(
        "%" APR_SIZE_T_FMT " of %" APR_SIZE_T_FMT " sign-ins of %s succeeded%s%s%s", yes, yes + no,
        safe(&show, asactl_service_tickets_client(verify->plan->tickets)),
        user != NULL ? ", as " : "", user != NULL ? safe(&show, user) : "",
        no == 0 && yes > 0 ? ", each with a fresh ticket and mutual authentication." : ".");
}
