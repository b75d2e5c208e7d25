/* SPDX-License-Identifier: Apache-2.0
 *
 * Small text files that hold no secret and that everybody may read: units, cron lines, results.
 */
#ifndef ASACTL_SCHEDULE_FILES_H
#define ASACTL_SCHEDULE_FILES_H

#include <stdbool.h>

#include <apr_time.h>

#include "asactl/outcome.h"

/* Replaces the file in one step: a reader, also after a crash, finds the old or the new one whole.
 * Makes its folder, but not the one above it.  What is there and is no regular file (/dev/null)
 * stays, with ASACTL_USAGE. */
bool asactl_schedule_files_write(apr_pool_t *pool, const char *file, const char *text,
                                 asactl_outcome_t *outcome);

/* Makes a folder for a file, as above. */
bool asactl_schedule_files_folder(apr_pool_t *pool, const char *file, asactl_outcome_t *outcome);

/* At most 64 KiB of text; changed: NULL, or when the file was.  ASACTL_NOT_FOUND if it is not
 * there. */
bool asactl_schedule_files_read(apr_pool_t *pool, const char *file, const char **text,
                                apr_time_t *changed, asactl_outcome_t *outcome);

bool asactl_schedule_files_remove(apr_pool_t *pool, const char *file, asactl_outcome_t *outcome);

#endif
