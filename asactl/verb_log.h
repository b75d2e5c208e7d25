/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb log: what logs say of how users sign in.
 */
#ifndef ASACTL_VERB_LOG_H
#define ASACTL_VERB_LOG_H

#include "asactl/verb.h"

asactl_exit_code_t asactl_verb_log(const asactl_run_t *run);

#endif
