/* SPDX-License-Identifier: Apache-2.0
 *
 * roll: a new password, first to the nodes, then to the directory.
 */
#ifndef ASACTL_VERB_ROLL_H
#define ASACTL_VERB_ROLL_H

#include "asactl/verb.h"

asactl_exit_code_t asactl_verb_roll(const asactl_run_t *run);

#endif
