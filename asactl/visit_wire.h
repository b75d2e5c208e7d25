/* SPDX-License-Identifier: Apache-2.0
 *
 * Visits as JSON, between a verb and "asactl node serve" (node_wire.h).
 *
 * Asked:    [{"host", "path"} | {"url", "authorization"} | {"id"}]
 * Answered: [{"state", "error", "url", "bindings": digest in hexadecimal, "status", "reply", "id",
 *             "line": {"seen", "why", "node", "user", "reason", "package", "spn", "kvno", "etype",
 *             "key", "bound"}}], as many as were asked
 *
 * Both directions are hostile to their reader: every value is bounded and of its kind, or all are
 * nothing.  Pure; results live in the pool given.
 */
#ifndef ASACTL_VISIT_WIRE_H
#define ASACTL_VISIT_WIRE_H

#include <jansson.h>

#include "asactl/visit.h"

/* The most visits that one request asks of a node. */
#define ASACTL_VISIT_WIRE_MAX 128

/* The caller owns it. */
json_t *asactl_visit_wire_asked(const asactl_visit_t *visits, size_t count);
/* NULL: none are asked. */
bool asactl_visit_wire_read_asked(apr_pool_t *pool, const json_t *json, asactl_visit_t **visits,
                                  size_t *count);

json_t *asactl_visit_wire_answered(apr_pool_t *pool, const asactl_visit_t *visits, size_t count);
/* Null, or nothing, is an answer without visits. */
bool asactl_visit_wire_read_answered(apr_pool_t *pool, const json_t *json, asactl_visit_t **visits,
                                     size_t *count);

/* "tls-server-end-point:" and these bytes, given in hexadecimal; empty for anything else. */
asa_channel_bindings_t asactl_visit_wire_bindings(apr_pool_t *pool, const char *hex);
/* And back; NULL for no bindings. */
const char *asactl_visit_wire_digest(apr_pool_t *pool, const asa_channel_bindings_t *bindings);

#endif
