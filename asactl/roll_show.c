/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints the plan and the result of a roll.
 */
#include "asactl/roll_show.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/node.h"
#include "asactl/node_show.h"
#include "asactl/out.h"
#include "core/time_text.h"

/* --- the plan --- */

static const char *names(apr_pool_t *pool, const apr_array_header_t *list)
{
    return asactl_out_safe(pool, apr_array_pstrcat(pool, list, ' '));
}

void asactl_roll_show_plan(const asactl_roll_t *roll, asactl_roll_step_t first)
{
    const asactl_roll_seen_t *seen = &roll->seen;
    uint32_t kvno = first == ASACTL_ROLL_MAKE ? seen->kvno + 1 : seen->next.kvno;
    apr_pool_t *pool = roll->pool;

    if (first == ASACTL_ROLL_MAKE) {
        asactl_out_line("The password of %s\\%s will change (kvno %u to %u):",
                        asactl_out_safe(pool, roll->account.netbios_domain),
                        asactl_out_safe(pool, seen->account), seen->kvno, kvno);
        asactl_out_line("  1. the nodes take the next key beside those of now: %s",
                        names(pool, roll->nodes));
        if (seen->ask_workers) {
            asactl_out_line("  2. their workers hold it, as asa-status shows");
        } else {
            asactl_out_line("  2. %.1f s for their workers to take it up",
                            (double)roll->pause / APR_USEC_PER_SEC);
        }
        asactl_out_line("  3. the password is set at %s", seen->controllers[0].host);
    } else {
        asactl_out_line("A roll of %s\\%s to kvno %u had begun; it will be finished:",
                        asactl_out_safe(pool, roll->account.netbios_domain),
                        asactl_out_safe(pool, seen->account), kvno);
    }
    asactl_out_line("  - every domain controller uses it, as a ticket of each proves: %s",
                    names(pool, roll->controllers));
    asactl_out_line("  - the key of now stays as Previous");
    if (seen->stale_count > 0) {
        asactl_out_line("  - %u keys that no controller uses go", (unsigned)seen->stale_count);
    }
    if (first == ASACTL_ROLL_MAKE && seen->controllers[0].id == NULL) {
        asactl_out_warning("no node holds the key of now: tickets that clients have are refused "
                           "until they get new ones");
    }
}

void asactl_roll_show_dry_run(const asactl_roll_t *roll)
{
    asactl_out_line("Nothing was changed.");
    asactl_out_json(json_pack(
        "{s:o, s:b, s:I, s:I}", "account", asactl_node_report_text(roll->account.sam), "dry_run", 1,
        "kvno", (json_int_t)roll->seen.kvno, "next", (json_int_t)roll->seen.next.kvno));
}

/* --- the result --- */

static const asactl_node_key_t *find(const asactl_node_report_t *report, const char *account,
                                     const char *slot)
{
    for (int i = 0; report->keys != NULL && i < report->keys->nelts; i++) {
        const asactl_node_key_t *key = &APR_ARRAY_IDX(report->keys, i, asactl_node_key_t);
        if (strcasecmp(key->account, account) == 0 && strcmp(key->slot, slot) == 0) {
            return key;
        }
    }
    return NULL;
}

static void put_slot(const asactl_roll_t *roll, const asactl_node_report_t *report,
                     const char *title, const char *slot)
{
    const asactl_node_key_t *key = find(report, roll->account.sam, slot);

    if (key == NULL) {
        asactl_out_line("  %s <Not set>", title);
        return;
    }
    asactl_out_line("  %s %s, %s\\%s", title, asa_time_text_utc(roll->pool, key->time),
                    asactl_out_safe(roll->pool, roll->account.netbios_domain),
                    asactl_out_safe(roll->pool, key->account));
}

static void put_nodes(const asactl_roll_t *roll, const asactl_node_answer_t *answers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        asactl_out_line("%s", asactl_out_safe(roll->pool, answers[i].node));
        if (answers[i].outcome.code != ASACTL_OK) {
            asactl_out_line("  %s", asactl_out_safe(roll->pool, answers[i].outcome.sentence));
            continue;
        }
        put_slot(roll, &answers[i].report, "Latest:", "latest");
        put_slot(roll, &answers[i].report, "Previous:", "previous");
    }
}

static json_t *controllers_json(const asactl_roll_t *roll)
{
    json_t *list = json_array();

    for (size_t i = 0; i < roll->seen.controller_count; i++) {
        const asactl_roll_controller_t *one = &roll->seen.controllers[i];
        json_array_append_new(list, json_pack("{s:o, s:I, s:b}", "host",
                                              asactl_node_report_text(one->host), "kvno",
                                              (json_int_t)one->kvno, "uses",
                                              (int)asactl_roll_plan_follows(&roll->seen, one)));
    }
    return list;
}

/* What the first controller's ticket says of the password, for a roll that is not complete. */
static const char *which_password(const asactl_roll_t *roll)
{
    const asactl_roll_controller_t *first = roll->seen.controllers;

    if (roll->seen.controller_count > 0 && asactl_roll_plan_follows(&roll->seen, first)) {
        return "is the new one";
    }
    if (roll->seen.controller_count > 0 && first->outcome.code == ASACTL_OK &&
        first->kvno != roll->previous) {
        return "is one that somebody else has set";
    }
    if (roll->tried && (roll->seen.controller_count == 0 || first->outcome.code != ASACTL_OK)) {
        return "may be the new one already: run the same command again when the domain controller "
               "answers";
    }
    return "is as it was";
}

void asactl_roll_show_result(const asactl_roll_t *roll, bool complete)
{
    const asactl_node_request_t request = {.verb = ASACTL_NODE_STATUS};
    size_t count = (size_t)roll->nodes->nelts;
    asactl_node_answer_t *answers = apr_pcalloc(roll->pool, (count + 1) * sizeof *answers);
    json_t *nodes = json_array();

    asactl_node_ask(roll->pool, roll->settings, &request, roll->nodes, answers);
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(nodes, asactl_node_show_json(&answers[i]));
    }
    put_nodes(roll, answers, count);
    if (complete) {
        asactl_out_line("The roll is complete: kvno %u is on %u node%s, and %u domain "
                        "controller%s it.",
                        roll->seen.next.kvno, (unsigned)count, count == 1 ? "" : "s",
                        (unsigned)roll->seen.controller_count,
                        roll->seen.controller_count == 1 ? " uses" : "s use");
    } else {
        asactl_out_line("The roll is not complete; the password %s.", which_password(roll));
    }
    asactl_out_json(json_pack(
        "{s:o, s:I, s:b, s:b, s:o, s:o}", "account", asactl_node_report_text(roll->account.sam),
        "kvno", (json_int_t)roll->seen.kvno, "complete", (int)complete, "changed",
        (int)roll->changed, "controllers", controllers_json(roll), "nodes", nodes));
}
