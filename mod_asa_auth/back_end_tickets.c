/* SPDX-License-Identifier: Apache-2.0
 *
 * Gets tickets for back ends and keeps them.
 */
#include "mod_asa_auth/back_end_tickets.h"

#include <stdatomic.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "core/credential_cache.h"
#include "core/s4u.h"
#include "core/ticket.h"

#define TICKETS_MAX 4096
/* How long a request waits for the KDC, and how long a refusal and a KDC that did not answer are
 * remembered. */
#define WAIT     apr_time_from_sec(5)
#define REMEMBER apr_time_from_sec(5)
/* A ticket is replaced before it ends, so that no request carries one that ends on its way. */
#define SPARE apr_time_from_sec(60)

/* What the account of a credential has by itself. */
typedef struct account_t {
    asa_s4u_account_t *own;
    atomic_llong silent_until; /* the KDC did not answer: not before then is it waited for again */
} account_t;

/* A question that outlives its request. */
typedef struct job_t {
    mod_asa_credential_t *credential;
    account_t *account;
    asa_evidence_t evidence;
    const char *client;
    const char *service;
    const char *forwarded; /* name of a credential cache */
    asa_delegation_case_t given;
} job_t;

static struct {
    mod_asa_lookup_t *lookup;
    apr_hash_t *accounts; /* account_t * by the credential's address */
} tickets;

static account_t *account_of(mod_asa_credential_t *credential)
{
    return apr_hash_get(tickets.accounts, &credential, sizeof credential);
}

static void *copy_question(apr_pool_t *pool, const void *asked)
{
    const mod_asa_ticket_question_t *question = asked;
    job_t *job = apr_pcalloc(pool, sizeof *job);

    job->credential = question->credential;
    job->account = account_of(question->credential);
    job->evidence = asa_evidence_copy(pool, &question->sign_in->evidence);
    job->client = apr_pstrdup(pool, question->sign_in->identity->principal);
    job->service = apr_pstrdup(pool, question->service);
    if (question->forwarded != NULL) {
        job->forwarded = asa_credential_cache_make(pool);
        if (job->forwarded != NULL &&
            asa_gss_forwarded_store(pool, question->forwarded, job->forwarded) != NULL) {
            job->forwarded = NULL;
        }
    }
    job->given = (asa_delegation_case_t){
        .forwarded = job->forwarded != NULL,
        .evidence = job->evidence.ticket != NULL,
        .forwardable = job->evidence.forwardable,
        .not_delegated = question->sign_in->identity->not_delegated,
    };
    return job;
}

/* The account signs in with the keys of now, the one that opens the client's ticket first. */
static asa_kdc_answer_t sign_in(const job_t *job, asa_s4u_t *s4u, const char **words)
{
    const mod_asa_held_t *held = mod_asa_credential_hold(job->credential);
    asa_token_t token = asa_evidence_token(&job->evidence);
    asa_kdc_answer_t answer = ASA_KDC_NO_ACCOUNT;
    bool forwardable;
    int key = held != NULL ? asa_ticket_key(held->opener, &token, &forwardable) : -1;

    *words = "no key is held that opens the user's ticket";
    if (key >= 0) {
        answer = asa_s4u_sign_in(s4u, job->account->own, held->ring, (size_t)key);
        *words = asa_s4u_words(s4u);
    }
    mod_asa_credential_release(held);
    return answer;
}

static asa_kdc_answer_t go(const job_t *job, asa_s4u_t *s4u, asa_delegation_way_t way,
                           asa_s4u_ticket_t *ticket, const char **words)
{
    asa_kdc_answer_t answer = ASA_KDC_GRANTED;

    if (way != ASA_DELEGATION_FORWARDED) {
        answer = sign_in(job, s4u, words);
    }
    if (answer != ASA_KDC_GRANTED) {
        return answer;
    }
    switch (way) {
    case ASA_DELEGATION_FORWARDED:
        answer = asa_s4u_by_forwarded(s4u, job->forwarded, job->client, job->service, ticket);
        break;
    case ASA_DELEGATION_EVIDENCE:
        answer = asa_s4u_by_evidence(s4u, job->account->own, job->evidence.ticket,
                                     job->evidence.len, job->client, job->service, ticket);
        break;
    default:
        answer =
            asa_s4u_by_impersonation(s4u, job->account->own, job->client, job->service, ticket);
        break;
    }
    *words = asa_s4u_words(s4u);
    if (answer == ASA_KDC_FAILED && way == ASA_DELEGATION_EVIDENCE) {
        asa_s4u_forget(job->account->own);
    }
    return answer;
}

