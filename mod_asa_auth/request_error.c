/* SPDX-License-Identifier: Apache-2.0
 *
 * Names what went wrong with a finished request.
 */
#include "mod_asa_auth/request_error.h"

#include <apr_strings.h>

/* An answer of up to this size is in the kernel's hands as soon as it is written. */
#define SMALL_ANSWER (64 * 1024)

/* No file is that large; a channel of RPC over HTTP announces 1 GiB and ends long before. */
#define ENDLESS_ANSWER (512 * 1024 * 1024)

static void note(asa_httpproxy_record_t *record, const char *code,
                 const asa_httpproxy_info_t *errors, size_t count)
{
    record->error_code = code;
    record->errors = errors;
    record->error_count = count;
}

static apr_int64_t announced_length(const request_rec *last)
{
    const char *length = apr_table_get(last->headers_out, "Content-Length");

    return length != NULL ? apr_atoi64(length) : -1;
}

/* Did the client go away before it had the whole answer?  That the connection is gone by now says
 * little of a small answer: a client may close it as soon as it has read the last byte.  Of a large
 * one it says that a write failed. */
static bool was_cut_short(const request_rec *last)
{
    apr_int64_t announced = announced_length(last);

    if (!last->connection->aborted || last->header_only || AP_STATUS_IS_HEADER_ONLY(last->status)) {
        return false;
    }
    return announced < 0 || announced > SMALL_ANSWER || last->bytes_sent < announced;
}

/* mod_proxy gave up without an answer. */
static void note_failure(int status, asa_httpproxy_record_t *record)
{
    static const struct {
        int status;
        asa_httpproxy_info_t error;
    } failures[] = {
        {HTTP_BAD_GATEWAY, {"WebExceptionStatus", "ReceiveFailure"}},
        {HTTP_SERVICE_UNAVAILABLE, {"WebExceptionStatus", "ConnectFailure"}},
        {HTTP_GATEWAY_TIME_OUT, {"WebExceptionStatus", "Timeout"}},
    };

    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        if (failures[i].status == status) {
            note(record, failures[i].error.value, &failures[i].error, 1);
        }
    }
}

static void note_broken(const request_rec *last, asa_httpproxy_record_t *record)
{
    static const asa_httpproxy_info_t broken = {"PossibleException", "IOException"};

    note(record, announced_length(last) < ENDLESS_ANSWER ? "ReceiveFailure" : NULL, &broken, 1);
}

static void note_refusal(apr_pool_t *pool, int status, asa_httpproxy_record_t *record)
{
    asa_httpproxy_info_t *errors = apr_pcalloc(pool, 2 * sizeof *errors);

    errors[0] = (asa_httpproxy_info_t){"WebExceptionStatus", "ProtocolError"};
    errors[1] = (asa_httpproxy_info_t){"ResponseStatusCode", apr_itoa(pool, status)};
    note(record, "ProtocolError", errors, 2);
}

void mod_asa_request_error_set(request_rec *last, const mod_asa_exchange_t *exchange,
                               asa_httpproxy_record_t *record)
{
    static const asa_httpproxy_info_t disconnect = {"HttpException", "ClientDisconnect"};
    const mod_asa_relay_t *relay = &exchange->relay;
    asa_reason_t reason = exchange->reason != ASA_REASON_NONE ? exchange->reason : relay->reason;

    if (was_cut_short(last) || relay->client_left) {
        note(record, "ClientDisconnect", &disconnect, 1);
    } else if (reason != ASA_REASON_NONE && last->status == asa_reason_status(reason)) {
        note(record, asa_reason_name(reason), NULL, 0);
    } else if (relay->failed != 0) {
        note_failure(relay->failed, record);
    } else if (relay->broken) {
        note_broken(last, record);
    } else if (relay->status >= HTTP_BAD_REQUEST) {
        note_refusal(last->pool, relay->status, record);
    }
}
