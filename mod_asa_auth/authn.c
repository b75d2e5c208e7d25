/* SPDX-License-Identifier: Apache-2.0
 *
 * Authenticates requests: by the token that they bring, or by what the exchange that they belong to
 * has proven already.
 */
#include "mod_asa_auth/authn.h"

#include <strings.h>

#include <http_core.h>
#include <http_request.h>

#include "core/negotiate.h"
#include "mod_asa_auth/acceptance.h"
#include "mod_asa_auth/config.h"
#include "mod_asa_auth/exchange.h"
#include "mod_asa_auth/persistent_auth.h"
#include "mod_asa_auth/publish.h"
#include "mod_asa_auth/refusal.h"
#include "mod_asa_auth/tally.h"
#include "mod_asa_auth/tls.h"

/* A redirect or sub-request inherits what the client has proven, and a request what its connection
 * has kept, where the rules of its own place allow the same ticket. */
static int inherit(request_rec *r, const asa_policy_t *policy)
{
    const mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);
    asa_facts_t facts = {0};
    asa_reason_t reason;

    if (exchange->continued) {
        return HTTP_UNAUTHORIZED;
    }
    if (exchange->sign_in.identity == NULL) {
        return mod_asa_refusal_repeat(r);
    }
    reason = asa_policy_judge_proof(policy, &exchange->sign_in.proof);
    if (reason != ASA_REASON_NONE) {
        facts.spn = exchange->sign_in.proof.spn;
        facts.accepted = asa_spn_describe(r->pool, &policy->spns);
        return mod_asa_refusal_make(r, reason, &facts);
    }
    mod_asa_publish_identity(r);
    return OK;
}

static int live_on_connection(request_rec *r, const asa_policy_t *policy)
{
    asa_facts_t facts = {0};
    int status;

    if (!mod_asa_persistent_auth_recall(r)) {
        return mod_asa_refusal_make(r, ASA_REASON_NO_CREDENTIALS, &facts);
    }
    status = inherit(r, policy);
    if (status == OK) {
        mod_asa_tally_persistent(mod_asa_config_protocol(r));
        mod_asa_refusal_spare_endless_body(r);
    }
    return status;
}

static int authenticate(request_rec *r, const asa_policy_t *policy)
{
    mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);
    asa_authorization_t authorization;
    asa_facts_t facts = {0};

    asa_negotiate_read(exchange->pool, apr_table_get(r->headers_in, "Authorization"),
                       &authorization);
    facts.scheme = authorization.scheme_name;
    switch (authorization.scheme) {
    case ASA_SCHEME_NONE:
        return live_on_connection(r, policy);
    case ASA_SCHEME_NTLM:
        exchange->attempted = "NTLM";
        return mod_asa_refusal_make(r, ASA_REASON_NTLM_OFFERED, &facts);
    case ASA_SCHEME_BASIC:
        exchange->attempted = "Basic";
        return mod_asa_refusal_make(r, ASA_REASON_NOT_NEGOTIATE, &facts);
    case ASA_SCHEME_NEGOTIATE:
        exchange->attempted = "Negotiate";
        return mod_asa_acceptance_of(r, policy, &authorization);
    default:
        return mod_asa_refusal_make(r, ASA_REASON_NOT_NEGOTIATE, &facts);
    }
}

int mod_asa_authn_check(request_rec *r)
{
    const char *type = ap_auth_type(r);
    asa_policy_t policy;
    asa_facts_t facts = {0};
    asa_reason_t reason;

    if (type == NULL || strcasecmp(type, "Negotiate") != 0) {
        return DECLINED;
    }
    mod_asa_config_policy(r, &policy);
    if (mod_asa_exchange_of(r)->decided) {
        return inherit(r, &policy);
    }
    reason = asa_policy_judge_channel(&policy, mod_asa_tls_is_on(r->connection));
    if (reason == ASA_REASON_NONE && !mod_asa_acceptance_is_possible(r, &facts)) {
        mod_asa_persistent_auth_drop(r);
        reason = ASA_REASON_NO_USABLE_KEY;
    }
    return reason != ASA_REASON_NONE ? mod_asa_refusal_make(r, reason, &facts)
                                     : authenticate(r, &policy);
}

int mod_asa_authn_note_failure(request_rec *r, const char *auth_type)
{
    asa_policy_t policy;

    if (strcasecmp(auth_type, "Negotiate") != 0) {
        return DECLINED;
    }
    mod_asa_config_policy(r, &policy);
    mod_asa_refusal_spare_body(r);
    if (apr_table_get(r->err_headers_out, "WWW-Authenticate") == NULL &&
        asa_policy_judge_channel(&policy, mod_asa_tls_is_on(r->connection)) == ASA_REASON_NONE) {
        apr_table_setn(r->err_headers_out, "WWW-Authenticate",
                       asa_negotiate_write(r->pool, NULL, 0));
    }
    return OK;
}
