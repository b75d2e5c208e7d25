/* SPDX-License-Identifier: Apache-2.0
 *
 * Puts the HTML report into a file.
 *
 * The file is replaced in one step, so that whoever opens it sees the old or the new one whole.  It
 * names users: a new one is its owner's alone (0600); one that was there keeps its mode.  Folders
 * that others may write to are no danger to it: nothing is followed, and what is not a regular file
 * of the caller's own is refused.  So is a file that holds anything but an earlier report, such as
 * a log whose name stands behind --html by mistake.
 */
#ifndef ASACTL_LOG_HTML_FILE_H
#define ASACTL_LOG_HTML_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>

#include "asactl/outcome.h"

/* Whether a report could be written to path, before hours are spent on reading. */
bool asactl_log_html_file_check(apr_pool_t *pool, const char *path, asactl_outcome_t *outcome);

/* Fails with ASACTL_USAGE for a path that is no place for a report, else with ASACTL_FAILED. */
bool asactl_log_html_file_write(apr_pool_t *pool, const char *path, const char *bytes, size_t len,
                                asactl_outcome_t *outcome);

#endif
