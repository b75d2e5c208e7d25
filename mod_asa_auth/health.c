/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers health checks.
 */
#include "mod_asa_auth/health.h"

#include <string.h>

#include <http_protocol.h>

#include "mod_asa_auth/config.h"

int mod_asa_health_handle(request_rec *r)
{
    mod_asa_credential_t *credential;
    const mod_asa_held_t *held;

    if (r->handler == NULL || strcmp(r->handler, "asa-health") != 0) {
        return DECLINED;
    }
    r->allowed |= AP_METHOD_BIT << M_GET;
    if (r->method_number != M_GET && r->method_number != M_OPTIONS) {
        return HTTP_METHOD_NOT_ALLOWED;
    }
    credential = mod_asa_config_server(r->server)->credential;
    held = credential != NULL ? mod_asa_credential_hold(credential) : NULL;
    ap_set_content_type(r, "text/plain; charset=UTF-8");
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    if (held == NULL) {
        r->status = HTTP_SERVICE_UNAVAILABLE;
        ap_rputs(credential == NULL ? "no usable key: AsaCredential is not set for this server\n"
                                    : "no usable key: see asa-status and the error log\n",
                 r);
    } else {
        ap_rputs("ok\n", r);
        mod_asa_credential_release(held);
    }
    return OK;
}
