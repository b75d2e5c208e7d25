/* SPDX-License-Identifier: Apache-2.0
 *
 * asactl verify.
 */
#ifndef ASACTL_VERB_VERIFY_H
#define ASACTL_VERB_VERIFY_H

#include "asactl/verb.h"

asactl_exit_code_t asactl_verb_verify(const asactl_run_t *run);

#endif
