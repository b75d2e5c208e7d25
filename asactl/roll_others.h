/* SPDX-License-Identifier: Apache-2.0
 *
 * Nodes that a roll would leave behind: asactl.conf names them, the roll does not, and they hold
 * keys of the account.
 *
 * Asks these nodes and changes nothing; warnings go to out.h.  One thread.
 */
#ifndef ASACTL_ROLL_OTHERS_H
#define ASACTL_ROLL_OTHERS_H

#include <stdbool.h>

#include "asactl/roll.h"

/* False with ASACTL_REFUSED_TO_ACT if one holds such keys; --force makes it a warning, and so is
 * one that does not answer. */
bool asactl_roll_others_agree(const asactl_roll_t *roll, asactl_outcome_t *outcome);

#endif
