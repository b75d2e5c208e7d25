/* SPDX-License-Identifier: Apache-2.0
 *
 * Follows logs while they are written, over new files, hours and restarts, until SIGINT or SIGTERM.
 *
 * It looks every second, or less often where one look takes more than a tenth of that: this works
 * on network file systems, too, where no notice of changes comes.
 *
 * One thread.
 */
#ifndef ASACTL_LOG_FOLLOW_H
#define ASACTL_LOG_FOLLOW_H

#include <stdbool.h>

#include "asactl/log_looks.h"

/* SIGINT and SIGTERM ask to end from now on. */
void asactl_log_follow_catch(void);

/* Whether one of them came. */
bool asactl_log_follow_stopped(void);

/* Until the next look, or until it is asked to end. */
void asactl_log_follow_pause(apr_time_t look_took);

/* Looks at what is new until it is asked to end. */
void asactl_log_follow(asactl_log_looks_t *looks);

#endif
