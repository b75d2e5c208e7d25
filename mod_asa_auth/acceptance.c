/* SPDX-License-Identifier: Apache-2.0
 *
 * Accepts one token: judge -> accept -> policy -> identity -> publication, one step a function.
 */
#include "mod_asa_auth/acceptance.h"

#include <string.h>

#include <apr_strings.h>

#include "core/gss.h"
#include "core/pac.h"
#include "core/ticket.h"
#include "core/token.h"
#include "mod_asa_auth/config.h"
#include "mod_asa_auth/exchange.h"
#include "mod_asa_auth/handshake.h"
#include "mod_asa_auth/publish.h"
#include "mod_asa_auth/refusal.h"
#include "mod_asa_auth/tally.h"
#include "mod_asa_auth/tls.h"

/* What one acceptance works with. */
typedef struct {
    request_rec *r;
    mod_asa_exchange_t *exchange;
    apr_pool_t *pool; /* the exchange's: a sub-request's own would be too short-lived */
    asa_policy_t policy;
    const mod_asa_held_t *held;
    asa_token_t token;
    const unsigned char *bytes;
    size_t len;
    mod_asa_handshake_t *handshake; /* NULL on a first leg */
    asa_facts_t facts;
} attempt_t;

/* For the log: names that the client chose are shortened. */
static const char *shorten(apr_pool_t *pool, const char *text)
{
    return text == NULL || strlen(text) <= 256
               ? text
               : apr_pstrcat(pool, apr_pstrndup(pool, text, 256), "...", NULL);
}

static void gather_facts(attempt_t *attempt)
{
    apr_pool_t *pool = attempt->pool;
    const asa_token_t *token = &attempt->token;

    attempt->facts.scheme = "Negotiate";
    attempt->facts.accepted = asa_spn_describe(pool, &attempt->policy.spns);
    attempt->facts.held = apr_pstrdup(pool, attempt->held->summary);
    if (token->spn != NULL) {
        attempt->facts.spn = shorten(pool, token->spn);
        attempt->facts.etype = asa_token_etype_name(pool, token->etype);
        attempt->facts.kvno = token->kvno_known ? apr_psprintf(pool, "%u", token->kvno) : NULL;
    }
}

static int refuse(attempt_t *attempt, asa_reason_t reason, const char *detail)
{
    gather_facts(attempt);
    attempt->facts.detail = detail;
    return mod_asa_refusal_make(attempt->r, reason, &attempt->facts);
}

/* Can the token that carries the ticket be accepted with these bindings?  Tried with the same keys
 * and no replay cache: a second try with the cache would be a replay.  A later leg of SPNEGO stands
 * on the ones before it, so the Kerberos token inside is tried. */
static bool fits(const attempt_t *attempt, const asa_channel_bindings_t *bindings)
{
    const asa_token_t *token = &attempt->token;
    bool later = token->kind == ASA_TOKEN_SPNEGO_RESPONSE;
    asa_context_t *context = NULL;
    asa_accept_t trial;

    asa_gss_accept(attempt->held->trial_acceptor, &context,
                   later ? token->kerberos : attempt->bytes,
                   later ? token->kerberos_len : attempt->len, bindings->bytes, bindings->len,
                   attempt->pool, &trial);
    asa_gss_context_destroy(context);
    return trial.outcome != ASA_ACCEPT_FAILED;
}

/* With several certificates, the first that the ticket is bound to, or any if it is bound to none.
 */
static const asa_channel_bindings_t *choose_bindings(attempt_t *attempt)
{
    const asa_channel_bindings_t *candidates;
    size_t count = 0;

    if (attempt->policy.bindings != ASA_BINDINGS_OFF) {
        count = mod_asa_tls_bindings(attempt->r, &candidates);
    }
    for (size_t i = 0; attempt->token.ap_req != NULL && count > 1 && i < count; i++) {
        if (fits(attempt, &candidates[i])) {
            return &candidates[i];
        }
    }
    return count > 0 ? &candidates[0] : NULL;
}

/* Which key opened the ticket, found by opening it. */
static void record_key(attempt_t *attempt, mod_asa_sign_in_t *sign_in)
{
    apr_pool_t *pool = attempt->pool;
    const asa_token_t *token = &attempt->token;
    bool forwardable = false;
    int key = token->spn != NULL ? asa_ticket_key(attempt->held->opener, token, &forwardable) : -1;

    sign_in->evidence = asa_evidence_of(token, forwardable);
    sign_in->key = "unknown";
    sign_in->slot = ASA_KEY_OLDER;
    if (key >= 0) {
        sign_in->account =
            apr_pstrcat(pool, asa_keyring_account_name(attempt->held->ring, (size_t)key), "@",
                        asa_keyring_key(attempt->held->ring, (size_t)key)->realm, NULL);
        sign_in->slot = asa_keyring_slot(attempt->held->ring, (size_t)key);
        sign_in->key = asa_keyring_slot_name(sign_in->slot);
        sign_in->etype = asa_token_etype_name(pool, token->etype);
        sign_in->kvno = token->kvno_known ? apr_psprintf(pool, "%u", token->kvno) : NULL;
    }
}

