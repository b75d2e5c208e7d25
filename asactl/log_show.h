/* SPDX-License-Identifier: Apache-2.0
 *
 * The reports on logs: text for people, JSON and CSV for programs; all three from the same summary.
 *
 * One thread.
 */
#ifndef ASACTL_LOG_SHOW_H
#define ASACTL_LOG_SHOW_H

#include <stdbool.h>

#include <apr_pools.h>

#include "asactl/log_summary.h"

/* Long lists show their first rows and say how many are left out; verbose shows all of them. */
void asactl_log_show_text(apr_pool_t *pool, const asactl_log_summary_t *summary, bool verbose);

/* Its part on what was read. */
void asactl_log_show_read(apr_pool_t *pool, const asactl_log_summary_t *summary);

/* The document of --json, whole. */
void asactl_log_show_json(apr_pool_t *pool, const asactl_log_summary_t *summary);

/* One table of RFC 4180 with a head: rows of every list, the first column names the list. */
void asactl_log_show_csv(apr_pool_t *pool, const asactl_log_summary_t *summary);

#endif
