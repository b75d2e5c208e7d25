/* SPDX-License-Identifier: Apache-2.0
 *
 * The module record: which hooks do what, and the order of start-up.
 */
#include <unistd.h>

#include <apr_strings.h>
#include <ap_mpm.h>
#include <http_connection.h>
#include <http_protocol.h>
#include <http_request.h>
#include <unixd.h>

#include "core/host_realm.h"
#include "mod_asa_auth/authn.h"
#include "mod_asa_auth/back_end.h"
#include "mod_asa_auth/back_end_auth.h"
#include "mod_asa_auth/config.h"
#include "mod_asa_auth/connection.h"
#include "mod_asa_auth/directives.h"
#include "mod_asa_auth/handshake.h"
#include "mod_asa_auth/health.h"
#include "mod_asa_auth/last_good.h"
#include "mod_asa_auth/persistent_auth.h"
#include "mod_asa_auth/private.h"
#include "mod_asa_auth/refusal.h"
#include "mod_asa_auth/relay.h"
#include "mod_asa_auth/require_user.h"
#include "mod_asa_auth/run_user.h"
#include "mod_asa_auth/status_page.h"
#include "mod_asa_auth/tally.h"
#include "mod_asa_auth/tls.h"
#include "mod_asa_auth/transaction.h"
#include "mod_asa_auth/watcher.h"

/* All modules are loaded and no directive is read yet. */
static int meet_other_modules(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    mod_asa_require_user_wrap(pconf);
    mod_asa_transaction_register_format(pconf);
    mod_asa_back_end_auth_meet_proxy();
    return OK;
}

static bool is_first_start(void)
{
    int generation = 0;

    return ap_mpm_query(AP_MPMQ_GENERATION, &generation) != APR_SUCCESS || generation == 0;
}

/* Keys of another realm than the one that the published name belongs to would refuse everybody. */
static const char *judge_realm(apr_pool_t *pool, const server_rec *s,
                               const mod_asa_credential_t *credential)
{
    const char *realm =
        s->server_hostname != NULL ? asa_host_realm_of(pool, s->server_hostname) : NULL;

    return realm == NULL || mod_asa_credential_has_realm(credential, realm)
               ? NULL
               : apr_psprintf(pool,
                              "%s is of another realm: krb5.conf says that %s belongs to %s, and "
                              "no key is of that realm",
                              APR_ARRAY_IDX(mod_asa_credential_files(credential), 0, const char *),
                              s->server_hostname, realm);
}

/* Runs at configtest too, so that a key table that cannot be used is found before a start. */
static int read_credentials(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                            server_rec *main_server)
{
    bool first_start = is_first_start();

    mod_asa_last_good_begin();
    mod_asa_config_separate(pconf, main_server);
    for (server_rec *s = main_server; s != NULL; s = s->next) {
        mod_asa_server_t *server = mod_asa_config_server(s);
        const char *defect;
        server->auto_spns = mod_asa_config_auto_spns(pconf, s);
        if (!server->credential_set) {
            continue;
        }
        defect = mod_asa_credential_configure(pconf, main_server, s, server->credential_files,
                                              first_start, &server->credential);
        if (defect == NULL && first_start) {
            defect = judge_realm(pconf, s, server->credential);
        }
        if (defect != NULL) {
            ap_log_error(
                APLOG_MARK, APLOG_EMERG, 0, s,
                "AsaCredential: the key table %s. Name a key table with the account's keys "
                "that user and group of httpd may read.",
                defect);
            return HTTP_INTERNAL_SERVER_ERROR;
        }
    }
    return OK;
}

static int judge_front(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                       server_rec *main_server)
{
    const char *error = mod_asa_persistent_auth_configure(ptemp, main_server);

    if (error != NULL) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, 0, main_server, "asa: %s", error);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return OK;
}

