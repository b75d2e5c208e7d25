/* SPDX-License-Identifier: Apache-2.0
 *
 * Signs accounts in with their keys.
 */
#include "core/own_ticket.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include <apr_strings.h>
#include <krb5.h>

#include "core/credential_cache.h"
#include "core/kdc_answer.h"
#include "core/keytab.h"

/* A ticket that ends sooner than this is as good as ended. */
#define SPARE_SECONDS 300
/* Key versions of an account that are tried: a roll leaves two, and stages a third. */
#define VERSIONS_MAX 3
/* How long it is remembered that the account could not sign in, and that no KDC answered it. */
#define REFUSED_SECONDS 30
#define SILENT_SECONDS  5

struct asa_own_ticket_t {
    pthread_mutex_t mutex; /* one thread at a time gets the ticket; others wait for it */
    const char *cache;
    apr_time_t ends; /* 0: no ticket */
    /* Until when it need not be tried with these keys, and why: */
    apr_time_t failed_until;
    unsigned failed_generation;
    asa_kdc_answer_t failed_answer;
    char failed_words[256];
};

/* One attempt to get it. */
typedef struct attempt_t {
    asa_own_ticket_t *own;
    const asa_own_ticket_keys_t *keys;
    krb5_context context;
    apr_pool_t *pool;
    const char **words;
} attempt_t;

static apr_status_t close_own(void *data)
{
    pthread_mutex_destroy(&((asa_own_ticket_t *)data)->mutex);
    return APR_SUCCESS;
}

asa_own_ticket_t *asa_own_ticket_make(apr_pool_t *pool)
{
    asa_own_ticket_t *own = apr_pcalloc(pool, sizeof *own);

    own->cache = asa_credential_cache_make(pool);
    if (own->cache == NULL || pthread_mutex_init(&own->mutex, NULL) != 0) {
        return NULL;
    }
    apr_pool_cleanup_register(pool, own, close_own, apr_pool_cleanup_null);
    return own;
}

void asa_own_ticket_forget(asa_own_ticket_t *own)
{
    pthread_mutex_lock(&own->mutex);
    own->ends = 0;
    pthread_mutex_unlock(&own->mutex);
}

/* The keys of one version of the account that owns the key at the index. */
static void keys_of_version(apr_pool_t *pool, const asa_keyring_t *ring, size_t index,
                            uint32_t kvno, const char *principal, asa_keys_t *out)
{
    asa_key_t *keys = apr_palloc(pool, asa_keyring_count(ring) * sizeof *keys);

    out->keys = keys;
    out->count = 0;
    for (size_t i = 0; i < asa_keyring_count(ring); i++) {
        if (asa_keyring_account(ring, i) == asa_keyring_account(ring, index) &&
            asa_keyring_key(ring, i)->kvno == kvno) {
            keys[out->count] = *asa_keyring_key(ring, i);
            keys[out->count].principal = principal;
            keys[out->count++].realm = asa_keyring_key(ring, index)->realm;
        }
    }
}

static krb5_error_code get_initial(const attempt_t *attempt, const asa_keys_t *keys)
{
    krb5_context context = attempt->context;
    const char *name =
        apr_pstrcat(attempt->pool, keys->keys[0].principal, "@", keys->keys[0].realm, NULL);
    krb5_get_init_creds_opt *options = NULL;
    krb5_principal principal = NULL;
    krb5_keytab keytab;
    krb5_creds creds = {0};
    krb5_error_code code = krb5_parse_name(context, name, &principal);

    if (code == 0) {
        code = krb5_get_init_creds_opt_alloc(context, &options);
    }
    if (code == 0) {
        krb5_get_init_creds_opt_set_forwardable(options, 1);
        code = asa_keytab_hold(attempt->pool, keys, &keytab) == NULL ? 0 : ENOMEM;
    }
    if (code == 0) {
        code = krb5_get_init_creds_keytab(context, &creds, principal, keytab, 0, NULL, options);
    }
    if (code == 0) {
        code = asa_credential_cache_keep(context, attempt->own->cache, &creds);
        attempt->own->ends =
            code == 0 ? apr_time_from_sec((apr_time_t)(uint32_t)creds.times.endtime) : 0;
    }
    krb5_free_cred_contents(context, &creds);
    krb5_get_init_creds_opt_free(context, options);
    krb5_free_principal(context, principal);
    return code;
}

static asa_kdc_answer_t try_keys(const attempt_t *attempt)
{
    const asa_keyring_t *ring = attempt->keys->ring;
    const char *principal = asa_keyring_account_name(ring, attempt->keys->index);
    krb5_error_code code = KRB5KDC_ERR_PREAUTH_FAILED;
    asa_kdc_answer_t answer;
    uint32_t versions[VERSIONS_MAX];
    size_t count = asa_keyring_versions(ring, attempt->keys->index, versions, VERSIONS_MAX);

    for (size_t i = 0; i < count && code == KRB5KDC_ERR_PREAUTH_FAILED; i++) {
        asa_keys_t keys;
        keys_of_version(attempt->pool, ring, attempt->keys->index, versions[i], principal, &keys);
        code = get_initial(attempt, &keys);
    }
    answer = asa_kdc_answer_of(attempt->context, code, attempt->pool, attempt->words);
    if (answer == ASA_KDC_GRANTED || answer == ASA_KDC_UNREACHABLE) {
        return answer;
    }
    *attempt->words = apr_psprintf(
        attempt->pool, "%s cannot sign in: %s%s", principal, *attempt->words,
        strchr(principal, '/') != NULL ? "; the key table names no account, only services: add "
                                         "the same keys under the account's own name"
                                       : "");
    return ASA_KDC_NO_ACCOUNT;
}

static bool is_fresh(const asa_own_ticket_t *own)
{
    return own->ends > apr_time_now() + apr_time_from_sec(SPARE_SECONDS);
}

/* Unless it has just been tried in vain. */
static asa_kdc_answer_t renew(const attempt_t *attempt)
{
    asa_own_ticket_t *own = attempt->own;
    asa_kdc_answer_t answer;

    if (own->failed_generation == attempt->keys->generation && apr_time_now() < own->failed_until) {
        *attempt->words = apr_pstrdup(attempt->pool, own->failed_words);
        return own->failed_answer;
    }
    answer = try_keys(attempt);
    if (answer != ASA_KDC_GRANTED) {
        int seconds = answer == ASA_KDC_UNREACHABLE ? SILENT_SECONDS : REFUSED_SECONDS;
        own->failed_answer = answer;
        own->failed_generation = attempt->keys->generation;
        own->failed_until = apr_time_now() + apr_time_from_sec(seconds);
        apr_cpystrn(own->failed_words, *attempt->words, sizeof own->failed_words);
    }
    return answer;
}

asa_kdc_answer_t asa_own_ticket_get(asa_own_ticket_t *own, const asa_own_ticket_keys_t *keys,
                                    krb5_context context, const char *cache, apr_pool_t *pool,
                                    const char **words)
{
    const attempt_t attempt = {own, keys, context, pool, words};
    asa_kdc_answer_t answer = ASA_KDC_GRANTED;

    *words = "";
    pthread_mutex_lock(&own->mutex);
    if (!is_fresh(own)) {
        answer = renew(&attempt);
    }
    if (answer == ASA_KDC_GRANTED) {
        krb5_error_code code = asa_credential_cache_copy(context, own->cache, cache);
        if (code != 0) {
            asa_kdc_answer_of(context, code, pool, words);
            answer = ASA_KDC_NO_ACCOUNT;
        }
    }
    pthread_mutex_unlock(&own->mutex);
    return answer;
}