/* The client's names; NULL with *detail when they cannot be used. */
static const asa_identity_t *identify(attempt_t *attempt, const asa_accept_t *accepted,
                                      const char **detail)
{
    const mod_asa_server_t *server = mod_asa_config_server(attempt->r->server);
    apr_pool_t *pool = attempt->pool;
    asa_pac_logon_t logon;
    asa_pac_upn_t upn;
    const asa_identity_t *identity;

    if (accepted->logon_info != NULL &&
        !asa_pac_read_logon(pool, accepted->logon_info, accepted->logon_info_len, &logon)) {
        *detail = "the PAC's logon information cannot be read";
        return NULL;
    }
    if (accepted->upn_dns_info != NULL &&
        !asa_pac_read_upn(pool, accepted->upn_dns_info, accepted->upn_dns_info_len, &upn)) {
        *detail = "the PAC's UPN cannot be read";
        return NULL;
    }
    identity =
        asa_identity_make(pool, accepted->client, accepted->logon_info != NULL ? &logon : NULL,
                          accepted->upn_dns_info != NULL ? &upn : NULL,
                          server->domains_set ? (const asa_domain_t *)server->domains->elts : NULL,
                          server->domains_set ? (size_t)server->domains->nelts : 0);
    if (identity == NULL) {
        *detail = shorten(pool, accepted->client);
    }
    return identity;
}

static int finish(attempt_t *attempt, const asa_accept_t *accepted)
{
    request_rec *r = attempt->r;
    mod_asa_exchange_t *exchange = attempt->exchange;
    mod_asa_sign_in_t *sign_in = &exchange->sign_in;
    const char *detail = NULL;
    asa_reason_t reason;

    sign_in->proof = (asa_proof_t){
        /* The acceptor cannot be asked: it reports the key table entry that opened the ticket,
         * which is the account (EXCH2016ASA$) and not the service. */
        .spn = attempt->token.spn,
        .bound = accepted->bound,
        .tls = mod_asa_tls_is_on(r->connection),
    };
    reason = asa_policy_judge_proof(&attempt->policy, &sign_in->proof);
    if (reason != ASA_REASON_NONE) {
        return refuse(attempt, reason, NULL);
    }
    sign_in->identity = identify(attempt, accepted, &detail);
    if (sign_in->identity == NULL) {
        return refuse(attempt, ASA_REASON_NAME_UNUSABLE, detail);
    }
    record_key(attempt, sign_in);
    sign_in->generation = attempt->held->generation;
    sign_in->expires =
        accepted->lifetime > 0 ? apr_time_now() + apr_time_from_sec(accepted->lifetime) : 0;
    exchange->persistent = mod_asa_config_persistent(r);
    sign_in->mechanism = attempt->token.kind == ASA_TOKEN_KERBEROS ? "Kerberos" : "SPNEGO";
    if (accepted->reply != NULL) {
        exchange->reply = asa_negotiate_write(attempt->pool, accepted->reply, accepted->reply_len);
    }
    exchange->forwarded = accepted->forwarded;
    exchange->decided = true;
    mod_asa_tally_signed_in(mod_asa_config_protocol(r), sign_in->slot);
    mod_asa_refusal_spare_endless_body(r);
    mod_asa_publish_identity(r);
    return OK;
}

static int explain_failure(attempt_t *attempt, const asa_accept_t *accepted)
{
    const char *detail = NULL;
    asa_reason_t reason;

    if (accepted->bad_bindings) {
        return refuse(attempt, ASA_REASON_BAD_BINDINGS, accepted->detail);
    }
    reason = asa_ticket_diagnose(attempt->held->opener, &attempt->token, attempt->pool, &detail);
    if (reason == ASA_REASON_NONE) {
        reason = accepted->replayed ? ASA_REASON_REPLAY : ASA_REASON_ACCEPT_FAILED;
    }
    return refuse(attempt, reason, detail != NULL ? detail : accepted->detail);
}

/* The last leg may carry no more than a checksum; the ticket came with the one before. */
static void recall_ticket(attempt_t *attempt)
{
    const mod_asa_handshake_t *handshake = attempt->handshake;

    if (attempt->token.ap_req == NULL && handshake != NULL && handshake->token != NULL) {
        asa_token_read(attempt->pool, handshake->token, handshake->token_len, &attempt->token);
    }
}

static int ask_for_next_leg(attempt_t *attempt, const asa_accept_t *accepted,
                            asa_context_t *context)
{
    request_rec *r = attempt->r;
    mod_asa_handshake_t *handshake =
        attempt->handshake != NULL ? attempt->handshake : mod_asa_handshake_make();

    attempt->handshake = NULL;
    if (handshake == NULL) {
        asa_gss_context_destroy(context);
        return refuse(attempt, ASA_REASON_ACCEPT_FAILED, "no memory");
    }
    handshake->context = context;
    if (attempt->token.ap_req != NULL) {
        mod_asa_handshake_remember(handshake, attempt->bytes, attempt->len);
    }
    mod_asa_handshake_leave(r->connection, handshake);
    attempt->exchange->continued = true;
    attempt->exchange->decided = true;
    mod_asa_refusal_spare_body(r);
    apr_table_setn(r->err_headers_out, "WWW-Authenticate",
                   asa_negotiate_write(attempt->pool, accepted->reply, accepted->reply_len));
    return HTTP_UNAUTHORIZED;
}

