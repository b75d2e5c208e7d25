/* SPDX-License-Identifier: Apache-2.0
 *
 * Creates, merges and reads the configuration of servers and places.
 */
#include "mod_asa_auth/config.h"

#include <apr_strings.h>

void *mod_asa_config_create_server(apr_pool_t *pool, server_rec *server)
{
    return apr_pcalloc(pool, sizeof(mod_asa_server_t));
}

void *mod_asa_config_merge_server(apr_pool_t *pool, void *base, void *add)
{
    const mod_asa_server_t *outer = base, *inner = add;
    mod_asa_server_t *merged = apr_pcalloc(pool, sizeof *merged);

    merged->credential_files =
        inner->credential_set ? inner->credential_files : outer->credential_files;
    merged->credential_set = inner->credential_set || outer->credential_set;
    merged->domains = inner->domains_set ? inner->domains : outer->domains;
    merged->domains_set = inner->domains_set || outer->domains_set;
    merged->certificates = inner->certificates_set ? inner->certificates : outer->certificates;
    merged->certificates_set = inner->certificates_set || outer->certificates_set;
    merged->log_options = inner->log_set ? inner->log_options : outer->log_options;
    merged->log_set = inner->log_set || outer->log_set;
    return merged;
}

void *mod_asa_config_create_place(apr_pool_t *pool, char *path)
{
    return apr_pcalloc(pool, sizeof(mod_asa_place_t));
}

void *mod_asa_config_merge_place(apr_pool_t *pool, void *base, void *add)
{
    const mod_asa_place_t *outer = base, *inner = add, *from;
    mod_asa_place_t *merged = apr_pcalloc(pool, sizeof *merged);

    merged->spns = inner->spns_set ? inner->spns : outer->spns;
    merged->spn_names = inner->spns_set ? inner->spn_names : outer->spn_names;
    merged->spns_set = inner->spns_set || outer->spns_set;
    merged->user_name = inner->user_name_set ? inner->user_name : outer->user_name;
    merged->user_name_set = inner->user_name_set || outer->user_name_set;
    merged->protocol = inner->protocol_set ? inner->protocol : outer->protocol;
    merged->protocol_set = inner->protocol_set || outer->protocol_set;
    merged->bindings = inner->bindings_set ? inner->bindings : outer->bindings;
    merged->bindings_set = inner->bindings_set || outer->bindings_set;
    merged->require_tls = inner->require_tls_set ? inner->require_tls : outer->require_tls;
    merged->require_tls_set = inner->require_tls_set || outer->require_tls_set;
    merged->persistent = inner->persistent_set ? inner->persistent : outer->persistent;
    merged->persistent_set = inner->persistent_set || outer->persistent_set;
    /* What stands behind "delegate" belongs to it. */
    from = inner->back_end_auth_set ? inner : outer;
    merged->back_end_auth = from->back_end_auth;
    merged->back_end_service = from->back_end_service;
    merged->back_end_bindings = from->back_end_bindings;
    merged->back_end_auth_set = from->back_end_auth_set;
    return merged;
}

mod_asa_server_t *mod_asa_config_server(const server_rec *server)
{
    return ap_get_module_config(server->module_config, &asa_auth_module);
}

void mod_asa_config_separate(apr_pool_t *pool, server_rec *main_server)
{
    const mod_asa_server_t *shared = mod_asa_config_server(main_server);

    for (server_rec *s = main_server->next; s != NULL; s = s->next) {
        if (mod_asa_config_server(s) == shared) {
            ap_set_module_config(s->module_config, &asa_auth_module,
                                 apr_pmemdup(pool, shared, sizeof *shared));
        }
    }
}

mod_asa_place_t *mod_asa_config_place(const request_rec *r)
{
    return ap_get_module_config(r->per_dir_config, &asa_auth_module);
}

void mod_asa_config_policy(const request_rec *r, asa_policy_t *out)
{
    const mod_asa_place_t *place = mod_asa_config_place(r);

    *out = (asa_policy_t){0};
    if (!place->spns_set || place->spns == MOD_ASA_SPNS_AUTO) {
        out->spns = mod_asa_config_server(r->server)->auto_spns;
    } else if (place->spns == MOD_ASA_SPNS_ANY) {
        out->spns.any = true;
    } else {
        out->spns.names = (const char *const *)place->spn_names->elts;
        out->spns.count = (size_t)place->spn_names->nelts;
    }
    out->bindings = place->bindings_set ? place->bindings : ASA_BINDINGS_ACCEPT;
    out->require_tls = place->require_tls_set && place->require_tls;
}

asa_name_form_t mod_asa_config_user_name(const request_rec *r)
{
    const mod_asa_place_t *place = mod_asa_config_place(r);

    return place->user_name_set ? place->user_name : ASA_NAME_DOWNLEVEL;
}

bool mod_asa_config_persistent(const request_rec *r)
{
    const mod_asa_place_t *place = mod_asa_config_place(r);

    return place->persistent_set && place->persistent;
}

const char *mod_asa_config_protocol(const request_rec *r)
{
    return r->per_dir_config != NULL ? mod_asa_config_place(r)->protocol : NULL;
}

static void add_spns(apr_pool_t *pool, apr_array_header_t *spns, const apr_array_header_t *hosts)
{
    for (int i = 0; hosts != NULL && i < hosts->nelts; i++) {
        *(const char **)apr_array_push(spns) =
            apr_pstrcat(pool, "http/", ((const char *const *)hosts->elts)[i], NULL);
    }
}

asa_spn_rule_t mod_asa_config_auto_spns(apr_pool_t *pool, const server_rec *server)
{
    apr_array_header_t *spns = apr_array_make(pool, 4, sizeof(const char *));

    if (server->server_hostname != NULL) {
        *(const char **)apr_array_push(spns) =
            apr_pstrcat(pool, "http/", server->server_hostname, NULL);
    }
    add_spns(pool, spns, server->names);
    add_spns(pool, spns, server->wild_names);
    return (asa_spn_rule_t){
        .names = (const char *const *)spns->elts,
        .count = (size_t)spns->nelts,
    };
}

apr_array_header_t *mod_asa_config_protocols(apr_pool_t *pconf)
{
    static const char key[] = "mod_asa_auth protocols";
    void *found = NULL;

    apr_pool_userdata_get(&found, key, pconf);
    if (found == NULL) {
        found = apr_array_make(pconf, 8, sizeof(const char *));
        apr_pool_userdata_setn(found, key, NULL, pconf);
    }
    return found;
}
