/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges the nodes as machines, and their key tables.
 */
#include "asactl/doctor_node_checks.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/doctor_account_checks.h"
#include "asactl/doctor_served.h"
#include "asactl/setting_value.h"
#include "asactl/shell_word.h"

#define READ_AS_ROOT                                                                               \
    "Run asactl as root there; over ssh, user in [ssh] of asactl.conf says as whom."
#define READ_JOURNAL "Run there: journalctl -k | grep -e 'apparmor=\"DENIED\"' -e 'avc: *denied'"

void asactl_doctor_check_nodes(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    for (size_t i = 0; i < facts->node_count; i++) {
        const asactl_outcome_t *outcome = &facts->nodes[i].outcome;

        if (outcome->code != ASACTL_OK) {
            asactl_doctor_fail(list, facts->nodes[i].node, outcome->remedy, "%s",
                               outcome->sentence);
        }
    }
    asactl_doctor_ok(list, "every node answers (%u)", (unsigned)facts->node_count);
}

/* Between asking and the answer, a clock that agrees is somewhere. */
static apr_time_t ahead_of_here(const asactl_node_answer_t *answer)
{
    apr_time_t time = answer->facts->time, last = answer->asked + answer->took;

    return time < answer->asked ? time - answer->asked : time > last ? time - last : 0;
}

void asactl_doctor_check_clock_nodes(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    const asactl_doctor_controller_t *first =
        facts->controllers->nelts > 0
            ? &APR_ARRAY_IDX(facts->controllers, 0, asactl_doctor_controller_t)
            : NULL;
    bool known = first != NULL && first->unseen == NULL;

    for (size_t i = 0; i < facts->node_count; i++) {
        if (asactl_doctor_node(facts, i) != NULL) {
            asactl_doctor_judge_clock(list, facts->nodes[i].node,
                                      ahead_of_here(&facts->nodes[i]) - (known ? first->ahead : 0),
                                      known ? first->host : "this machine");
        }
    }
    asactl_doctor_ok(list, "the clocks of the nodes agree with %s",
                     known ? first->host : "this machine");
}

/* --- the key table --- */

/* A node whose Latest is the directory's; NULL: none. */
static const char *good_node(const asactl_doctor_facts_t *facts)
{
    for (size_t i = 0; i < facts->node_count; i++) {
        if (asactl_doctor_node(facts, i) != NULL &&
            asactl_node_report_latest(&facts->nodes[i].report, facts->account.sam) ==
                facts->account.kvno) {
            return facts->nodes[i].node;
        }
    }
    return NULL;
}

/* Only --force puts keys beside those of another account. */
static bool serves_another(const asactl_node_report_t *report, const char *sam)
{
    for (int i = 0; report->keys != NULL && i < report->keys->nelts; i++) {
        const asactl_node_key_t *key = &APR_ARRAY_IDX(report->keys, i, asactl_node_key_t);

        if (strcmp(key->slot, "own") != 0 && !asactl_node_report_is_account(key->account, sam)) {
            return true;
        }
    }
    return false;
}

static const char *bring_keys(const asactl_doctor_facts_t *facts, apr_pool_t *pool,
                              const asactl_node_answer_t *answer)
{
    const char *good = good_node(facts);
    bool force = serves_another(&answer->report, facts->account.sam);

    return good == NULL ? "asactl roll --to-all gives every node a new key."
                        : apr_psprintf(pool, "asactl copy --from %s --to %s%s", good, answer->node,
                                       force ? " --force leaves the keys of other accounts there, "
                                               "and adds these"
                                             : "");
}

static void check_table(const asactl_doctor_facts_t *facts, const asactl_node_answer_t *answer,
                        asactl_doctor_list_t *list)
{
    const asactl_node_report_t *report = &answer->report;
    const char *node = answer->node, *sam = facts->account.sam;
    uint32_t kvno = facts->account.kvno, latest;

    if (report->denied) {
        asactl_doctor_unknown(list, node, READ_AS_ROOT, "%s: asactl there may not read %s", node,
                              report->keytab);
        return;
    }
    if (!report->exists || report->defect != NULL) {
        asactl_doctor_fail(list, node, bring_keys(facts, list->pool, answer), "%s: %s %s", node,
                           report->keytab,
                           report->defect != NULL ? report->defect : "does not exist");
        return;
    }
    latest = asactl_node_report_latest(report, sam);
    if (latest == 0) {
        asactl_doctor_fail(list, node, bring_keys(facts, list->pool, answer),
                           "%s holds no key of %s: it refuses everybody "
                           "(KRB_AP_ERR_MODIFIED)",
                           node, sam);
    } else if (kvno != 0 && latest < kvno) {
        asactl_doctor_fail(list, node, bring_keys(facts, list->pool, answer),
                           "%s holds kvno %u, and the directory uses %u: it missed a roll, and "
                           "refuses new tickets",
                           node, latest, kvno);
    } else if (kvno != 0 && latest > kvno) {
        asactl_doctor_warn(list, node, "asactl roll --to-all, run again, settles it.",
                           "%s holds kvno %u, and the directory uses %u: a roll was cut off", node,
                           latest, kvno);
    }
}

