/* SPDX-License-Identifier: Apache-2.0
 *
 * What roll.c, roll_look.c, roll_stage.c and roll_workers.c share.
 */
#ifndef ASACTL_ROLL_PRIVATE_H
#define ASACTL_ROLL_PRIVATE_H

#include "asactl/roll.h"

/* Looks again: what each node holds, which key each controller uses. */
void asactl_roll_look_at_nodes(asactl_roll_t *roll);
void asactl_roll_look_at_controllers(asactl_roll_t *roll);

/* Could the nodes that lack the next key take it?  With --dry-run, tells which. */
bool asactl_roll_stage_rehearse(asactl_roll_t *roll, asactl_outcome_t *outcome);

/* The next key and the one before it go to nodes that lack the next one; settle: to all, and what
 * is left over goes. */
bool asactl_roll_stage(asactl_roll_t *roll, asactl_outcome_t *outcome);
bool asactl_roll_stage_settle(asactl_roll_t *roll, asactl_outcome_t *outcome);

/* The next key goes from nodes that hold it, when no controller uses it and none will; warns of
 * nodes that may keep it. */
void asactl_roll_stage_withdraw(asactl_roll_t *roll);

/* Looks at the workers of all nodes, half a second after the look before; tells what is seen once
 * that is enough. */
void asactl_roll_workers_see(asactl_roll_t *roll);

/* Could they be seen, now or within that time? */
bool asactl_roll_workers_rehearse(asactl_roll_t *roll, apr_time_t patience,
                                  asactl_outcome_t *outcome);

#endif
