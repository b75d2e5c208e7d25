/* SPDX-License-Identifier: Apache-2.0
 *
 * How a text of a log is shown: printable UTF-8 without control characters, whatever it holds.
 *
 * Pure, any thread; results live in the pool given.
 */
#ifndef ASACTL_LOG_NAME_H
#define ASACTL_LOG_NAME_H

#include <stdbool.h>

#include <apr_pools.h>

#include "asactl/log_line.h"

/* Every byte that a terminal would obey, or that is not UTF-8, is shown as \xHH, and a doubled
 * quote as one.  What is longer than ASACTL_LOG_KEY_MAX bytes ends in "…". */
const char *asactl_log_name(apr_pool_t *pool, asactl_log_text_t text);

/* A count for people: "1,234,567". */
const char *asactl_log_number(apr_pool_t *pool, unsigned long long count);

#endif