void asactl_doctor_check_key_table(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    for (size_t i = 0; i < facts->node_count; i++) {
        if (asactl_doctor_node(facts, i) != NULL) {
            check_table(facts, &facts->nodes[i], list);
        }
    }
    asactl_doctor_looked(list, facts->account.kvno, NULL,
                         "the directory does not say which kvno it uses");
    asactl_doctor_ok(list, "every node holds kvno %u, which the directory uses",
                     facts->account.kvno);
}

/* Is it said of the key table already that this node cannot have the key? */
static bool lacks_key(const asactl_doctor_facts_t *facts, const asactl_node_answer_t *answer)
{
    return !answer->report.exists || answer->report.defect != NULL ||
           asactl_node_report_latest(&answer->report, facts->account.sam) < facts->account.kvno ||
           asactl_node_report_latest(&answer->report, facts->account.sam) == 0;
}

/* A ticket that is sealed with less than AES is what other checks tell; nodes need not open it. */
static bool is_weak(const asactl_doctor_facts_t *facts, const asactl_node_facts_t *node)
{
    return node->opening.reason == ASA_REASON_ENCRYPTION_TYPE_UNSUPPORTED &&
           asactl_doctor_has_weak_tickets(facts);
}

void asactl_doctor_check_ticket_opens(const asactl_doctor_facts_t *facts,
                                      asactl_doctor_list_t *list)
{
    uint32_t kvno = 0;
    unsigned opened = 0;

    for (size_t i = 0; i < facts->node_count; i++) {
        const asactl_node_facts_t *node = asactl_doctor_node(facts, i);
        const char *name = facts->nodes[i].node;

        if (node == NULL || lacks_key(facts, &facts->nodes[i]) || is_weak(facts, node)) {
            continue;
        }
        if (!node->opening.asked) {
            asactl_doctor_unknown(list, name, NULL, "there is no ticket to try");
        } else if (node->opening.reason != ASA_REASON_NONE) {
            asactl_doctor_fail(list, name, NULL,
                               "%s cannot open a new ticket of the domain (%s): its key is another "
                               "one",
                               name, asa_reason_name(node->opening.reason));
        } else {
            kvno = node->opening.kvno;
            opened++;
        }
    }
    asactl_doctor_looked(list, opened, NULL,
                         "no node has a key that a new ticket could be tried with");
    asactl_doctor_ok(list,
                     opened == 1 ? "%u node opens a new ticket of the domain (kvno %u)"
                                 : "%u nodes open a new ticket of the domain (kvno %u)",
                     opened, kvno);
}

/* --- one node against another --- */

/* The kvno of the ticket that both tried, which says more than a comparison; 0: none. */
static uint32_t tried_by_both(const asactl_doctor_facts_t *facts, size_t one, size_t other)
{
    const asactl_doctor_controller_t *first =
        facts->controllers->nelts > 0
            ? &APR_ARRAY_IDX(facts->controllers, 0, asactl_doctor_controller_t)
            : NULL;

    return first != NULL && first->no_ticket == NULL && facts->nodes[one].facts->opening.asked &&
                   facts->nodes[other].facts->opening.asked
               ? first->ticket.kvno
               : 0;
}

/* Older keys than Previous are for tickets that end within hours, and nothing helps sooner. */
static bool is_in_use(const asactl_node_key_t *key)
{
    return strcmp(key->slot, "latest") == 0 || strcmp(key->slot, "previous") == 0;
}

/* Has the list keys of this one's kind, and not the same one among them?  After a roll that ended
 * such a case, every node holds both. */
static bool has_only_others(const apr_array_header_t *keys, const asactl_node_key_t *key,
                            const char *account)
{
    bool others = false;

    for (int i = 0; i < keys->nelts; i++) {
        const asactl_node_key_t *twin = &APR_ARRAY_IDX(keys, i, asactl_node_key_t);

        if (key->kvno == twin->kvno && key->enctype == twin->enctype && is_in_use(twin) &&
            asactl_node_report_is_account(twin->account, account)) {
            if (strcmp(key->id, twin->id) == 0) {
                return false;
            }
            others = true;
        }
    }
    return others;
}

/* The kvno of a key of which the other node holds only different ones; 0: none. */
static uint32_t kvno_that_differs(const asactl_doctor_facts_t *facts, size_t one, size_t other)
{
    const apr_array_header_t *keys = facts->nodes[one].report.keys;
    const char *account = facts->settings->account;
    uint32_t tried = tried_by_both(facts, one, other);

    for (int i = 0; i < keys->nelts; i++) {
        const asactl_node_key_t *key = &APR_ARRAY_IDX(keys, i, asactl_node_key_t);

        if (key->kvno != tried && is_in_use(key) &&
            asactl_node_report_is_account(key->account, account) &&
            has_only_others(facts->nodes[other].report.keys, key, account)) {
            return key->kvno;
        }
    }
    return 0;
}

