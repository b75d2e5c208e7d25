/* SPDX-License-Identifier: Apache-2.0
 *
 * File names for accounts and realms.
 */
#ifndef ASACTL_PLAIN_NAME_H
#define ASACTL_PLAIN_NAME_H

#include <apr_pools.h>

/* Letters in lower case, digits and dashes; every other byte as _hh: two texts that differ in more
 * than case have different names.  Pure. */
const char *asactl_plain_name(apr_pool_t *pool, const char *text);

#endif
