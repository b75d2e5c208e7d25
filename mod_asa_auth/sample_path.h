/* SPDX-License-Identifier: Apache-2.0
 *
 * A path for the regular expression of a <LocationMatch>: one that it was written for.
 *
 * Pure, any thread.
 */
#ifndef MOD_ASA_AUTH_SAMPLE_PATH_H
#define MOD_ASA_AUTH_SAMPLE_PATH_H

#include <apr_pools.h>

/* "(?i)^/rpc(?:withcert)?/" gives "/rpcwithcert/": the first alternative of each, once.  NULL for
 * what it does not understand (look-around, back references) and for a path of more than 255
 * bytes.  Whoever asks tries whether the expression does match it. */
const char *mod_asa_sample_path(apr_pool_t *pool, const char *expression);

#endif
