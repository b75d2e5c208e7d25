/* SPDX-License-Identifier: Apache-2.0
 *
 * The handler asa-status: what this node has loaded and done, as text for people and as JSON for
 * programs (?json, or Accept: application/json).
 *
 * Never a key, a token or a password.
 */
#ifndef MOD_ASA_AUTH_STATUS_PAGE_H
#define MOD_ASA_AUTH_STATUS_PAGE_H

#include "mod_asa_auth/private.h"

int mod_asa_status_page_handle(request_rec *r);

#endif
