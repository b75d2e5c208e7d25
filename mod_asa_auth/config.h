/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration: what the directives set, for a server and for a place (Directory, Location).
 *
 * Every value has a bit beside it that says that it was set here; merging takes each value from the
 * inner section if its bit is set, else from the outer one.  Defaults are given by the getters
 * only.  All of it lives in the configuration pool and is read-only once children run.
 */
#ifndef MOD_ASA_AUTH_CONFIG_H
#define MOD_ASA_AUTH_CONFIG_H

#include <stdbool.h>

#include <apr_tables.h>

#include "core/channel_bindings.h"
#include "core/identity.h"
#include "core/policy.h"
#include "mod_asa_auth/credential.h"
#include "mod_asa_auth/httpproxy_log.h"
#include "mod_asa_auth/private.h"

typedef struct mod_asa_server_t {
    apr_array_header_t *credential_files;               /* const char * */
    apr_array_header_t *domains;                        /* asa_domain_t */
    apr_array_header_t *certificates;                   /* asa_channel_bindings_t */
    const mod_asa_httpproxy_log_options_t *log_options; /* NULL: off */
    bool credential_set, domains_set, certificates_set, log_set;

    /* Filled at the end of configuration: */
    const struct mod_asa_tls_shown_t *shown; /* mod_ssl's certificates; NULL: none, see tls.h */
    mod_asa_credential_t *credential;        /* NULL: none configured */
    asa_spn_rule_t auto_spns;                /* http/ with ServerName and every ServerAlias */
    /* Filled in each child: */
    mod_asa_httpproxy_log_t *log; /* NULL: off */
} mod_asa_server_t;

typedef enum { MOD_ASA_SPNS_AUTO, MOD_ASA_SPNS_ANY, MOD_ASA_SPNS_LIST } mod_asa_spns_t;

typedef enum {
    MOD_ASA_BACK_END_STRIP,
    MOD_ASA_BACK_END_PASS,
    MOD_ASA_BACK_END_DELEGATE
} mod_asa_back_end_auth_t;

typedef struct mod_asa_place_t {
    mod_asa_spns_t spns;
    apr_array_header_t *spn_names; /* const char *; MOD_ASA_SPNS_LIST */
    asa_name_form_t user_name;
    const char *protocol;
    asa_bindings_t bindings;
    bool require_tls, persistent;
    mod_asa_back_end_auth_t back_end_auth;           /* default MOD_ASA_BACK_END_STRIP */
    const char *back_end_service;                    /* NULL: http/ with the worker's host */
    const asa_channel_bindings_t *back_end_bindings; /* NULL: learned */
    bool spns_set, user_name_set, protocol_set, bindings_set, require_tls_set, persistent_set,
        back_end_auth_set;
} mod_asa_place_t;

void *mod_asa_config_create_server(apr_pool_t *pool, server_rec *server);
void *mod_asa_config_merge_server(apr_pool_t *pool, void *base, void *add);
void *mod_asa_config_create_place(apr_pool_t *pool, char *path);
void *mod_asa_config_merge_place(apr_pool_t *pool, void *base, void *add);

/* httpd lets a virtual host that holds no directive of ours share the main server's values.  Gives
 * each a copy of its own, as what is filled in below differs: call it before anything is. */
void mod_asa_config_separate(apr_pool_t *pool, server_rec *main_server);

mod_asa_server_t *mod_asa_config_server(const server_rec *server);
mod_asa_place_t *mod_asa_config_place(const request_rec *r);

/* The place's rules with defaults in place: auto, accept, off. */
void mod_asa_config_policy(const request_rec *r, asa_policy_t *out);

/* Default downlevel. */
asa_name_form_t mod_asa_config_user_name(const request_rec *r);

/* Default off. */
bool mod_asa_config_persistent(const request_rec *r);

/* NULL: not logged. */
const char *mod_asa_config_protocol(const request_rec *r);

/* The rule for "auto" of a server, from the pool. */
asa_spn_rule_t mod_asa_config_auto_spns(apr_pool_t *pool, const server_rec *server);

/* Every AsaProtocol name of the configuration that is being read, in order and without repetition;
 * cleared with the configuration pool. */
apr_array_header_t *mod_asa_config_protocols(apr_pool_t *pconf);

#endif
