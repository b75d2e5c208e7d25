/* SPDX-License-Identifier: Apache-2.0
 *
 * Acceptance of the token of a Negotiate header: to a published identity, another leg, or a
 * refusal.
 */
#ifndef MOD_ASA_AUTH_ACCEPTANCE_H
#define MOD_ASA_AUTH_ACCEPTANCE_H

#include <stdbool.h>

#include "core/negotiate.h"
#include "core/policy.h"
#include "mod_asa_auth/private.h"

/* Is there a usable key?  If not, facts->detail says why: then no token can be accepted and no
 * challenge should be made. */
bool mod_asa_acceptance_is_possible(request_rec *r, asa_facts_t *facts);

/* OK, 401 or 503.  authorization is of the scheme Negotiate. */
int mod_asa_acceptance_of(request_rec *r, const asa_policy_t *policy,
                          const asa_authorization_t *authorization);

#endif
