/* SPDX-License-Identifier: Apache-2.0
 *
 * What roll.c and roll_look.c share.
 */
#ifndef ASACTL_ROLL_PRIVATE_H
#define ASACTL_ROLL_PRIVATE_H

#include "asactl/roll.h"

/* Looks again: what each node holds, which key each controller uses. */
void asactl_roll_look_at_nodes(asactl_roll_t *roll);
void asactl_roll_look_at_controllers(asactl_roll_t *roll);

#endif
