/* SPDX-License-Identifier: Apache-2.0
 *
 * The border between the client's sign-in and a back end: the client's ticket stays on this side, a
 * challenge of the back end on the other.
 */
#ifndef MOD_ASA_AUTH_BACK_END_H
#define MOD_ASA_AUTH_BACK_END_H

#include <stdbool.h>

#include "mod_asa_auth/private.h"

/* Does this request go to a back end?  In a handler hook, not before. */
bool mod_asa_back_end_is_asked(const request_rec *r);

/* Registers the output filter and the hook of mod_proxy that this needs, and the handler hook that
 * sets them to work. */
void mod_asa_back_end_register(void);

#endif
