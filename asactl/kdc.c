/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks one KDC for a service ticket: the exchange is the Kerberos library's, the way to it ours.
 */
#include "asactl/kdc.h"

#include <string.h>

#include <apr_strings.h>
#include <apr_time.h>
#include <krb5.h>

#include "asactl/controller_tcp.h"
#include "asactl/ticket_cache.h"
#include "asactl/ticket_error.h"

#define PATIENCE  (5 * APR_USEC_PER_SEC) /* for one exchange */
#define STEPS_MAX 8

typedef struct {
    apr_pool_t *pool;
    const char *host, *realm, *tickets;
    krb5_context context;
    krb5_ccache cache; /* in memory: ticket-granting tickets only */
    apr_time_t deadline;
    asactl_outcome_t *outcome;
} asker_t;

static bool exchange(const asker_t *asker, const krb5_data *request, krb5_data *answer)
{
    asactl_controller_tcp_t tcp = {.pool = asker->pool,
                                   .host = asker->host,
                                   .port = ASACTL_CONTROLLER_KDC,
                                   .deadline = asker->deadline};
    asactl_controller_message_t got = {0};
    bool done = asactl_controller_tcp_exchange(&tcp, request->data, request->length, &got);

    *answer = (krb5_data){.length = (unsigned)got.len, .data = got.bytes};
    return done || asactl_outcome_fail(asker->outcome, ASACTL_UNREACHABLE,
                                       "see that it runs, and that port " ASACTL_CONTROLLER_KDC
                                       " is open to here",
                                       asker->pool, "the KDC of %s does not answer", asker->host);
}

static bool failed(const asker_t *asker, const char *what, krb5_error_code code)
{
    const char *text = krb5_get_error_message(asker->context, code);
    const asactl_ticket_error_t *known = asactl_ticket_error_find(text);

    if (known != NULL) {
        asactl_outcome_fail(asker->outcome, known->code, known->remedy, asker->pool, "%s: %s (%s)",
                            what, known->because, text);
    } else {
        asactl_outcome_fail(asker->outcome, ASACTL_CREDENTIALS, "get a new ticket with kinit",
                            asker->pool, "%s: %s", what, text);
    }
    krb5_free_error_message(asker->context, text);
    return false;
}

/* Steps of the exchange until the library has its ticket. */
static bool step(const asker_t *asker, krb5_tkt_creds_context exchanged)
{
    krb5_data answer = {0};

    for (int i = 0; i < STEPS_MAX; i++) {
        krb5_data request = {0}, realm = {0};
        unsigned flags = 0;
        krb5_error_code code =
            krb5_tkt_creds_step(asker->context, exchanged, &answer, &request, &realm, &flags);
        bool more = code == 0 && (flags & KRB5_TKT_CREDS_STEP_FLAG_CONTINUE) != 0;
        bool sent = more && exchange(asker, &request, &answer);

        krb5_free_data_contents(asker->context, &request);
        krb5_free_data_contents(asker->context, &realm);
        if (code != 0) {
            return failed(asker, apr_psprintf(asker->pool, "%s gives no ticket", asker->host),
                          code);
        }
        if (!more || !sent) {
            return !more;
        }
    }
    return failed(asker, asker->host, KRB5KRB_ERR_GENERIC);
}

static bool read_ticket(const asker_t *asker, krb5_tkt_creds_context exchanged,
                        asactl_kdc_ticket_t *out)
{
    krb5_creds got = {0};
    krb5_ticket *ticket = NULL;
    krb5_error_code code = krb5_tkt_creds_get_creds(asker->context, exchanged, &got);

    if (code == 0) {
        code = krb5_decode_ticket(&got.ticket, &ticket);
    }
    if (code != 0) {
        krb5_free_cred_contents(asker->context, &got);
        return failed(asker, apr_psprintf(asker->pool, "the ticket of %s", asker->host), code);
    }
    *out =
        (asactl_kdc_ticket_t){.etype = ticket->enc_part.enctype,
                              .kvno = ticket->enc_part.kvno,
                              .cipher = apr_pmemdup(asker->pool, ticket->enc_part.ciphertext.data,
                                                    ticket->enc_part.ciphertext.length),
                              .cipher_len = ticket->enc_part.ciphertext.length};
    krb5_free_ticket(asker->context, ticket);
    krb5_free_cred_contents(asker->context, &got);
    return true;
}

static bool ask(const asker_t *asker, const char *account, asactl_kdc_ticket_t *out)
{
    krb5_creds want = {0};
    krb5_tkt_creds_context exchanged = NULL;
    krb5_error_code code = asactl_ticket_cache_fill(asker->context, asker->tickets, asker->realm,
                                                    asker->cache, &want.client);
    bool done = false;

    if (code == 0) {
        code = krb5_build_principal(asker->context, &want.server, (unsigned)strlen(asker->realm),
                                    asker->realm, account, (char *)NULL);
    }
    if (code == 0) {
        code =
            krb5_tkt_creds_init(asker->context, asker->cache, &want, KRB5_GC_NO_STORE, &exchanged);
    }
    if (code != 0) {
        failed(asker, "there is no Kerberos ticket to ask with", code);
    } else {
        done = step(asker, exchanged) && read_ticket(asker, exchanged, out);
    }
    krb5_tkt_creds_free(asker->context, exchanged);
    krb5_free_cred_contents(asker->context, &want);
    return done;
}

bool asactl_kdc_ticket(apr_pool_t *pool, const asactl_kdc_t *kdc, const char *account,
                       asactl_kdc_ticket_t *out, asactl_outcome_t *outcome)
{
    asker_t asker = {.pool = pool,
                     .host = kdc->host,
                     .realm = kdc->realm,
                     .tickets = kdc->tickets,
                     .deadline = apr_time_now() + PATIENCE,
                     .outcome = outcome};
    krb5_error_code code = krb5_init_context(&asker.context);
    bool done;

    if (code != 0) {
        return asactl_outcome_fail(outcome, ASACTL_FAILED, "see krb5.conf", pool,
                                   "the Kerberos library does not start (error %ld)", (long)code);
    }
    code = krb5_cc_new_unique(asker.context, "MEMORY", NULL, &asker.cache);
    done = code == 0 ? ask(&asker, account, out) : failed(&asker, "no memory for tickets", code);
    if (asker.cache != NULL) {
        krb5_cc_destroy(asker.context, asker.cache);
    }
    krb5_free_context(asker.context);
    return done;
}
