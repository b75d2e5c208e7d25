/* SPDX-License-Identifier: Apache-2.0
 *
 * Gets tickets for back ends and keeps them.
 */
#include "mod_asa_auth/back_end_tickets.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "core/credential_cache.h"
#include "core/s4u.h"
#include "core/ticket.h"
#include "mod_asa_auth/own_pool.h"

#define TICKETS_MAX 4096
/* How long a request waits for the KDC, and how long a refusal and a KDC that did not answer are
 * remembered. */
#define WAIT     apr_time_from_sec(5)
#define REMEMBER apr_time_from_sec(5)
/* A ticket is replaced before it ends, so that no request carries one that ends on its way. */
#define SPARE apr_time_from_sec(60)

/* Of the KDCs that are asked for a service on behalf of users of one realm. */
typedef struct kdc_t {
    atomic_llong answered;     /* when one did last */
    atomic_llong silent_until; /* none did: not before then is it waited for again */
} kdc_t;

/* What belongs to a credential: its key tables can hold keys of several accounts. */
typedef struct books_t {
    pthread_mutex_t mutex; /* guards the pool and the tables; what they hold stays where it is */
    apr_pool_t *pool;
    apr_hash_t *own;  /* asa_own_ticket_t * by the account's name */
    apr_hash_t *kdcs; /* kdc_t * by service and realm */
} books_t;

/* A question that outlives its request. */
typedef struct job_t {
    mod_asa_credential_t *credential;
    asa_own_ticket_t *own;
    kdc_t *kdc;
    asa_evidence_t evidence;
    const char *client;
    const char *service;
    const char *forwarded; /* name of a credential cache */
    asa_delegation_case_t given;
} job_t;

static struct {
    mod_asa_lookup_t *lookup;
    apr_hash_t *books; /* books_t * by the credential's address */
} tickets;

static books_t *books_of(mod_asa_credential_t *credential)
{
    return apr_hash_get(tickets.books, &credential, sizeof credential);
}

/* The account's own ticket, empty at first; NULL without memory. */
static asa_own_ticket_t *own_of(books_t *books, const char *account)
{
    asa_own_ticket_t *own;

    pthread_mutex_lock(&books->mutex);
    own = apr_hash_get(books->own, account, APR_HASH_KEY_STRING);
    if (own == NULL) {
        own = asa_own_ticket_make(books->pool);
        if (own != NULL) {
            apr_hash_set(books->own, apr_pstrdup(books->pool, account), APR_HASH_KEY_STRING, own);
        }
    }
    pthread_mutex_unlock(&books->mutex);
    return own;
}

/* There are no more of them than services in the configuration times realms that are trusted. */
static kdc_t *kdc_of(books_t *books, const char *service, const char *client, apr_pool_t *pool)
{
    const char *at = strrchr(client, '@');
    const char *key = apr_pstrcat(pool, service, " ", at != NULL ? at + 1 : "", NULL);
    kdc_t *kdc;

    pthread_mutex_lock(&books->mutex);
    kdc = apr_hash_get(books->kdcs, key, APR_HASH_KEY_STRING);
    if (kdc == NULL) {
        kdc = apr_pcalloc(books->pool, sizeof *kdc);
        apr_hash_set(books->kdcs, apr_pstrdup(books->pool, key), APR_HASH_KEY_STRING, kdc);
    }
    pthread_mutex_unlock(&books->mutex);
    return kdc;
}

static void *copy_question(apr_pool_t *pool, const void *asked)
{
    const mod_asa_ticket_question_t *question = asked;
    const char *account = question->sign_in->account;
    books_t *books = books_of(question->credential);
    job_t *job = apr_pcalloc(pool, sizeof *job);

    job->credential = question->credential;
    job->own = account != NULL ? own_of(books, account) : NULL;
    job->kdc = kdc_of(books, question->service, question->sign_in->identity->principal, pool);
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
    if (key >= 0 && job->own != NULL) {
        const asa_own_ticket_keys_t keys = {held->ring, (size_t)key, held->generation};
        answer = asa_s4u_sign_in(s4u, job->own, &keys);
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
        answer = asa_s4u_by_evidence(s4u, job->evidence.ticket, job->evidence.len, job->client,
                                     job->service, ticket);
        break;
    default:
        answer = asa_s4u_by_impersonation(s4u, job->client, job->service, ticket);
        break;
    }
    *words = asa_s4u_words(s4u);
    if (answer == ASA_KDC_FAILED && way == ASA_DELEGATION_EVIDENCE) {
        asa_own_ticket_forget(job->own);
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
        atomic_store(&job->kdc->silent_until, (long long)(apr_time_now() + REMEMBER));
    } else {
        atomic_store(&job->kdc->answered, (long long)apr_time_now());
    }
}

