/* SPDX-License-Identifier: Apache-2.0
 *
 * What asactl says about itself, out of the table of verbs.
 */
#ifndef ASACTL_HELP_H
#define ASACTL_HELP_H

#include "asactl/verb.h"

/* All about one verb. */
void asactl_help_verb(apr_pool_t *pool, const asactl_verb_t *verb);

/* asactl help [WORDS]: a verb, the verbs that begin so, or a topic. */
asactl_exit_code_t asactl_help_run(const asactl_run_t *run);

#endif
