/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges a proven ticket by the rules of a place.
 */
#include "core/policy.h"

#include <stddef.h>

asa_reason_t asa_policy_judge_channel(const asa_policy_t *policy, bool tls)
{
    return policy->require_tls && !tls ? ASA_REASON_TLS_REQUIRED : ASA_REASON_NONE;
}

asa_reason_t asa_policy_judge_proof(const asa_policy_t *policy, const asa_proof_t *proof)
{
    asa_reason_t reason = asa_policy_judge_channel(policy, proof->tls);

    if (reason != ASA_REASON_NONE) {
        return reason;
    }
    if (!asa_spn_allowed(&policy->spns, proof->spn)) {
        return ASA_REASON_WRONG_PRINCIPAL;
    }
    if (policy->bindings == ASA_BINDINGS_REQUIRE && !proof->bound) {
        return ASA_REASON_NOT_BOUND;
    }
    return ASA_REASON_NONE;
}
