/* SPDX-License-Identifier: Apache-2.0
 *
 * What a roll sees: keys of the nodes, tickets of the domain controllers, what an earlier one left.
 */
#include "asactl/roll_private.h"

#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "asactl/caller_plan.h"
#include "asactl/node.h"
#include "asactl/out.h"

static void look_at_controller(asactl_roll_t *roll, asactl_roll_controller_t *out)
{
    const asa_keys_t lists[] = {roll->known, roll->next};
    const asactl_kdc_t kdc = {.host = out->host,
                              .realm = roll->realm,
                              .tickets =
                                  asactl_caller_tickets(asactl_directory_caller(roll->directory))};
    asactl_kdc_ticket_t ticket;
    asa_keys_t keys;

    out->id = NULL;
    out->kvno = 0;
    out->outcome = (asactl_outcome_t){.code = ASACTL_OK};
    if (asactl_kdc_ticket(roll->pool, &kdc, roll->account.sam, &ticket, &out->outcome)) {
        asactl_roll_keys_unite(roll->pool, lists, 2, &keys);
        out->kvno = ticket.kvno;
        out->id = asactl_roll_keys_opener(roll->pool, &keys, &ticket);
    }
}

void asactl_roll_look_at_controllers(asactl_roll_t *roll)
{
    size_t count = (size_t)roll->controllers->nelts;
    asactl_roll_controller_t *list = apr_pcalloc(roll->pool, (count + 1) * sizeof *list);

    for (size_t i = 0; i < count; i++) {
        const asactl_roll_controller_t *before =
            i < roll->seen.controller_count ? &roll->seen.controllers[i] : NULL;

        list[i].host = APR_ARRAY_IDX(roll->controllers, i, const char *);
        list[i].followed =
            before != NULL && (before->followed || asactl_roll_plan_follows(&roll->seen, before));
        look_at_controller(roll, &list[i]);
    }
    roll->seen.controllers = list;
    roll->seen.controller_count = count;
    if (count > 0 && list[0].outcome.code == ASACTL_OK) {
        roll->seen.kvno = list[0].kvno;
    }
}

/* What each node holds of the account; one that holds nothing yet is as good as another. */
void asactl_roll_look_at_nodes(asactl_roll_t *roll)
{
    const asactl_node_request_t request = {
        .verb = ASACTL_NODE_EXPORT, .account = roll->account.sam, .realm = roll->realm};
    size_t count = (size_t)roll->nodes->nelts;
    asactl_node_answer_t *answers = apr_pcalloc(roll->pool, (count + 1) * sizeof *answers);
    asactl_roll_node_t *list = apr_pcalloc(roll->pool, (count + 1) * sizeof *list);
    asa_keys_t *keys = apr_pcalloc(roll->pool, (count + 1) * sizeof *keys);

    asactl_node_ask(roll->pool, roll->settings, &request, roll->nodes, answers);
    for (size_t i = 0; i < count; i++) {
        list[i] = (asactl_roll_node_t){.node = answers[i].node, .outcome = answers[i].outcome};
        if (answers[i].outcome.code == ASACTL_NOT_FOUND) {
            list[i].outcome = (asactl_outcome_t){.code = ASACTL_OK};
        }
        keys[i] = answers[i].keys;
        list[i].held = asactl_roll_keys_ids(roll->pool, &keys[i]);
        list[i].count = keys[i].count;
    }
    asactl_roll_keys_unite(roll->pool, keys, count, &roll->known);
    roll->seen.nodes = list;
    roll->seen.node_count = count;
}

static bool list_controllers(asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    const char *first = asactl_directory_server(roll->directory);
    apr_array_header_t *found, *list = apr_array_make(roll->pool, 4, sizeof(const char *));

    if (!asactl_directory_controllers(roll->directory, roll->pool, &found, outcome)) {
        return false;
    }
    APR_ARRAY_PUSH(list, const char *) = first;
    for (int i = 0; i < found->nelts; i++) {
        const char *host = APR_ARRAY_IDX(found, i, const char *);
        if (strcasecmp(host, first) != 0) {
            APR_ARRAY_PUSH(list, const char *) = host;
        }
    }
    roll->controllers = list;
    return true;
}

