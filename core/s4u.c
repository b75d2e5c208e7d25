/* SPDX-License-Identifier: Apache-2.0
 *
 * Speaks with KDCs through libkrb5 and sorts their answers.
 */
#include "core/s4u.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include <apr_strings.h>
#include <krb5.h>

#include "core/credential_cache.h"
#include "core/gss.h"
#include "core/keytab.h"

/* A ticket that ends sooner than this is as good as ended. */
#define SPARE_SECONDS 300
/* Key versions of an account that are tried: a roll leaves two, and stages a third. */
#define VERSIONS_MAX 3

struct asa_s4u_account_t {
    pthread_mutex_t mutex; /* one thread at a time gets the account's ticket; others wait for it */
    const char *cache;
    apr_time_t ends; /* 0: no ticket */
};

struct asa_s4u_t {
    apr_pool_t *pool;
    krb5_context context;
    const char *words;
};

static apr_status_t close_s4u(void *data)
{
    krb5_free_context(((asa_s4u_t *)data)->context);
    return APR_SUCCESS;
}

asa_s4u_t *asa_s4u_open(apr_pool_t *pool)
{
    asa_s4u_t *s4u = apr_pcalloc(pool, sizeof *s4u);

    s4u->pool = pool;
    s4u->words = "";
    if (krb5_init_context(&s4u->context) != 0) {
        return NULL;
    }
    apr_pool_cleanup_register(pool, s4u, close_s4u, apr_pool_cleanup_null);
    return s4u;
}

const char *asa_s4u_words(const asa_s4u_t *s4u)
{
    return s4u->words;
}

static apr_status_t drop_account(void *data)
{
    pthread_mutex_destroy(&((asa_s4u_account_t *)data)->mutex);
    return APR_SUCCESS;
}

asa_s4u_account_t *asa_s4u_account_make(apr_pool_t *pool)
{
    asa_s4u_account_t *account = apr_pcalloc(pool, sizeof *account);

    account->cache = asa_credential_cache_make(pool);
    if (account->cache == NULL || pthread_mutex_init(&account->mutex, NULL) != 0) {
        return NULL;
    }
    apr_pool_cleanup_register(pool, account, drop_account, apr_pool_cleanup_null);
    return account;
}

void asa_s4u_forget(asa_s4u_account_t *account)
{
    pthread_mutex_lock(&account->mutex);
    account->ends = 0;
    pthread_mutex_unlock(&account->mutex);
}

static asa_kdc_answer_t answer_of(krb5_error_code code)
{
    switch (code) {
    case 0:
        return ASA_KDC_GRANTED;
    case KRB5_KDC_UNREACH:
    case KRB5_REALM_CANT_RESOLVE:
    case KRB5_REALM_UNKNOWN:
    case KRB5KDC_ERR_SVC_UNAVAILABLE:
    case ECONNREFUSED:
    case ETIMEDOUT:
        return ASA_KDC_UNREACHABLE;
    case KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN:
    case KRB5_ERR_HOST_REALM_UNKNOWN:
        return ASA_KDC_UNKNOWN_SERVICE;
    case KRB5KDC_ERR_BADOPTION:
    case KRB5KDC_ERR_POLICY:
    case KRB5KDC_ERR_PADATA_TYPE_NOSUPP:
    case KRB5KDC_ERR_CLIENT_REVOKED:
    case KRB5_TKT_NOT_FORWARDABLE:
        return ASA_KDC_REFUSED;
    case KRB5KRB_AP_ERR_MODIFIED:
    case KRB5KRB_AP_ERR_BAD_INTEGRITY:
        return ASA_KDC_OUTDATED;
    default:
        return ASA_KDC_FAILED;
    }
}

