/* SPDX-License-Identifier: Apache-2.0
 *
 * What goes over ssh between a verb and "asactl node serve": one line of JSON, then a key table.
 *
 * Request: {"asactl": 1,
 *           "do": "status" | "install" | "remove" | "export" | "examine" | "visit",
 *           "account", "realm", "settled", "unused": [{"kvno", "id"}] (may lack), "force",
 *           "dry_run", "ticket_life",
 *           "keytab", "owner", "group", "mode", "status", "httpd", "ca" (all three may lack),
 *           "ticket": as in node_ticket.h (may lack),
 *           "visits": as in visit_wire.h (may lack),
 *           "length": bytes of the key table that follows}
 * Answer:  {"asactl": 1, "code": exit code, "error", "remedy", "changed", "report": as in
 *           node_report.h or null, "facts": as in node_facts.h (only of "examine"),
 *           "visits": as in visit_wire.h (only of "visit"), "length"}
 * The length tells a whole key table from one that was cut off.
 *
 * Pure; both directions are hostile to their reader.  Results live in the pool given; key tables
 * are wiped with it.
 */
#ifndef ASACTL_NODE_WIRE_H
#define ASACTL_NODE_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "asactl/node_request.h"
#include "asactl/settings.h"

#define ASACTL_NODE_WIRE_MAX (4 * 1024 * 1024)

/* Of settings only keytab, owner, group, mode, status, httpd and ca travel. */
bool asactl_node_wire_request(apr_pool_t *pool, const asactl_node_request_t *request,
                              const asactl_settings_t *settings, const unsigned char **bytes,
                              size_t *len, asactl_outcome_t *outcome);
/* settings: those of it are replaced by what the request says. */
bool asactl_node_wire_read_request(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                                   asactl_node_request_t *request, asactl_settings_t *settings,
                                   asactl_outcome_t *outcome);

bool asactl_node_wire_answer(apr_pool_t *pool, const asactl_node_answer_t *answer,
                             const unsigned char **bytes, size_t *len, asactl_outcome_t *outcome);
/* Fills answer, its outcome too: what the node says, or that it says nothing sensible. */
void asactl_node_wire_read_answer(apr_pool_t *pool, const unsigned char *bytes, size_t len,
                                  asactl_node_answer_t *answer);

#endif
