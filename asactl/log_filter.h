/* SPDX-License-Identifier: Apache-2.0
 *
 * Which requests are counted: by time, protocol, user and client, and without Exchange's own
 * monitoring.
 *
 * Pure, any thread.
 */
#ifndef ASACTL_LOG_FILTER_H
#define ASACTL_LOG_FILTER_H

#include <stdbool.h>

#include <apr_tables.h>
#include <apr_time.h>

#include "asactl/log_record.h"
#include "asactl/outcome.h"

/* Each list of names passes any of them, an empty one everything; names are compared without case.
 * A user is DOMAIN\user as in the log, or what stands behind its '\'. */
typedef struct asactl_log_filter_t {
    apr_time_t since, until; /* from since on, and before until; 0 = no limit */
    bool no_monitoring;      /* health mailboxes are left out */
    const apr_array_header_t *protocols, *users, *clients; /* const char * */
} asactl_log_filter_t;

/* From the options since, until, protocol, user, address, no-monitoring; false with ASACTL_USAGE.
 */
bool asactl_log_filter_read(apr_pool_t *pool, const apr_table_t *options, apr_time_t now,
                            asactl_log_filter_t *out, asactl_outcome_t *outcome);

bool asactl_log_filter_passes(const asactl_log_filter_t *filter, const asactl_log_record_t *record);

#endif