static const char *prepare_log(apr_pool_t *pool, const mod_asa_httpproxy_log_options_t *options,
                               const apr_array_header_t *protocols)
{
    const char *error = mod_asa_httpproxy_log_prepare(
        pool, options, (const char *const *)protocols->elts, (size_t)protocols->nelts,
        ap_unixd_config.user_id, ap_unixd_config.group_id);

    if (error == NULL && !mod_asa_run_user_may(options->folder, R_OK | W_OK | X_OK)) {
        error =
            apr_psprintf(pool,
                         "the user that httpd runs as cannot write below %s: one of the folders "
                         "above it is closed to that user (chmod o+x), or choose another place",
                         options->folder);
    }
    return error;
}

/* As root, before children exist. */
static int make_log_folders(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                            server_rec *main_server)
{
    for (server_rec *s = main_server; s != NULL; s = s->next) {
        const mod_asa_httpproxy_log_options_t *options = mod_asa_config_server(s)->log_options;
        const char *error =
            options != NULL ? prepare_log(ptemp, options, mod_asa_config_protocols(pconf)) : NULL;
        if (error != NULL && is_first_start()) {
            ap_log_error(APLOG_MARK, APLOG_EMERG, 0, s, "AsaHttpProxyLog: %s", error);
            return HTTP_INTERNAL_SERVER_ERROR;
        }
        if (error != NULL) {
            ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, "asa: AsaHttpProxyLog: %s", error);
        }
    }
    return OK;
}

static int prepare_counting(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                            server_rec *main_server)
{
    const char *error = mod_asa_tally_configure(main_server, mod_asa_config_protocols(pconf));

    if (error != NULL) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, 0, main_server, "asa: %s", error);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return OK;
}

static void tick(server_rec *main_server)
{
    mod_asa_credential_look(main_server);
    mod_asa_refusal_flush(main_server);
}

static void start_child(apr_pool_t *pchild, server_rec *main_server)
{
    int error;

    mod_asa_credential_start(pchild, main_server);
    mod_asa_transaction_start(pchild, main_server);
    mod_asa_back_end_auth_start(pchild, main_server);
    error = mod_asa_watcher_start(pchild, main_server, tick);
    if (error != 0) {
        ap_log_error(
            APLOG_MARK, APLOG_ERR, APR_FROM_OS_ERROR(error), main_server,
            "asa: this process has no thread of its own and will not take up changed key tables");
    }
}

static void register_hooks(apr_pool_t *pool)
{
    /* mod_log_config makes its table of formats at the very beginning of pre_config. */
    static const char *const log_config[] = {"mod_log_config.c", NULL};
    /* mod_logio zeroes its counters when it logs. */
    static const char *const logio[] = {"mod_logio.c", NULL};

    ap_hook_pre_config(meet_other_modules, log_config, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(read_credentials, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(judge_front, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_open_logs(make_log_folders, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(prepare_counting, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_optional_fn_retrieve(mod_asa_tls_retrieve, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(start_child, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_pre_connection(mod_asa_connection_prepare, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_pre_connection(mod_asa_handshake_prepare, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_read_request(mod_asa_transaction_begin, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_check_authn(mod_asa_authn_check, NULL, NULL, APR_HOOK_MIDDLE,
                        AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_note_auth_failure(mod_asa_authn_note_failure, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_fixups(mod_asa_transaction_enter_handler, NULL, NULL, APR_HOOK_REALLY_LAST);
    mod_asa_back_end_register();
    mod_asa_back_end_auth_register();
    mod_asa_relay_register();
    mod_asa_persistent_auth_register();
    mod_asa_tls_register();
    ap_hook_handler(mod_asa_health_handle, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(mod_asa_status_page_handle, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_log_transaction(mod_asa_transaction_log, NULL, logio, APR_HOOK_FIRST);
}

module AP_MODULE_DECLARE_DATA asa_auth_module = {
    STANDARD20_MODULE_STUFF,
    mod_asa_config_create_place,
    mod_asa_config_merge_place,
    mod_asa_config_create_server,
    mod_asa_config_merge_server,
    mod_asa_directives,
    register_hooks,
    AP_MODULE_FLAG_NONE,
};
