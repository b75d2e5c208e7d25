/* SPDX-License-Identifier: Apache-2.0
 *
 * Which names the nodes serve, and which of the account's nobody does: taken together from what the
 * nodes and the directory said.
 *
 * A node's own name, as asactl.conf has it, is not a published one: it belongs to the node's own
 * account.  Pure; strings live in the pool given.
 */
#ifndef ASACTL_DOCTOR_NAMES_H
#define ASACTL_DOCTOR_NAMES_H

#include "asactl/doctor_facts.h"

/* Does the account itself hold http/HOST?  Then clients ask for it, whatever a machine is called.
 */
bool asactl_doctor_names_account_has(const asactl_doctor_facts_t *facts, const char *host);

/* Is this a host name that clients ask for, and not that of one node, a pattern or an address? */
bool asactl_doctor_names_is_published(const asactl_doctor_facts_t *facts, const char *host);

/* Fills spns and names of the facts, their holders and addresses still to be asked for.  Where a
 * node's httpd is not seen as a whole, the account's own http names count as published, too. */
void asactl_doctor_names_collect(apr_pool_t *pool, asactl_doctor_facts_t *facts);

#endif
