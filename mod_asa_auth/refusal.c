/* SPDX-License-Identifier: Apache-2.0
 *
 * Refuses requests.
 */
#include "mod_asa_auth/refusal.h"

#include <stdbool.h>
#include <string.h>

#include <apr_strings.h>
#include <http_connection.h>
#include <util_filter.h>

#include "core/negotiate.h"
#include "mod_asa_auth/config.h"
#include "mod_asa_auth/exchange.h"
#include "mod_asa_auth/flood.h"
#include "mod_asa_auth/publish.h"
#include "mod_asa_auth/tally.h"

/* A body of up to this size is looked for in what has arrived already; a larger one is never worth
 * keeping the connection for. */
#define SMALL_BODY (64 * 1024)

/* No mail is that large; the IN channel of RPC over HTTP announces 1 GiB. */
#define ENDLESS_BODY (512 * 1024 * 1024)

static int level_of(asa_reason_t reason)
{
    return asa_reason_fault(reason) == ASA_FAULT_NODE ? APLOG_ERR : APLOG_INFO;
}

static void log_refusal(request_rec *r, asa_reason_t reason, const char *sentence)
{
    int level = level_of(reason);
    unsigned long repeated;

    if (!APLOG_R_IS_LEVEL(r, level) ||
        !mod_asa_flood_let_through(sentence, level, apr_time_now(), &repeated)) {
        return;
    }
    if (repeated > 0) {
        ap_log_rerror(APLOG_MARK, level, 0, r, "asa: %s. %s (%lu equal lines before)", sentence,
                      asa_reason_remedy(reason), repeated);
    } else {
        ap_log_rerror(APLOG_MARK, level, 0, r, "asa: %s. %s", sentence, asa_reason_remedy(reason));
    }
}

/* Has a body of this length arrived completely, so that reading it away does not wait?  Asked below
 * httpd's HTTP filter, which would answer an "Expect: 100-continue" by being asked. */
static bool has_arrived(request_rec *r, apr_off_t length)
{
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    apr_off_t there = 0;

    if (ap_get_brigade(r->connection->input_filters, brigade, AP_MODE_SPECULATIVE,
                       APR_NONBLOCK_READ, length) == APR_SUCCESS) {
        apr_brigade_length(brigade, 0, &there);
    }
    apr_brigade_destroy(brigade);
    return there >= length;
}

static apr_int64_t announced_length(const request_rec *r)
{
    const char *length = apr_table_get(r->headers_in, "Content-Length");

    return length != NULL ? apr_atoi64(length) : 0;
}

/* httpd reads a request's body to its end before it sends an error, and would wait for one that a
 * client announces and then holds back until it knows that it may send. */
void mod_asa_refusal_spare_body(request_rec *r)
{
    apr_int64_t announced = announced_length(r);

    if (apr_table_get(r->headers_in, "Transfer-Encoding") == NULL && announced == 0) {
        return;
    }
    if (r->connection->master != NULL || r->expecting_100 || announced <= 0 ||
        announced > SMALL_BODY || !has_arrived(r, announced)) {
        r->connection->keepalive = AP_CONN_CLOSE;
    }
}

void mod_asa_refusal_spare_endless_body(request_rec *r)
{
    if (announced_length(r) >= ENDLESS_BODY) {
        r->connection->keepalive = AP_CONN_CLOSE;
    }
}

/* 503 and a clear-text connection where TLS is required get no challenge. */
static void challenge(request_rec *r, asa_reason_t reason)
{
    if (asa_reason_status(reason) == HTTP_UNAUTHORIZED && reason != ASA_REASON_TLS_REQUIRED) {
        mod_asa_publish_challenge(r, asa_negotiate_write(r->pool, NULL, 0));
    }
}

static int answer(request_rec *r, asa_reason_t reason)
{
    apr_table_setn(r->subprocess_env, "ASA_REASON", asa_reason_name(reason));
    challenge(r, reason);
    mod_asa_refusal_spare_body(r);
    return asa_reason_status(reason);
}

/* A sub-request that is refused does not take back what its main request has proven.  A refusal of
 * the connection is not one of the client's token, which another place may accept. */
static void note(request_rec *r, mod_asa_exchange_t *exchange, asa_reason_t reason,
                 const asa_facts_t *facts)
{
    if (r->main == NULL || exchange->sign_in.identity == NULL) {
        exchange->decided = exchange->decided || reason != ASA_REASON_TLS_REQUIRED;
        exchange->reason = reason;
        exchange->facts = *facts;
    }
}

int mod_asa_refusal_make(request_rec *r, asa_reason_t reason, const asa_facts_t *facts)
{
    mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);
    asa_facts_t complete = *facts;
    const char *sentence;

    complete.client = r->useragent_ip;
    note(r, exchange, reason, &complete);
    sentence = asa_reason_sentence(r->pool, reason, &complete);
    mod_asa_tally_refused(mod_asa_config_protocol(r), reason, r->useragent_ip, sentence);
    log_refusal(r, reason, sentence);
    return answer(r, reason);
}

int mod_asa_refusal_of_back_end(request_rec *r, asa_reason_t reason, const asa_facts_t *facts)
{
    mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);
    asa_facts_t complete = *facts;
    const char *sentence;

    complete.client = r->useragent_ip;
    complete.user =
        exchange->sign_in.identity != NULL ? exchange->sign_in.identity->downlevel : NULL;
    exchange->relay.reason = reason;
    sentence = asa_reason_sentence(r->pool, reason, &complete);
    mod_asa_tally_refused(mod_asa_config_protocol(r), reason, r->useragent_ip, sentence);
    log_refusal(r, reason, sentence);
    return answer(r, reason);
}

int mod_asa_refusal_repeat(request_rec *r)
{
    return answer(r, mod_asa_exchange_of(r)->reason);
}

void mod_asa_refusal_flush(server_rec *main_server)
{
    mod_asa_flood_report_t report;

    while (mod_asa_flood_take_over(apr_time_now(), &report)) {
        ap_log_error(APLOG_MARK, report.level, 0, main_server, "asa: %lu more times: %s",
                     report.repeated, report.line);
    }
}
