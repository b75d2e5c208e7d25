/* SPDX-License-Identifier: Apache-2.0
 *
 * What went wrong with a finished request: ErrorCode and GenericErrors of its HttpProxy line.
 *
 * In this order: the client went away (ClientDisconnect); a reason of ours; mod_proxy got no answer
 * (ConnectFailure, ReceiveFailure, Timeout, after the status that it gave up with); the answer
 * broke off (ReceiveFailure, except for an answer that announced 512 MiB or more: a channel of RPC
 * over HTTP ends in no other way); the back end answered with 400 or more (ProtocolError).  The
 * names are those of .NET's WebExceptionStatus, as Exchange writes them.  Nothing of these: both
 * are empty.
 */
#ifndef MOD_ASA_AUTH_REQUEST_ERROR_H
#define MOD_ASA_AUTH_REQUEST_ERROR_H

#include "core/httpproxy_columns.h"
#include "mod_asa_auth/exchange.h"

/* last is the request_rec that was answered, exchange that of its client request.  What is set
 * lives in the pool of last. */
void mod_asa_request_error_set(request_rec *last, const mod_asa_exchange_t *exchange,
                               asa_httpproxy_record_t *record);

#endif
