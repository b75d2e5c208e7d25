/* SPDX-License-Identifier: Apache-2.0
 *
 * The directive AsaBackendAuth: strip, pass, or delegate with what belongs to it.
 */
#ifndef MOD_ASA_AUTH_BACK_END_DIRECTIVE_H
#define MOD_ASA_AUTH_BACK_END_DIRECTIVE_H

#include "mod_asa_auth/private.h"

/* A command function of httpd (TAKE_ARGV) for a place's configuration. */
const char *mod_asa_back_end_directive(cmd_parms *cmd, void *place, int argc, char *const argv[]);

#endif