/* All but the answer goes when it is there: the library's context, the account's ticket, and the
 * one that the client forwarded. */
static void *look_up(apr_pool_t *pool, const void *question, apr_time_t *ends)
{
    const job_t *job = question;
    mod_asa_ticket_answer_t *out = apr_pcalloc(pool, sizeof *out);
    apr_pool_t *talk = mod_asa_own_pool();
    asa_s4u_t *s4u = talk != NULL ? asa_s4u_open(talk, pool) : NULL;

    *ends = apr_time_now() + REMEMBER;
    if (s4u == NULL) {
        out->reason = ASA_REASON_NO_BACK_END_TICKET;
        out->words = "the Kerberos library does not start; see krb5.conf";
    } else {
        get_ticket(pool, job, s4u, out, ends);
    }
    if (talk != NULL) {
        apr_pool_destroy(talk);
    }
    if (job->forwarded != NULL) {
        asa_credential_cache_destroy(pool, job->forwarded);
    }
    return out;
}

static apr_status_t close_books(void *data)
{
    books_t *books = data;

    pthread_mutex_destroy(&books->mutex);
    apr_pool_destroy(books->pool);
    return APR_SUCCESS;
}

/* NULL without memory. */
static books_t *open_books(apr_pool_t *pchild)
{
    books_t *books = apr_pcalloc(pchild, sizeof *books);

    books->pool = mod_asa_own_pool();
    if (books->pool == NULL) {
        return NULL;
    }
    pthread_mutex_init(&books->mutex, NULL);
    books->own = apr_hash_make(books->pool);
    books->kdcs = apr_hash_make(books->pool);
    apr_pool_cleanup_register(pchild, books, close_books, apr_pool_cleanup_null);
    return books;
}

void mod_asa_back_end_tickets_start(apr_pool_t *pchild, server_rec *main_server,
                                    apr_thread_pool_t *threads)
{
    static const mod_asa_lookup_kind_t kind = {copy_question, look_up};
    const apr_array_header_t *all = mod_asa_credential_all(main_server->process->pconf);

    tickets.lookup =
        threads != NULL ? mod_asa_lookup_make(pchild, threads, &kind, TICKETS_MAX) : NULL;
    tickets.books = apr_hash_make(pchild);
    for (int i = 0; i < all->nelts; i++) {
        books_t *books = open_books(pchild);
        if (books != NULL) {
            apr_hash_set(tickets.books, (mod_asa_credential_t **)all->elts + i,
                         sizeof(mod_asa_credential_t *), books);
        }
    }
}

/* Who asks counts too: one account may get what another may not. */
static const char *key_of(const mod_asa_ticket_question_t *question, apr_pool_t *pool)
{
    const char *account = question->sign_in->account;

    /* No name holds a line's end: two keys are equal only if all their parts are. */
    return apr_psprintf(pool, "%pp %d %d\n%s\n%s\n%s", (void *)question->credential,
                        question->sign_in->evidence.forwardable, question->forwarded != NULL,
                        account != NULL ? account : "", question->service,
                        question->sign_in->identity->principal);
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
    books_t *books = books_of(question->credential);
    const char *key = key_of(question, pool);
    apr_time_t begin = apr_time_now();
    kdc_t *kdc;

    *entry = NULL;
    *kept = false;
    if (tickets.lookup == NULL || books == NULL) {
        return &no_threads;
    }
    *entry = mod_asa_lookup_find(tickets.lookup, key);
    *kept = *entry != NULL;
    if (*entry != NULL) {
        return mod_asa_lookup_answer(*entry);
    }
    kdc = kdc_of(books, question->service, question->sign_in->identity->principal, pool);
    if (begin >= (apr_time_t)atomic_load(&kdc->silent_until)) {
        *entry = mod_asa_lookup_ask(tickets.lookup, key, question, WAIT);
        if (*entry == NULL && (apr_time_t)atomic_load(&kdc->answered) < begin) {
            atomic_store(&kdc->silent_until, (long long)(apr_time_now() + REMEMBER));
        }
    }
    return *entry != NULL ? mod_asa_lookup_answer(*entry) : &no_answer;
}
