/* SPDX-License-Identifier: Apache-2.0
 *
 * The handler asa-health: 200 while a usable key is loaded, else 503, for a balancer's health
 * check.
 */
#ifndef MOD_ASA_AUTH_HEALTH_H
#define MOD_ASA_AUTH_HEALTH_H

#include "mod_asa_auth/private.h"

int mod_asa_health_handle(request_rec *r);

#endif
