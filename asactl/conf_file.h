/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks through a file in krb5 profile syntax; what its keys mean is settings.h's.
 */
#ifndef ASACTL_CONF_FILE_H
#define ASACTL_CONF_FILE_H

#include <stdbool.h>

#include <apr_pools.h>

#include "asactl/outcome.h"

/* One thing of the file; the library sorts by name, equal names keep their order: a section begins
 * (group and name NULL), a group in it begins (name NULL), a key of either; value is NULL for a key
 * that has none or is a deeper group. Strings last for the call.  False, with the outcome filled,
 * ends the walk. */
typedef bool asactl_conf_file_take_t(void *baton, const char *section, const char *group,
                                     const char *name, const char *value);

/* ASACTL_USAGE with a sentence that names the file: not there, not readable, writable by anybody,
 * wrong syntax, anything before the first section, a NUL byte, or include and includedir. */
bool asactl_conf_file_walk(apr_pool_t *pool, const char *file, asactl_conf_file_take_t *take,
                           void *baton, asactl_outcome_t *outcome);

/* Whether there is nothing of that name. */
bool asactl_conf_file_absent(const char *file);

#endif
