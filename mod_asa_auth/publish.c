/* SPDX-License-Identifier: Apache-2.0
 *
 * Publishes a signed-in user.
 */
#include "mod_asa_auth/publish.h"

#include "mod_asa_auth/config.h"
#include "mod_asa_auth/exchange.h"

static void set_env(request_rec *r, const char *name, const char *value)
{
    if (value != NULL) {
        apr_table_setn(r->subprocess_env, name, value);
    }
}

void mod_asa_publish_challenge(request_rec *r, const char *value)
{
    for (const request_rec *main = r->main; main != NULL; main = main->main) {
        if (apr_table_get(main->err_headers_out, "WWW-Authenticate") != NULL) {
            return;
        }
    }
    apr_table_setn(r->err_headers_out, "WWW-Authenticate", value);
}

void mod_asa_publish_identity(request_rec *r)
{
    const mod_asa_exchange_t *exchange = mod_asa_exchange_of(r);

    r->user = (char *)asa_identity_name(exchange->sign_in.identity, mod_asa_config_user_name(r));
    r->ap_auth_type = (char *)"Negotiate";
    set_env(r, "ASA_PRINCIPAL", exchange->sign_in.identity->principal);
    set_env(r, "ASA_SPN", exchange->sign_in.proof.spn);
    set_env(r, "ASA_MECH", exchange->sign_in.mechanism);
    set_env(r, "ASA_ETYPE", exchange->sign_in.etype);
    set_env(r, "ASA_KVNO", exchange->sign_in.kvno);
    set_env(r, "ASA_KEY", exchange->sign_in.key);
    if (exchange->of_connection) {
        /* mod_cache knows by the Authorization header that an answer is one person's. */
        apr_table_setn(r->subprocess_env, "no-cache", "1");
    }
    if (exchange->reply != NULL) {
        mod_asa_publish_challenge(r, exchange->reply);
    }
}
