/* SPDX-License-Identifier: Apache-2.0
 *
 * Tells the running systemd about units; the only file that runs systemctl(1).
 */
#ifndef ASACTL_SYSTEMCTL_H
#define ASACTL_SYSTEMCTL_H

#include <stdbool.h>

#include "asactl/outcome.h"

/* Is systemd the one that runs this machine (sd_booted(3))? */
bool asactl_systemctl_is_there(void);

/* Loads the units anew, then enables and starts the timer, or stops and disables it. */
bool asactl_systemctl_enable(apr_pool_t *pool, const char *timer, asactl_outcome_t *outcome);
bool asactl_systemctl_disable(apr_pool_t *pool, const char *timer, asactl_outcome_t *outcome);

/* Loads the units anew after those called NAME.* went, and forgets that a run of theirs failed. */
bool asactl_systemctl_forget(apr_pool_t *pool, const char *name, asactl_outcome_t *outcome);

#endif