static asa_kdc_answer_t conclude(asa_s4u_t *s4u, krb5_error_code code)
{
    s4u->words = "";
    if (code != 0) {
        const char *text = krb5_get_error_message(s4u->context, code);
        s4u->words = apr_pstrdup(s4u->pool, text);
        krb5_free_error_message(s4u->context, text);
    }
    return answer_of(code);
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

/* Versions in the order of trying: the one at the index, then the account's others, as they stand.
 */
static size_t versions_of(const asa_keyring_t *ring, size_t index, uint32_t *out)
{
    size_t count = 0;

    out[count++] = asa_keyring_key(ring, index)->kvno;
    for (size_t i = 0; i < asa_keyring_count(ring) && count < VERSIONS_MAX; i++) {
        bool known = asa_keyring_account(ring, i) != asa_keyring_account(ring, index);
        for (size_t k = 0; k < count; k++) {
            known = known || out[k] == asa_keyring_key(ring, i)->kvno;
        }
        if (!known) {
            out[count++] = asa_keyring_key(ring, i)->kvno;
        }
    }
    return count;
}

static krb5_error_code keep(asa_s4u_t *s4u, const char *name, krb5_principal owner,
                            krb5_creds *creds)
{
    krb5_ccache cache;
    krb5_error_code code = krb5_cc_resolve(s4u->context, name, &cache);

    if (code == 0) {
        code = krb5_cc_initialize(s4u->context, cache, owner);
        if (code == 0) {
            code = krb5_cc_store_cred(s4u->context, cache, creds);
        }
        krb5_cc_close(s4u->context, cache);
    }
    return code;
}

static krb5_error_code get_initial(asa_s4u_t *s4u, asa_s4u_account_t *account,
                                   const asa_keys_t *keys)
{
    const char *name =
        apr_pstrcat(s4u->pool, keys->keys[0].principal, "@", keys->keys[0].realm, NULL);
    krb5_get_init_creds_opt *options = NULL;
    krb5_principal principal = NULL;
    krb5_keytab keytab;
    krb5_creds creds = {0};
    krb5_error_code code = krb5_parse_name(s4u->context, name, &principal);

    if (code == 0) {
        code = krb5_get_init_creds_opt_alloc(s4u->context, &options);
    }
    if (code == 0) {
        krb5_get_init_creds_opt_set_forwardable(options, 1);
        code = asa_keytab_hold(s4u->pool, keys, &keytab) == NULL ? 0 : ENOMEM;
    }
    if (code == 0) {
        code =
            krb5_get_init_creds_keytab(s4u->context, &creds, principal, keytab, 0, NULL, options);
    }
    if (code == 0) {
        code = keep(s4u, account->cache, creds.client, &creds);
        account->ends =
            code == 0 ? apr_time_from_sec((apr_time_t)(uint32_t)creds.times.endtime) : 0;
    }
    krb5_free_cred_contents(s4u->context, &creds);
    krb5_get_init_creds_opt_free(s4u->context, options);
    krb5_free_principal(s4u->context, principal);
    return code;
}

static bool is_fresh(const asa_s4u_account_t *account)
{
    return account->ends > apr_time_now() + apr_time_from_sec(SPARE_SECONDS);
}

asa_kdc_answer_t asa_s4u_sign_in(asa_s4u_t *s4u, asa_s4u_account_t *account,
                                 const asa_keyring_t *ring, size_t index)
{
    const char *principal = asa_keyring_account_name(ring, index);
    uint32_t versions[VERSIONS_MAX];
    size_t count = versions_of(ring, index, versions);
    asa_kdc_answer_t answer = ASA_KDC_GRANTED;
    krb5_error_code code = KRB5KDC_ERR_PREAUTH_FAILED;

    pthread_mutex_lock(&account->mutex);
    for (size_t i = 0; i < count && !is_fresh(account) && code == KRB5KDC_ERR_PREAUTH_FAILED; i++) {
        asa_keys_t keys;
        keys_of_version(s4u->pool, ring, index, versions[i], principal, &keys);
        code = get_initial(s4u, account, &keys);
        answer = conclude(s4u, code);
    }
    pthread_mutex_unlock(&account->mutex);
    if (answer != ASA_KDC_GRANTED && answer != ASA_KDC_UNREACHABLE) {
        s4u->words = apr_psprintf(s4u->pool, "%s cannot sign in: %s", principal, s4u->words);
        return ASA_KDC_NO_ACCOUNT;
    }
    return answer;
}

/* The service principal as the KDC knows it stands in the ticket. */
static krb5_error_code adopt(asa_s4u_t *s4u, krb5_creds *creds, const char *client,
                             asa_s4u_ticket_t *out)
{
    krb5_principal expected = NULL;
    krb5_ticket *ticket = NULL;
    char *service = NULL;
    krb5_error_code code = krb5_parse_name(s4u->context, client, &expected);

    if (code == 0 && !krb5_principal_compare(s4u->context, expected, creds->client)) {
        code = KRB5_KDCREP_MODIFIED;
    }
    if (code == 0) {
        code = krb5_decode_ticket(&creds->ticket, &ticket);
    }
    if (code == 0) {
        krb5_free_principal(s4u->context, creds->server);
        creds->server = NULL;
        code = krb5_copy_principal(s4u->context, ticket->server, &creds->server);
    }
    if (code == 0) {
        code = krb5_unparse_name(s4u->context, creds->server, &service);
    }
    if (code == 0) {
        out->service = apr_pstrdup(s4u->pool, service);
        out->ends = apr_time_from_sec((apr_time_t)(uint32_t)creds->times.endtime);
        out->cache = asa_credential_cache_make(s4u->pool);
        code = out->cache != NULL ? keep(s4u, out->cache, creds->client, creds) : ENOMEM;
    }
    krb5_free_unparsed_name(s4u->context, service);
    krb5_free_ticket(s4u->context, ticket);
    krb5_free_principal(s4u->context, expected);
    return code;
}

/* The service's ticket for whoever owns the cache, or in S4U2Proxy for the client of the evidence.
 * A name of no realm makes the KDC find it; it is of the plain type, for which the library never
 * asks the DNS. */
static krb5_error_code get_service(asa_s4u_t *s4u, const char *cache_name, krb5_flags flags,
                                   const krb5_data *evidence, const char *client,
                                   const char *service, asa_s4u_ticket_t *out)
{
    krb5_creds wanted = {0}, *got = NULL;
    krb5_ccache cache = NULL;
    krb5_error_code code = krb5_cc_resolve(s4u->context, cache_name, &cache);

    if (code == 0) {
        code = krb5_cc_get_principal(s4u->context, cache, &wanted.client);
    }
    if (code == 0) {
        code = krb5_parse_name(s4u->context, apr_pstrcat(s4u->pool, service, "@", NULL),
                               &wanted.server);
    }
    if (code == 0) {
        if (evidence != NULL) {
            wanted.second_ticket = *evidence;
        }
        code = krb5_get_credentials(s4u->context, flags | KRB5_GC_NO_STORE | KRB5_GC_CANONICALIZE,
                                    cache, &wanted, &got);
        wanted.second_ticket = (krb5_data){0};
    }
    if (code == 0) {
        code = adopt(s4u, got, client, out);
    }
    krb5_free_creds(s4u->context, got);
    krb5_free_cred_contents(s4u->context, &wanted);
    if (cache != NULL) {
        krb5_cc_close(s4u->context, cache);
    }
    return code;
}

asa_kdc_answer_t asa_s4u_by_evidence(asa_s4u_t *s4u, asa_s4u_account_t *account,
                                     const unsigned char *evidence, size_t len, const char *client,
                                     const char *service, asa_s4u_ticket_t *out)
{
    krb5_data ticket = {.length = (unsigned)len, .data = (char *)evidence};

    return conclude(s4u, get_service(s4u, account->cache, KRB5_GC_CONSTRAINED_DELEGATION, &ticket,
                                     client, service, out));
}

/* The client's ticket in a cache that S4U2Self has filled: the one that is the client's. */
static krb5_error_code find_evidence(asa_s4u_t *s4u, const char *cache_name, krb5_data *out)
{
    krb5_creds wanted = {0}, found = {0};
    krb5_cc_cursor cursor;
    krb5_ccache cache;
    krb5_error_code code = krb5_cc_resolve(s4u->context, cache_name, &cache);

    if (code != 0) {
        return code;
    }
    code = krb5_cc_get_principal(s4u->context, cache, &wanted.client);
    if (code == 0) {
        code = krb5_cc_start_seq_get(s4u->context, cache, &cursor);
    }
    if (code == 0) {
        while ((code = krb5_cc_next_cred(s4u->context, cache, &cursor, &found)) == 0 &&
               (krb5_is_config_principal(s4u->context, found.server) ||
                !krb5_principal_compare(s4u->context, found.client, wanted.client))) {
            krb5_free_cred_contents(s4u->context, &found);
        }
        krb5_cc_end_seq_get(s4u->context, cache, &cursor);
    }
    if (code == 0) {
        out->length = found.ticket.length;
        out->data = apr_pmemdup(s4u->pool, found.ticket.data, found.ticket.length);
        krb5_free_cred_contents(s4u->context, &found);
    }
    krb5_free_principal(s4u->context, wanted.client);
    krb5_cc_close(s4u->context, cache);
    return code;
}

asa_kdc_answer_t asa_s4u_by_impersonation(asa_s4u_t *s4u, asa_s4u_account_t *account,
                                          const char *client, const char *service,
                                          asa_s4u_ticket_t *out)
{
    const char *cache = asa_credential_cache_make(s4u->pool);
    krb5_data ticket = {0};
    const char *error =
        cache != NULL ? asa_gss_impersonate(s4u->pool, account->cache, client, cache) : "no memory";

    if (error != NULL) {
        s4u->words = error;
        return ASA_KDC_FAILED;
    }
    if (find_evidence(s4u, cache, &ticket) != 0) {
        s4u->words = "the KDC gave no ticket for the account itself";
        return ASA_KDC_FAILED;
    }
    return asa_s4u_by_evidence(s4u, account, (const unsigned char *)ticket.data, ticket.length,
                               client, service, out);
}

asa_kdc_answer_t asa_s4u_by_forwarded(asa_s4u_t *s4u, const char *forwarded, const char *client,
                                      const char *service, asa_s4u_ticket_t *out)
{
    return conclude(s4u, get_service(s4u, forwarded, 0, NULL, client, service, out));
}
