/* SPDX-License-Identifier: Apache-2.0
 *
 * Times as people ask for them.  Pure, any thread.
 */
#ifndef ASACTL_LOG_TIME_H
#define ASACTL_LOG_TIME_H

#include <stdbool.h>

#include <apr_time.h>

/* What --since and --until take: a time as core/time_text.h reads it, or how long ago:
 * "30m", "2h", "3d", "1w" before now. */
bool asactl_log_time_ask(const char *text, apr_time_t now, apr_time_t *out);

#endif
