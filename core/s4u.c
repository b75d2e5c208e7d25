/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks KDCs through libkrb5.
 */
#include "core/s4u.h"

#include <errno.h>

#include <apr_strings.h>
#include <krb5.h>

#include "core/credential_cache.h"
#include "core/gss.h"
#include "core/kdc_answer.h"

struct asa_s4u_t {
    apr_pool_t *pool;
    apr_pool_t *results;
    krb5_context context;
    const char *own; /* cache with a copy of the account's ticket, which may be renewed meanwhile */
    const char *words;
};

static apr_status_t close_s4u(void *data)
{
    krb5_free_context(((asa_s4u_t *)data)->context);
    return APR_SUCCESS;
}

asa_s4u_t *asa_s4u_open(apr_pool_t *pool, apr_pool_t *results)
{
    asa_s4u_t *s4u = apr_pcalloc(pool, sizeof *s4u);

    s4u->pool = pool;
    s4u->results = results;
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

static asa_kdc_answer_t conclude(asa_s4u_t *s4u, krb5_error_code code)
{
    return asa_kdc_answer_of(s4u->context, code, s4u->results, &s4u->words);
}

asa_kdc_answer_t asa_s4u_sign_in(asa_s4u_t *s4u, asa_own_ticket_t *account,
                                 const asa_own_ticket_keys_t *keys)
{
    const char *words = "no memory";
    asa_kdc_answer_t answer = ASA_KDC_NO_ACCOUNT;

    if (s4u->own == NULL) {
        s4u->own = asa_credential_cache_make(s4u->pool);
    }
    if (s4u->own != NULL) {
        answer = asa_own_ticket_get(account, keys, s4u->context, s4u->own, s4u->pool, &words);
    }
    s4u->words = apr_pstrdup(s4u->results, words);
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
        out->service = apr_pstrdup(s4u->results, service);
        out->ends = apr_time_from_sec((apr_time_t)(uint32_t)creds->times.endtime);
        out->cache = asa_credential_cache_make(s4u->results);
        code = out->cache != NULL ? asa_credential_cache_keep(s4u->context, out->cache, creds)
                                  : ENOMEM;
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

asa_kdc_answer_t asa_s4u_by_evidence(asa_s4u_t *s4u, const unsigned char *evidence, size_t len,
                                     const char *client, const char *service, asa_s4u_ticket_t *out)
{
    krb5_data ticket = {.length = (unsigned)len, .data = (char *)evidence};

    return conclude(s4u, get_service(s4u, s4u->own, KRB5_GC_CONSTRAINED_DELEGATION, &ticket, client,
                                     service, out));
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

asa_kdc_answer_t asa_s4u_by_impersonation(asa_s4u_t *s4u, const char *client, const char *service,
                                          asa_s4u_ticket_t *out)
{
    const char *cache = asa_credential_cache_make(s4u->pool);
    krb5_data ticket = {0};
    const char *error =
        cache != NULL ? asa_gss_impersonate(s4u->results, s4u->own, client, cache) : "no memory";

    if (error != NULL) {
        s4u->words = error;
        return ASA_KDC_FAILED;
    }
    if (find_evidence(s4u, cache, &ticket) != 0) {
        s4u->words = "the KDC gave no ticket for the account itself";
        return ASA_KDC_FAILED;
    }
    return asa_s4u_by_evidence(s4u, (const unsigned char *)ticket.data, ticket.length, client,
                               service, out);
}

asa_kdc_answer_t asa_s4u_by_forwarded(asa_s4u_t *s4u, const char *forwarded, const char *client,
                                      const char *service, asa_s4u_ticket_t *out)
{
    return conclude(s4u, get_service(s4u, forwarded, 0, NULL, client, service, out));
}