void asactl_doctor_check_keys_alike(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    for (size_t i = 1; i < facts->node_count; i++) {
        for (size_t j = 0; j < i && asactl_doctor_node(facts, i) != NULL; j++) {
            uint32_t kvno =
                asactl_doctor_node(facts, j) != NULL ? kvno_that_differs(facts, j, i) : 0;

            if (kvno == 0 && asactl_doctor_node(facts, j) != NULL) {
                kvno = kvno_that_differs(facts, i, j);
            }
            if (kvno != 0) {
                asactl_doctor_fail(list, facts->nodes[i].node, NULL,
                                   "%s and %s hold different keys of kvno %u: one of them refuses "
                                   "tickets that the other takes",
                                   facts->nodes[j].node, facts->nodes[i].node, kvno);
                break;
            }
        }
    }
    asactl_doctor_ok(list, "keys of one version number are the same on every node");
}

/* --- the file and its guards --- */

/* Whoever cannot look at the file, and a node that says half of it, tells nothing. */
static bool has_rights(const asactl_node_report_t *report)
{
    return report->mode != NULL && report->owner != NULL && report->group != NULL;
}

static void check_file(const asactl_settings_t *settings, const asactl_node_answer_t *answer,
                       asactl_doctor_list_t *list)
{
    const asactl_node_report_t *report = &answer->report;
    mode_t mode = asactl_setting_value_bits(report->mode);
    mode_t more = mode & ~settings->mode;
    const char *file = asactl_shell_word(list->pool, report->keytab != NULL ? report->keytab : "");
    const char *should = apr_psprintf(
        list->pool, "On %s: chown %s:%s %s; chmod %04o %s", answer->node,
        settings->owner != NULL ? settings->owner : "root",
        settings->group != NULL ? settings->group : "root", file, (unsigned)settings->mode, file);

    if (more != 0) {
        asactl_doctor_fail(list, answer->node, should,
                           "%s: %s has mode %s, and should have %04o: who reads it can sign in as "
                           "anybody",
                           answer->node, report->keytab, report->mode, (unsigned)settings->mode);
    } else if (mode != settings->mode ||
               (settings->owner != NULL && strcmp(report->owner, settings->owner) != 0) ||
               (settings->group != NULL && strcmp(report->group, settings->group) != 0)) {
        asactl_doctor_warn(list, answer->node, should,
                           "%s: %s belongs to %s:%s with mode %s; asactl.conf says %s:%s and %04o",
                           answer->node, report->keytab, report->owner, report->group, report->mode,
                           settings->owner != NULL ? settings->owner : "anybody",
                           settings->group != NULL ? settings->group : "anybody",
                           (unsigned)settings->mode);
    }
}

void asactl_doctor_check_key_file(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    long looked_at = 0;

    for (size_t i = 0; i < facts->node_count; i++) {
        if (asactl_doctor_node(facts, i) == NULL || !facts->nodes[i].report.exists) {
            continue;
        }
        if (!has_rights(&facts->nodes[i].report)) {
            asactl_doctor_unknown(list, facts->nodes[i].node, READ_AS_ROOT,
                                  "%s does not tell who owns its key table", facts->nodes[i].node);
            continue;
        }
        looked_at++;
        check_file(facts->settings, &facts->nodes[i], list);
    }
    asactl_doctor_looked(list, looked_at, NULL, "no node has a key table");
    asactl_doctor_ok(list, "the key tables have owner, group and mode of asactl.conf");
}

void asactl_doctor_check_denials(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    unsigned files = 0;

    for (size_t i = 0; i < facts->node_count; i++) {
        const asactl_node_facts_t *node = asactl_doctor_node(facts, i);
        const char *name = facts->nodes[i].node;
        const asactl_node_denial_t *last;

        if (node == NULL) {
            continue;
        }
        files += node->guard.file != NULL ? 1 : 0;
        if (node->guard.enforcing != NULL && node->guard.file == NULL) {
            asactl_doctor_unknown(list, name, READ_JOURNAL,
                                  "%s: %s watches over it, and there is no audit log to look into",
                                  name, node->guard.enforcing);
        }
        if (node->guard.error != NULL) {
            asactl_doctor_unknown(list, name, NULL, "%s: %s %s", name,
                                  node->guard.file != NULL ? node->guard.file : "the audit log",
                                  node->guard.error);
        } else if (node->guard.denials != NULL && node->guard.denials->nelts > 0) {
            last = &APR_ARRAY_IDX(node->guard.denials, 0, asactl_node_denial_t);
            asactl_doctor_warn(
                list, name, NULL, "%s: %s refused %s to %s%s%s", name,
                node->guard.enforcing != NULL ? node->guard.enforcing : "SELinux or AppArmor",
                last->what[0] != '\0' ? last->what : "something",
                last->program != NULL ? last->program : "httpd", last->path != NULL ? ": " : "",
                last->path != NULL ? last->path : "");
        }
    }
    asactl_doctor_ok(list, files > 0 ? "the nodes' audit logs hold no denial for httpd"
                                     : "no node has an audit log that could hold a denial");
}
