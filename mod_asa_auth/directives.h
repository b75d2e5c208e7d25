/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of directives: name, contexts and, in its text, legal values and default.
 *
 * The reference configuration and the manual page are checked against this table.
 */
#ifndef MOD_ASA_AUTH_DIRECTIVES_H
#define MOD_ASA_AUTH_DIRECTIVES_H

#include "mod_asa_auth/private.h"

extern const command_rec mod_asa_directives[];

#endif
