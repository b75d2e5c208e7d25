/* SPDX-License-Identifier: Apache-2.0
 *
 * Gets service tickets into a cache in memory, and says what they are.
 */
#include "asactl/service_ticket.h"

#include <apr_strings.h>
#include <krb5.h>

#include "asactl/ticket_cache.h"
#include "asactl/ticket_error.h"

struct asactl_service_tickets_t {
    apr_pool_t *pool;
    const char *realm;
    krb5_context context;
    krb5_ccache cache;
    krb5_principal client;
    const char *cache_name, *client_name;
};

static apr_status_t release(void *data)
{
    asactl_service_tickets_t *tickets = data;

    if (tickets->cache != NULL) {
        krb5_cc_destroy(tickets->context, tickets->cache);
    }
    krb5_free_principal(tickets->context, tickets->client);
    krb5_free_context(tickets->context);
    return APR_SUCCESS;
}

static const char *words_of(const asactl_service_tickets_t *tickets, apr_pool_t *pool,
                            krb5_error_code code)
{
    const char *text = krb5_get_error_message(tickets->context, code);
    const char *copy = apr_pstrdup(pool, text);

    krb5_free_error_message(tickets->context, text);
    return copy;
}

static const char *name_of(const asactl_service_tickets_t *tickets, apr_pool_t *pool,
                           krb5_const_principal principal)
{
    char *text = NULL;
    const char *copy = NULL;

    if (krb5_unparse_name(tickets->context, principal, &text) == 0) {
        copy = apr_pstrdup(pool, text);
        krb5_free_unparsed_name(tickets->context, text);
    }
    return copy;
}

static bool fail(const asactl_service_tickets_t *tickets, krb5_error_code code,
                 asactl_outcome_t *outcome)
{
    const char *text = words_of(tickets, tickets->pool, code);
    const asactl_ticket_error_t *known = asactl_ticket_error_find(text);

    return known != NULL ? asactl_outcome_fail(outcome, known->code, known->remedy, tickets->pool,
                                               "%s (%s)", known->because, text)
                         : asactl_outcome_fail(outcome, ASACTL_CREDENTIALS,
                                               "get a new ticket with kinit", tickets->pool,
                                               "there is no Kerberos ticket to sign in with: "
                                               "%s",
                                               text);
}

bool asactl_service_tickets_open(apr_pool_t *pool, const char *name, const char *realm,
                                 asactl_service_tickets_t **out, asactl_outcome_t *outcome)
{
    asactl_service_tickets_t *tickets = apr_pcalloc(pool, sizeof *tickets);
    krb5_error_code code = krb5_init_context(&tickets->context);

    if (code != 0) {
        return asactl_outcome_fail(outcome, ASACTL_FAILED, "see krb5.conf", pool,
                                   "the Kerberos library does not start (error %ld)", (long)code);
    }
    tickets->pool = pool;
    tickets->realm = realm;
    *out = tickets;
    apr_pool_cleanup_register(pool, tickets, release, apr_pool_cleanup_null);
    code = krb5_cc_new_unique(tickets->context, "MEMORY", NULL, &tickets->cache);
    if (code == 0) {
        code = asactl_ticket_cache_fill(tickets->context, name, realm, tickets->cache,
                                        &tickets->client);
    }
    if (code != 0) {
        return fail(tickets, code, outcome);
    }
    tickets->cache_name =
        apr_pstrcat(pool, "MEMORY:", krb5_cc_get_name(tickets->context, tickets->cache), NULL);
    tickets->client_name = name_of(tickets, pool, tickets->client);
    *outcome = (asactl_outcome_t){.code = ASACTL_OK};
    return true;
}

const char *asactl_service_tickets_cache(const asactl_service_tickets_t *tickets)
{
    return tickets->cache_name;
}

const char *asactl_service_tickets_client(const asactl_service_tickets_t *tickets)
{
    return tickets->client_name;
}

/* A time of Kerberos: 32 bits without a sign. */
static apr_time_t time_of(krb5_timestamp stamp)
{
    return apr_time_from_sec((apr_time_t)(uint32_t)stamp);
}

static krb5_error_code describe(const asactl_service_tickets_t *tickets, apr_pool_t *pool,
                                const krb5_creds *got, asactl_service_ticket_t *out)
{
    krb5_ticket *ticket = NULL;
    krb5_error_code code = krb5_decode_ticket(&got->ticket, &ticket);

    if (code != 0) {
        return code;
    }
    *out = (asactl_service_ticket_t){
        .state = ASACTL_SERVICE_TICKET_GOT,
        .server = name_of(tickets, pool, ticket->server),
        .kvno = ticket->enc_part.kvno,
        .etype = ticket->enc_part.enctype,
        .session_etype = got->keyblock.enctype,
        .start = time_of(got->times.starttime != 0 ? got->times.starttime : got->times.authtime),
        .end = time_of(got->times.endtime),
        .renewable = time_of(got->times.renew_till)};
    krb5_free_ticket(tickets->context, ticket);
    return 0;
}

void asactl_service_tickets_get(asactl_service_tickets_t *tickets, apr_pool_t *pool,
                                const char *spn, asactl_service_ticket_t *out)
{
    krb5_creds want = {.client = tickets->client}, *got = NULL;
    krb5_error_code code = krb5_parse_name(
        tickets->context, apr_pstrcat(pool, spn, "@", tickets->realm, NULL), &want.server);

    if (code == 0) {
        code = krb5_get_credentials(tickets->context, 0, tickets->cache, &want, &got);
    }
    if (code == 0) {
        code = describe(tickets, pool, got, out);
    }
    if (code != 0) {
        *out = (asactl_service_ticket_t){.state = code == KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN ||
                                                          code == KRB5KDC_ERR_PRINCIPAL_NOT_UNIQUE
                                                      ? ASACTL_SERVICE_TICKET_UNKNOWN
                                                      : ASACTL_SERVICE_TICKET_NONE,
                                         .words = words_of(tickets, pool, code)};
    }
    krb5_free_creds(tickets->context, got);
    krb5_free_principal(tickets->context, want.server);
}
