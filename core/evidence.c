/* SPDX-License-Identifier: Apache-2.0
 *
 * Takes a ticket out of a token and keeps it.
 */
#include "core/evidence.h"

#include <apr_strings.h>

asa_evidence_t asa_evidence_of(const asa_token_t *token, bool forwardable)
{
    if (token->ticket == NULL) {
        return (asa_evidence_t){0};
    }
    return (asa_evidence_t){
        .ticket = token->ticket,
        .len = token->ticket_len,
        .forwardable = forwardable,
        .cipher_at = (size_t)(token->cipher - token->ticket),
        .cipher_len = token->cipher_len,
        .etype = token->etype,
        .kvno = token->kvno,
        .kvno_known = token->kvno_known,
    };
}

asa_evidence_t asa_evidence_copy(apr_pool_t *pool, const asa_evidence_t *evidence)
{
    asa_evidence_t copy = *evidence;

    if (evidence->ticket != NULL) {
        copy.ticket = apr_pmemdup(pool, evidence->ticket, evidence->len);
    }
    return copy;
}

asa_token_t asa_evidence_token(const asa_evidence_t *evidence)
{
    asa_token_t token = {0};

    if (evidence->ticket != NULL) {
        token.kind = ASA_TOKEN_KERBEROS;
        token.etype = evidence->etype;
        token.kvno = evidence->kvno;
        token.kvno_known = evidence->kvno_known;
        token.cipher = evidence->ticket + evidence->cipher_at;
        token.cipher_len = evidence->cipher_len;
    }
    return token;
}
