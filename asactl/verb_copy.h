/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb copy: the keys of one node to others, the password unchanged.
 */
#ifndef ASACTL_VERB_COPY_H
#define ASACTL_VERB_COPY_H

#include "asactl/verb.h"

asactl_exit_code_t asactl_verb_copy(const asactl_run_t *run);

#endif
