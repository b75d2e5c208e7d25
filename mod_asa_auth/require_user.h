/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes "Require user 'TAILSPIN\wendy'" mean what it says.
 *
 * mod_authz_user reads its line as an expression string, in which a backslash vanishes.  Here its
 * provider is wrapped: what it grants stays granted, and a user signed in by Negotiate is also
 * granted by a word of the line that is the name, letter for letter.
 */
#ifndef MOD_ASA_AUTH_REQUIRE_USER_H
#define MOD_ASA_AUTH_REQUIRE_USER_H

#include "mod_asa_auth/private.h"

/* Once all modules are loaded and before a Require line is read. Nothing happens without
 * mod_authz_user. */
void mod_asa_require_user_wrap(apr_pool_t *pconf);

#endif
