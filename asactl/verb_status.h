/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb status: what nodes hold.
 */
#ifndef ASACTL_VERB_STATUS_H
#define ASACTL_VERB_STATUS_H

#include "asactl/verb.h"

asactl_exit_code_t asactl_verb_status(const asactl_run_t *run);

#endif
