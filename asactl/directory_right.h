/* SPDX-License-Identifier: Apache-2.0
 *
 * What may be done in a directory, asked before anything is done.
 *
 * A directory has the last word all the same: what it grants here it may refuse later.
 */
#ifndef ASACTL_DIRECTORY_RIGHT_H
#define ASACTL_DIRECTORY_RIGHT_H

#include "asactl/access_right.h"
#include "asactl/directory.h"

/* Can this domain controller write?  ASACTL_FAILED if it is a read-only one. */
bool asactl_directory_right_write(asactl_directory_t *directory, apr_pool_t *pool,
                                  asactl_outcome_t *outcome);

/* May the caller delete the account: by the right "Delete" on it, or "Delete child" on what it lies
 * in?  False only if nothing could be asked. */
bool asactl_directory_right_delete(asactl_directory_t *directory, apr_pool_t *pool,
                                   const asactl_account_t *account, asactl_access_t *out,
                                   asactl_outcome_t *outcome);

#endif
