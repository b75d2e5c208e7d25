/* SPDX-License-Identifier: Apache-2.0
 *
 * What doctor asks, one file for each side: it fills its part of the facts, and decides nothing.
 *
 * Nothing is changed anywhere.  What cannot be asked is noted in the facts, with the reason; each
 * of these takes some seconds at most for each machine that does not answer, and many names do not
 * multiply that: what has not answered for some is not asked for the others.
 */
#ifndef ASACTL_DOCTOR_LOOK_H
#define ASACTL_DOCTOR_LOOK_H

#include "asactl/doctor_facts.h"

/* The domain controller that settings name or DNS finds, and the account; then every other
 * controller, and a ticket of each. */
void asactl_doctor_look_at_directory(apr_pool_t *pool, asactl_doctor_facts_t *facts,
                                     asactl_directory_t **directory);
void asactl_doctor_look_at_controllers(apr_pool_t *pool, asactl_directory_t *directory,
                                       asactl_doctor_facts_t *facts);

/* Who holds these service principal names.  directory: NULL: it could not be asked. */
void asactl_doctor_look_at_spns(apr_pool_t *pool, asactl_directory_t *directory,
                                asactl_doctor_spn_t *const *spns, size_t count);

/* Every node, with the ticket of the first controller. */
void asactl_doctor_look_at_nodes(apr_pool_t *pool, const apr_array_header_t *nodes,
                                 asactl_doctor_facts_t *facts);

/* The published names in DNS and on port 443, whether the nodes speak TLS or something in front of
 * them. */
void asactl_doctor_look_at_network(apr_pool_t *pool, asactl_directory_t *directory,
                                   asactl_doctor_facts_t *facts);

/* The unattended roll of this machine. */
void asactl_doctor_look_at_schedule(apr_pool_t *pool, asactl_doctor_facts_t *facts);

#endif
