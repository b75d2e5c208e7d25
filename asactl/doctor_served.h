/* SPDX-License-Identifier: Apache-2.0
 *
 * The servers of all nodes, one after the other, for checks of doctor.
 *
 * Pure; points into the facts.
 */
#ifndef ASACTL_DOCTOR_SERVED_H
#define ASACTL_DOCTOR_SERVED_H

#include "asactl/doctor_facts.h"
#include "asactl/doctor_findings.h"

/* One server of a node whose httpd can be seen. */
typedef struct asactl_doctor_server_t {
    const asactl_doctor_facts_t *facts;
    asactl_doctor_list_t *list;
    const char *node;
    size_t index; /* of the node */
    const asactl_node_server_t *server;
    const char *name; /* of the server, never NULL */
} asactl_doctor_server_t;

/* What the node has found out about itself; NULL: it could not be asked. */
const asactl_node_facts_t *asactl_doctor_node(const asactl_doctor_facts_t *facts, size_t i);

/* What the httpd of a node serves; NULL: it could not be seen. */
const asactl_node_served_t *asactl_doctor_served(const asactl_doctor_facts_t *facts, size_t i);

/* Does the status page leave out some of what is served?  Then nobody has judged that. */
bool asactl_doctor_served_is_cut(const asactl_node_served_t *served);

/* Is all that the nodes serve known? */
bool asactl_doctor_served_all_seen(const asactl_doctor_facts_t *facts);

/* Every server that has a place which demands Kerberos, or has a protocol. */
void asactl_doctor_served_each(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list,
                               void (*judge)(const asactl_doctor_server_t *view));

const asactl_node_place_t *asactl_doctor_served_place(const asactl_node_server_t *server, int i);

/* Is the text on the list (const char *), without regard to case? */
bool asactl_doctor_served_has(const apr_array_header_t *list, const char *text);

#endif
