/* SPDX-License-Identifier: Apache-2.0
 *
 * The verb remove: names, keys and account of a credential go.
 */
#ifndef ASACTL_VERB_REMOVE_H
#define ASACTL_VERB_REMOVE_H

#include "asactl/verb.h"

asactl_exit_code_t asactl_verb_remove(const asactl_run_t *run);

#endif