static void get_ticket(apr_pool_t *pool, const job_t *job, asa_s4u_t *s4u,
                       mod_asa_ticket_answer_t *out, apr_time_t *ends)
{
    asa_delegation_way_t way = asa_delegation_first(&job->given);
    asa_kdc_answer_t answer, said = ASA_KDC_FAILED;
    asa_s4u_ticket_t ticket = {0};

    do {
        const char *words = "";
        out->way = way;
        answer = go(job, s4u, way, &ticket, &words);
        if (asa_delegation_outcome(said, way, answer) != said || out->words == NULL) {
            out->words = words;
        }
        said = asa_delegation_outcome(said, way, answer);
        way = asa_delegation_next(&job->given, way, answer);
    } while (way != ASA_DELEGATION_NONE);
    out->reason = asa_delegation_reason(&job->given, said);
    if (out->reason == ASA_REASON_NONE) {
        const char *error =
            asa_gss_initiator_make(pool, ticket.cache, ticket.service, &out->initiator);
        if (error != NULL) {
            out->reason = ASA_REASON_NO_BACK_END_TICKET;
            out->words = error;
        } else {
            *ends = ticket.ends - SPARE;
        }
    }
    if (said == ASA_KDC_UNREACHABLE) {
        atomic_store(&job->account->silent_until, (long long)(apr_time_now() + REMEMBER));
    }
}

static void *look_up(apr_pool_t *pool, const void *question, apr_time_t *ends)
{
    mod_asa_ticket_answer_t *out = apr_pcalloc(pool, sizeof *out);
    asa_s4u_t *s4u = asa_s4u_open(pool);

    *ends = apr_time_now() + REMEMBER;
    if (s4u == NULL) {
        out->reason = ASA_REASON_NO_BACK_END_TICKET;
        out->words = "the Kerberos library does not start; see krb5.conf";
    } else {
        get_ticket(pool, question, s4u, out, ends);
    }
    return out;
}

void mod_asa_back_end_tickets_start(apr_pool_t *pchild, server_rec *main_server,
                                    apr_thread_pool_t *threads)
{
    static const mod_asa_lookup_kind_t kind = {copy_question, look_up};
    const apr_array_header_t *all = mod_asa_credential_all(main_server->process->pconf);

    tickets.lookup =
        threads != NULL ? mod_asa_lookup_make(pchild, threads, &kind, TICKETS_MAX) : NULL;
    tickets.accounts = apr_hash_make(pchild);
    for (int i = 0; i < all->nelts; i++) {
        account_t *account = apr_pcalloc(pchild, sizeof *account);
        account->own = asa_s4u_account_make(pchild);
        if (account->own != NULL) {
            apr_hash_set(tickets.accounts, (mod_asa_credential_t **)all->elts + i,
                         sizeof(mod_asa_credential_t *), account);
        }
    }
}

static const char *key_of(const mod_asa_ticket_question_t *question, apr_pool_t *pool)
{
    return apr_psprintf(pool, "%pp %d %d %s %s", (void *)question->credential,
                        question->sign_in->evidence.forwardable, question->forwarded != NULL,
                        question->service, question->sign_in->identity->principal);
}

static const mod_asa_ticket_answer_t no_threads = {
    .reason = ASA_REASON_NO_BACK_END_TICKET,
    .words = "this process could not start what asks the KDC",
};
static const mod_asa_ticket_answer_t no_answer = {
    .reason = ASA_REASON_KDC_UNREACHABLE,
    .words = "it did not answer, or too many ask at the same time",
};

const mod_asa_ticket_answer_t *
mod_asa_back_end_tickets_get(const mod_asa_ticket_question_t *question, apr_pool_t *pool,
                             mod_asa_lookup_entry_t **entry, bool *kept)
{
    account_t *account = account_of(question->credential);
    const char *key = key_of(question, pool);

    *entry = NULL;
    *kept = false;
    if (tickets.lookup == NULL || account == NULL) {
        return &no_threads;
    }
    *entry = mod_asa_lookup_find(tickets.lookup, key);
    *kept = *entry != NULL;
    if (*entry == NULL && apr_time_now() >= (apr_time_t)atomic_load(&account->silent_until)) {
        *entry = mod_asa_lookup_ask(tickets.lookup, key, question, WAIT);
        if (*entry == NULL) {
            atomic_store(&account->silent_until, (long long)(apr_time_now() + REMEMBER));
        }
    }
    return *entry != NULL ? mod_asa_lookup_answer(*entry) : &no_answer;
}
