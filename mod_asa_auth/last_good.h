/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes of each key table as the parent last found it good, kept over restarts of the
 * configuration, so that a file that has turned bad does not keep a restarted server from signing
 * users in.
 *
 * Parent process only, one thread.  The bytes are plain memory without cleanups, because the
 * module's code is unloaded and loaded again at a restart.
 */
#ifndef MOD_ASA_AUTH_LAST_GOOD_H
#define MOD_ASA_AUTH_LAST_GOOD_H

#include <stddef.h>

/* Begins a configuration: key tables that were not kept or recalled since the last begin are wiped
 * and forgotten. */
void mod_asa_last_good_begin(void);

void mod_asa_last_good_keep(const char *path, const unsigned char *bytes, size_t len);

/* NULL if that file was never found good.  Valid until it is kept anew or forgotten. */
const unsigned char *mod_asa_last_good_recall(const char *path, size_t *len_out);

#endif
