/* SPDX-License-Identifier: Apache-2.0
 *
 * The verbs status and copy: what nodes hold, and keys from one node to others.
 */
#ifndef ASACTL_VERB_STATUS_H
#define ASACTL_VERB_STATUS_H

#include "asactl/verb.h"

asactl_exit_code_t asactl_verb_status(const asactl_run_t *run);

/* Every node named in words (arrays stand for their servers), each once; without words, those of
 * all arrays; with none of these, "localhost".  const char *. */
const apr_array_header_t *asactl_verb_status_nodes(apr_pool_t *pool,
                                                   const asactl_settings_t *settings,
                                                   const apr_array_header_t *words);

#endif
