/* SPDX-License-Identifier: Apache-2.0
 *
 * Decides which way to a ticket comes next and names the reason when none is left.
 */
#include "core/delegation.h"

asa_delegation_way_t asa_delegation_first(const asa_delegation_case_t *given)
{
    if (given->forwarded) {
        return ASA_DELEGATION_FORWARDED;
    }
    return given->evidence ? ASA_DELEGATION_EVIDENCE : ASA_DELEGATION_IMPERSONATION;
}

asa_delegation_way_t asa_delegation_next(const asa_delegation_case_t *given,
                                         asa_delegation_way_t tried, asa_kdc_answer_t answer)
{
    if (answer == ASA_KDC_GRANTED || answer == ASA_KDC_UNREACHABLE ||
        answer == ASA_KDC_UNKNOWN_SERVICE || answer == ASA_KDC_NO_ACCOUNT) {
        return ASA_DELEGATION_NONE;
    }
    if (tried == ASA_DELEGATION_FORWARDED) {
        return given->evidence ? ASA_DELEGATION_EVIDENCE : ASA_DELEGATION_IMPERSONATION;
    }
    return tried == ASA_DELEGATION_EVIDENCE ? ASA_DELEGATION_IMPERSONATION : ASA_DELEGATION_NONE;
}

asa_kdc_answer_t asa_delegation_outcome(asa_kdc_answer_t before, asa_delegation_way_t way,
                                        asa_kdc_answer_t answer)
{
    bool known = before == ASA_KDC_REFUSED || before == ASA_KDC_OUTDATED;
    bool says_no_more = answer == ASA_KDC_REFUSED || answer == ASA_KDC_FAILED;

    return way == ASA_DELEGATION_IMPERSONATION && known && says_no_more ? before : answer;
}

asa_reason_t asa_delegation_reason(const asa_delegation_case_t *given, asa_kdc_answer_t answer)
{
    switch (answer) {
    case ASA_KDC_GRANTED:
        return ASA_REASON_NONE;
    case ASA_KDC_UNREACHABLE:
        return ASA_REASON_KDC_UNREACHABLE;
    case ASA_KDC_UNKNOWN_SERVICE:
        return ASA_REASON_BACK_END_UNKNOWN;
    case ASA_KDC_OUTDATED:
        return ASA_REASON_TICKET_OUTDATED;
    case ASA_KDC_REFUSED:
        if (given->not_delegated) {
            return ASA_REASON_USER_NOT_DELEGATED;
        }
        return given->evidence && !given->forwardable ? ASA_REASON_TICKET_NOT_FORWARDABLE
                                                      : ASA_REASON_DELEGATION_NOT_ALLOWED;
    default:
        return ASA_REASON_NO_BACK_END_TICKET;
    }
}

const char *asa_delegation_way_name(asa_delegation_way_t way)
{
    static const char *const names[] = {"forwarded", "s4u2proxy", "s4u2self", "none"};

    return names[way <= ASA_DELEGATION_NONE ? way : ASA_DELEGATION_NONE];
}
