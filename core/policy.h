/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a proven ticket may be used in a place: the server name it names, TLS, and its channel
 * bindings.
 *
 * Pure, any thread.
 */
#ifndef CORE_POLICY_H
#define CORE_POLICY_H

#include <stdbool.h>

#include "core/reason.h"
#include "core/spn.h"

typedef enum { ASA_BINDINGS_OFF, ASA_BINDINGS_ACCEPT, ASA_BINDINGS_REQUIRE } asa_bindings_t;

typedef struct asa_policy_t {
    asa_spn_rule_t spns;
    asa_bindings_t bindings;
    bool require_tls;
} asa_policy_t;

/* What was proven, and over what. */
typedef struct asa_proof_t {
    const char
        *spn;   /* in the ticket, as the ticket states it; NULL is never accepted unless any is */
    bool bound; /* the ticket is bound to the channel that the acceptor was given */
    bool tls;
} asa_proof_t;

/* Before any token is looked at: NONE, or TLS_REQUIRED (then no challenge is made either). */
asa_reason_t asa_policy_judge_channel(const asa_policy_t *policy, bool tls);

/* After acceptance: NONE, TLS_REQUIRED, WRONG_PRINCIPAL or NOT_BOUND. */
asa_reason_t asa_policy_judge_proof(const asa_policy_t *policy, const asa_proof_t *proof);

#endif