static int accept_token(attempt_t *attempt)
{
    asa_context_t *context = NULL;
    const asa_channel_bindings_t *bindings = choose_bindings(attempt);
    apr_time_t begin = apr_time_now();
    asa_accept_t accepted;

    if (attempt->handshake != NULL) {
        context = attempt->handshake->context;
        attempt->handshake->context = NULL;
    }
    asa_gss_accept(attempt->held->acceptor, &context, attempt->bytes, attempt->len,
                   bindings != NULL ? bindings->bytes : NULL, bindings != NULL ? bindings->len : 0,
                   attempt->pool, &accepted);
    attempt->exchange->accept_time = apr_time_now() - begin;
    if (accepted.outcome == ASA_ACCEPT_CONTINUE) {
        return ask_for_next_leg(attempt, &accepted, context);
    }
    recall_ticket(attempt);
    return accepted.outcome == ASA_ACCEPT_DONE ? finish(attempt, &accepted)
                                               : explain_failure(attempt, &accepted);
}

/* Is the token one that Kerberos can come out of?  NONE, NTLM_OFFERED or TOKEN_MALFORMED with
 * *detail. */
static asa_reason_t judge_token(const asa_token_t *token, bool have_context, const char **detail)
{
    *detail = NULL;
    switch (token->kind) {
    case ASA_TOKEN_KERBEROS:
        return ASA_REASON_NONE;
    case ASA_TOKEN_NTLM:
        return ASA_REASON_NTLM_OFFERED;
    case ASA_TOKEN_SPNEGO_INIT:
        if (!token->offers_kerberos) {
            *detail = "it offers no mechanism that is known here";
            return token->offers_ntlm ? ASA_REASON_NTLM_OFFERED : ASA_REASON_TOKEN_MALFORMED;
        }
        return ASA_REASON_NONE;
    case ASA_TOKEN_SPNEGO_RESPONSE:
        if (token->ntlm_type != 0) {
            return ASA_REASON_NTLM_OFFERED;
        }
        *detail = "it continues a handshake that this connection did not begin";
        return have_context ? ASA_REASON_NONE : ASA_REASON_TOKEN_MALFORMED;
    default:
        *detail = "it is neither SPNEGO nor Kerberos";
        return ASA_REASON_TOKEN_MALFORMED;
    }
}

static int judge_and_accept(attempt_t *attempt)
{
    const char *detail;
    asa_reason_t reason;
    int status;

    attempt->handshake = mod_asa_handshake_take(attempt->r->connection);
    if (attempt->token.kind != ASA_TOKEN_SPNEGO_RESPONSE) { /* a first leg begins anew */
        mod_asa_handshake_destroy(attempt->handshake);
        attempt->handshake = NULL;
    }
    reason = judge_token(&attempt->token, attempt->handshake != NULL, &detail);
    if (reason == ASA_REASON_NTLM_OFFERED) {
        attempt->exchange->attempted = "NTLM";
    }
    status = reason != ASA_REASON_NONE ? refuse(attempt, reason, detail) : accept_token(attempt);
    mod_asa_handshake_destroy(attempt->handshake);
    return status;
}

bool mod_asa_acceptance_is_possible(request_rec *r, asa_facts_t *facts)
{
    mod_asa_credential_t *credential = mod_asa_config_server(r->server)->credential;
    const mod_asa_held_t *held = credential != NULL ? mod_asa_credential_hold(credential) : NULL;

    if (held == NULL) {
        facts->detail = credential != NULL
                            ? mod_asa_credential_defect(credential, mod_asa_exchange_of(r)->pool)
                            : "AsaCredential is not set for this server";
    }
    mod_asa_credential_release(held);
    return held != NULL;
}

int mod_asa_acceptance_of(request_rec *r, const asa_policy_t *policy,
                          const asa_authorization_t *authorization)
{
    mod_asa_credential_t *credential = mod_asa_config_server(r->server)->credential;
    mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);
    attempt_t attempt = {.r = r, .exchange = exchange, .pool = exchange->pool, .policy = *policy};
    asa_facts_t facts = {.scheme = "Negotiate"};
    int status;

    if (authorization->token == NULL) {
        facts.detail = authorization->defect;
        return mod_asa_refusal_make(r, ASA_REASON_TOKEN_MALFORMED, &facts);
    }
    attempt.held = mod_asa_credential_hold(credential);
    if (attempt.held == NULL) { /* let go meanwhile: the child ends */
        facts.detail = "this process ends";
        return mod_asa_refusal_make(r, ASA_REASON_NO_USABLE_KEY, &facts);
    }
    attempt.bytes = authorization->token;
    attempt.len = authorization->token_len;
    asa_token_read(attempt.pool, attempt.bytes, attempt.len, &attempt.token);
    status = judge_and_accept(&attempt);
    mod_asa_credential_release(attempt.held);
    return status;
}