static void note_stale(asactl_roll_t *roll, const apr_array_header_t *noted, uint32_t above)
{
    asactl_roll_plan_stale(roll->pool, asactl_roll_keys_ids(roll->pool, &roll->known),
                           roll->known.count, noted, above, &roll->seen);
}

/* A roll was killed behind its change of the directory if that now uses the key that it noted. */
static void take_up(asactl_roll_t *roll)
{
    const apr_array_header_t *noted = asactl_roll_lock_read(roll->lock, roll->pool);

    roll->begun = noted->nelts > 0 ? APR_ARRAY_IDX(noted, noted->nelts - 1, asactl_roll_key_t)
                                   : (asactl_roll_key_t){0};
    roll->seen.next = roll->begun;
    for (size_t i = 0; i < roll->seen.controller_count; i++) {
        if (asactl_roll_plan_follows(&roll->seen, &roll->seen.controllers[i])) {
            asactl_roll_keys_select(roll->pool, &roll->known, roll->begun.kvno, &roll->begun,
                                    &roll->next);
            roll->previous = roll->begun.kvno - 1;
            note_stale(roll, noted, roll->previous);
            return;
        }
    }
    roll->begun = (asactl_roll_key_t){0};
    roll->seen.next = roll->begun;
    roll->previous = roll->seen.kvno;
    note_stale(roll, noted, roll->seen.kvno);
}

/* The length of the folder's part. */
static size_t folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/* Is it the same name in the same folder?  A node puts a new file there: what only leads to the old
 * one, by a link, would not lead to that. */
static bool is_same_place(apr_pool_t *pool, const char *a, const char *b)
{
    struct stat one, other;
    size_t a_len = a == NULL ? 0 : folder_of(a), b_len = folder_of(b);

    return a_len > 0 && b_len > 0 && strcmp(a + a_len, b + b_len) == 0 &&
           stat(apr_pstrmemdup(pool, a, a_len), &one) == 0 &&
           stat(apr_pstrmemdup(pool, b, b_len), &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

/* An account that rolls itself must not lock itself out. */
static bool caller_may(const asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    char host[256] = "";
    const asactl_settings_t *settings = roll->settings;
    const asactl_caller_plan_t plan = {
        .account = roll->account.sam,
        .is_itself = asactl_directory_is_caller(roll->directory, &roll->account),
        .file = settings->client_keytab,
        .same_file = is_same_place(roll->pool, settings->client_keytab, settings->keytab),
        .host = host,
        .nodes = roll->nodes};

    if (gethostname(host, sizeof host - 1) != 0) {
        host[0] = '\0';
    }
    if (asactl_caller_plan_may_roll(roll->pool, &plan, outcome)) {
        return true;
    }
    if (outcome->code != ASACTL_REFUSED_TO_ACT || !settings->force) {
        return false;
    }
    asactl_out_warning("%s", asactl_out_safe(roll->pool, outcome->sentence));
    *outcome = (asactl_outcome_t){.code = ASACTL_OK};
    return true;
}

bool asactl_roll_begin(asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    roll->seen = (asactl_roll_seen_t){0};
    if (!asactl_directory_find(roll->directory, roll->pool, roll->settings->account, &roll->account,
                               outcome) ||
        !caller_may(roll, outcome) || !list_controllers(roll, outcome) ||
        !asactl_roll_lock_take(roll->pool, roll->realm, roll->account.sam, &roll->lock, outcome)) {
        return false;
    }
    roll->seen.account = roll->account.sam;
    roll->seen.disabled = roll->account.disabled;
    roll->seen.kvno = roll->account.kvno;
    asactl_out_step("looking at %d node%s and %d domain controller%s", roll->nodes->nelts,
                    roll->nodes->nelts == 1 ? "" : "s", roll->controllers->nelts,
                    roll->controllers->nelts == 1 ? "" : "s");
    asactl_roll_look_at_nodes(roll);
    asactl_roll_look_at_controllers(roll);
    /* Where no node holds the key of now, nobody signs in anyway, and httpd may be still to come.
     */
    roll->seen.ask_workers = roll->settings->status != NULL && roll->seen.controller_count > 0 &&
                             roll->seen.controllers[0].id != NULL;
    take_up(roll);
    return true;
}

asactl_roll_step_t asactl_roll_first(asactl_roll_t *roll, asactl_outcome_t *outcome)
{
    return asactl_roll_plan_next(roll->pool, &roll->seen, outcome);
}
