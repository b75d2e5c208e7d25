/* SPDX-License-Identifier: Apache-2.0
 *
 * What the user may do whom httpd's children run as; asked while the configuration is read, mostly
 * by root.
 *
 * Parent process only, before it has threads.
 */
#ifndef MOD_ASA_AUTH_RUN_USER_H
#define MOD_ASA_AUTH_RUN_USER_H

#include <stdbool.h>

/* mode is one of access(2): R_OK, W_OK, X_OK, or several.  Found by trying it as that user, so that
 * every folder on the way, supplementary groups and access control lists count.  True also when it
 * cannot be tried (no process can be made). */
bool mod_asa_run_user_may(const char *path, int mode);

#endif
