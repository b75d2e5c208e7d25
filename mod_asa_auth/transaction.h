/* SPDX-License-Identifier: Apache-2.0
 *
 * A finished request as a record of the HttpProxy log: what httpd and the exchange know, nothing
 * invented.
 */
#ifndef MOD_ASA_AUTH_TRANSACTION_H
#define MOD_ASA_AUTH_TRANSACTION_H

#include "mod_asa_auth/private.h"

/* The log_transaction hook: writes the line if the place has a protocol and the server a log. */
int mod_asa_transaction_log(request_rec *r);

/* At the start of a request to a server with a log: makes the RequestId known as the response
 * header request-id. */
int mod_asa_transaction_begin(request_rec *r);

/* The last fixups hook: authentication and authorization are over. */
int mod_asa_transaction_enter_handler(request_rec *r);

/* Registers "%{RequestId}^HP" and the other columns with mod_log_config, if it is loaded. */
void mod_asa_transaction_register_format(apr_pool_t *pconf);

/* In each child: opens the logs of all servers. */
void mod_asa_transaction_start(apr_pool_t *pchild, server_rec *main_server);

#endif
