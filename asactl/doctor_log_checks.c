/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges the HttpProxy logs of the nodes, and what they prove.
 */
#include "asactl/doctor_node_checks.h"

#include <apr_strings.h>

#include "asactl/doctor_served.h"
#include "asactl/shell_word.h"
#include "core/time_text.h"

#define QUIET_DAYS 7
/* Why there was nothing to judge. */
#define NO_LOG        "no node has an HttpProxy log"
#define NO_LOG_REMEDY "Set AsaHttpProxyLog in the server."

/* The facts of a node that can be judged; NULL: it could not be asked. */
static const asactl_node_facts_t *seen(const asactl_doctor_facts_t *facts, size_t i)
{
    return asactl_doctor_served(facts, i) != NULL ? facts->nodes[i].facts : NULL;
}

/* Has it a place of a protocol that demands Kerberos? */
static bool should_log(const asactl_node_server_t *server)
{
    for (int i = 0; i < server->places->nelts; i++) {
        const asactl_node_place_t *place = asactl_doctor_served_place(server, i);

        if (place->negotiate && place->protocol != NULL) {
            return true;
        }
    }
    return false;
}

void asactl_doctor_check_log_folder(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    long looked_at = 0;

    for (size_t i = 0; i < facts->node_count; i++) {
        const asactl_node_facts_t *node = seen(facts, i);
        const char *name = facts->nodes[i].node;

        for (int j = 0; node != NULL && j < node->served->servers->nelts; j++) {
            const asactl_node_server_t *server =
                &APR_ARRAY_IDX(node->served->servers, j, asactl_node_server_t);

            if (!should_log(server) || asactl_doctor_list_has(list, name, "")) {
                continue;
            }
            looked_at++;
            if (server->log_folder == NULL) {
                asactl_doctor_warn(list, name, "Set AsaHttpProxyLog in the server.",
                                   "%s: %s writes no HttpProxy log, which would prove Kerberos",
                                   name, server->name != NULL ? server->name : "a server");
            } else if (!server->log_writable) {
                asactl_doctor_fail(list, name,
                                   apr_psprintf(list->pool,
                                                "On %s: mkdir -p %s; chown -R %s %s; that user "
                                                "must be able to pass through what is above it.",
                                                name,
                                                asactl_shell_word(list->pool, server->log_folder),
                                                asactl_shell_word(list->pool, node->served->user),
                                                asactl_shell_word(list->pool, server->log_folder)),
                                   "%s: httpd cannot write to %s: %s", name, server->log_folder,
                                   server->log_error != NULL ? server->log_error : "no reason");
            }
        }
    }
    asactl_doctor_looked(list, looked_at, NULL, "no place has AsaProtocol, so nothing is logged");
    asactl_doctor_ok(list, "httpd can write its HttpProxy logs on every node");
}

static const asactl_node_log_t *log_at(const asactl_node_facts_t *node, int i)
{
    return &APR_ARRAY_IDX(node->logs, i, asactl_node_log_t);
}

void asactl_doctor_check_log_recent(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    long looked_at = 0;

    for (size_t i = 0; i < facts->node_count; i++) {
        const asactl_node_facts_t *node = seen(facts, i);
        const char *name = facts->nodes[i].node;

        for (int j = 0; node != NULL && j < node->logs->nelts; j++) {
            const asactl_node_log_t *log = log_at(node, j);

            looked_at += log->exists ? 1 : 0;
            if (log->error != NULL) {
                asactl_doctor_unknown(list, name, NULL, "%s: %s: %s", name, log->folder,
                                      log->error);
            } else if (log->exists && log->newest == 0) {
                asactl_doctor_warn(list, name, NULL, "%s: no request is in %s", name, log->folder);
            } else if (log->exists && log->newest < facts->now - QUIET_DAYS * ASA_TIME_DAY) {
                asactl_doctor_warn(list, name, NULL, "%s: the last request in %s is of %s", name,
                                   log->folder, asa_time_text_day(list->pool, log->newest));
            }
        }
    }
    asactl_doctor_looked(list, looked_at, NO_LOG_REMEDY, NO_LOG);
    asactl_doctor_ok(list, "every node has logged requests of the last %d days", QUIET_DAYS);
}

static void check_proof(const char *node, const asactl_node_log_t *log, asactl_doctor_list_t *list)
{
    long other = log->of[ASACTL_LOG_NTLM] + log->of[ASACTL_LOG_BASIC] + log->of[ASACTL_LOG_OTHER];

    if (other > 0) {
        asactl_doctor_warn(list, node, NULL,
                           "%s: of the newest requests in %s, %ld were signed in by NTLM, %ld by "
                           "Basic and %ld by something else",
                           node, log->folder, log->of[ASACTL_LOG_NTLM], log->of[ASACTL_LOG_BASIC],
                           log->of[ASACTL_LOG_OTHER]);
    } else if (log->of[ASACTL_LOG_NEGOTIATE] > 0) {
        asactl_doctor_warn(list, node, NULL,
                           "%s: of the newest requests in %s, %ld may be Kerberos or NTLM: no "
                           "module of ours wrote them",
                           node, log->folder, log->of[ASACTL_LOG_NEGOTIATE]);
    } else if (log->bad > 0) {
        asactl_doctor_warn(list, node, NULL,
                           "%s: %ld of the newest lines in %s are broken or forged", node, log->bad,
                           log->folder);
    }
}

void asactl_doctor_check_log_kerberos(const asactl_doctor_facts_t *facts,
                                      asactl_doctor_list_t *list)
{
    long kerberos = 0, looked_at = 0;

    for (size_t i = 0; i < facts->node_count; i++) {
        const asactl_node_facts_t *node = seen(facts, i);

        for (int j = 0; node != NULL && j < node->logs->nelts; j++) {
            const asactl_node_log_t *log = log_at(node, j);

            looked_at += log->exists ? 1 : 0;
            if (log->error != NULL) {
                asactl_doctor_unknown(list, facts->nodes[i].node, NULL, "%s: %s: %s",
                                      facts->nodes[i].node, log->folder, log->error);
            }
            kerberos += log->of[ASACTL_LOG_KERBEROS] + log->of[ASACTL_LOG_SESSION];
            check_proof(facts->nodes[i].node, log, list);
        }
    }
    asactl_doctor_looked(list, looked_at, NO_LOG_REMEDY, NO_LOG);
    asactl_doctor_looked(list, kerberos, NULL, "nobody is signed in by the newest requests");
    asactl_doctor_ok(list, "the newest requests prove Kerberos: %ld of them, and nothing else",
                     kerberos);
}
