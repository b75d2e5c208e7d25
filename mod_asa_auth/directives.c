/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets configuration values from directives; a value outside of its range is an error that names
 * directive, value and legal values.
 */
#include "mod_asa_auth/directives.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>
#include <http_core.h>

#include "mod_asa_auth/back_end_directive.h"
#include "mod_asa_auth/config.h"
#include "mod_asa_auth/directive_values.h"

static const char *set_credential(cmd_parms *cmd, void *unused, int argc, char *const argv[])
{
    mod_asa_server_t *server = mod_asa_config_server(cmd->server);

    if (argc == 0) {
        return mod_asa_directive_refuse(cmd, "", "name one key table or more");
    }
    if (!server->credential_set) {
        server->credential_files = apr_array_make(cmd->pool, 2, sizeof(const char *));
        server->credential_set = true;
    }
    for (int i = 0; i < argc; i++) {
        const char *file = ap_server_root_relative(cmd->pool, argv[i]);
        if (*argv[i] == '\0' || file == NULL || strchr(argv[i], ':') != NULL) {
            return mod_asa_directive_refuse(cmd, argv[i],
                                            "it must be the path of a key table file");
        }
        *(const char **)apr_array_push(server->credential_files) = file;
    }
    return NULL;
}

static const char *set_service_principals(cmd_parms *cmd, void *config, int argc,
                                          char *const argv[])
{
    static const char *const words[] = {"auto", "any", NULL};
    mod_asa_place_t *place = config;
    int word = argc == 1 ? mod_asa_directive_index(argv[0], words) : -1;

    if (argc == 0) {
        return mod_asa_directive_refuse(cmd, "", "legal are auto, any, or service principal names");
    }
    if (place->spns_set && (word >= 0 || place->spns != MOD_ASA_SPNS_LIST)) {
        return mod_asa_directive_refuse(cmd, argv[0],
                                        "auto and any stand alone, once in a section");
    }
    if (word >= 0) {
        place->spns = word == 0 ? MOD_ASA_SPNS_AUTO : MOD_ASA_SPNS_ANY;
        place->spns_set = true;
        return NULL;
    }
    if (!place->spns_set) {
        place->spns = MOD_ASA_SPNS_LIST;
        place->spn_names = apr_array_make(cmd->pool, argc, sizeof(const char *));
        place->spns_set = true;
    }
    for (int i = 0; i < argc; i++) {
        const char *defect = asa_spn_defect(argv[i]);
        if (defect != NULL) {
            return mod_asa_directive_refuse(
                cmd, argv[i],
                apr_pstrcat(cmd->pool, defect,
                            "; legal are auto alone, any alone, or service principal names", NULL));
        }
        *(const char **)apr_array_push(place->spn_names) = apr_pstrdup(cmd->pool, argv[i]);
    }
    return NULL;
}

static const char *set_user_name(cmd_parms *cmd, void *config, const char *value)
{
    static const char *const words[] = {"downlevel", "upn", "sam", "principal", NULL};
    static const asa_name_form_t forms[] = {ASA_NAME_DOWNLEVEL, ASA_NAME_UPN, ASA_NAME_SAM,
                                            ASA_NAME_PRINCIPAL};
    mod_asa_place_t *place = config;
    int word = mod_asa_directive_index(value, words);

    if (word < 0) {
        return mod_asa_directive_refuse(cmd, value, "legal are downlevel, upn, sam and principal");
    }
    place->user_name = forms[word];
    place->user_name_set = true;
    return NULL;
}

static const char *set_domain(cmd_parms *cmd, void *unused, const char *realm, const char *netbios,
                              const char *mail_domain)
{
    mod_asa_server_t *server = mod_asa_config_server(cmd->server);
    asa_domain_t *row;

    if (*realm == '\0' || strpbrk(realm, "\\/@, \t") != NULL) {
        return mod_asa_directive_refuse(
            cmd, realm, "the first value must be a Kerberos realm, e.g. CORP.TAILSPINTOYS.COM");
    }
    if (*netbios == '\0' || strlen(netbios) > 15 || strpbrk(netbios, "\\/:*?\"<>|@, \t") != NULL) {
        return mod_asa_directive_refuse(
            cmd, netbios,
            "the second value must be a NetBIOS domain name of at most 15 characters");
    }
    if (mail_domain != NULL && (*mail_domain == '\0' || strpbrk(mail_domain, "\\/@, \t") != NULL)) {
        return mod_asa_directive_refuse(
            cmd, mail_domain, "the third value must be a mail domain, e.g. tailspintoys.com");
    }
    if (!server->domains_set) {
        server->domains = apr_array_make(cmd->pool, 2, sizeof(asa_domain_t));
        server->domains_set = true;
    }
    for (int i = 0; i < server->domains->nelts; i++) {
        if (strcmp(((asa_domain_t *)server->domains->elts)[i].realm, realm) == 0) {
            return mod_asa_directive_refuse(cmd, realm,
                                            "this realm has a row already; one row for each realm");
        }
    }
    row = apr_array_push(server->domains);
    *row = (asa_domain_t){realm, netbios, mail_domain};
    return NULL;
}

static const char *set_protocol(cmd_parms *cmd, void *config, const char *value)
{
    mod_asa_place_t *place = config;
    apr_array_header_t *all = mod_asa_config_protocols(cmd->server->process->pconf);

    if (!mod_asa_directive_is_plain_name(value)) {
        return mod_asa_directive_refuse(
            cmd, value,
            "legal are Autodiscover, Mapi, RpcHttp, Ews, Oab, Eas, Owa, Ecp, PowerShell, or "
            "another name of at most 64 letters, digits, '-' and '_'");
    }
    place->protocol = apr_pstrdup(cmd->pool, value);
    place->protocol_set = true;
    for (int i = 0; i < all->nelts; i++) {
        if (strcmp(((const char **)all->elts)[i], value) == 0) {
            return NULL;
        }
    }
    *(const char **)apr_array_push(all) = apr_pstrdup(all->pool, value);
    return NULL;
}

static const char *set_log_option(cmd_parms *cmd, mod_asa_httpproxy_log_options_t *options,
                                  const char *text)
{
    static const apr_int64_t bytes[] = {1024, 1024 * 1024, 1024 * 1024 * 1024};
    static const apr_int64_t seconds[] = {3600, 24 * 3600};
    apr_int64_t number;

    if (strncasecmp(text, "size=", 5) == 0) {
        number = mod_asa_directive_number(text + 5, "KMG", bytes, 16 * 1024, INT_MAX);
        options->size = (apr_off_t)number;
        return number < 0
                   ? mod_asa_directive_refuse(cmd, text, "size= takes 16K to 2047M, e.g. size=10M")
                   : NULL;
    }
    if (strncasecmp(text, "keep=", 5) == 0) {
        number =
            mod_asa_directive_number(text + 5, "HD", seconds, 3600, (apr_int64_t)3650 * 24 * 3600);
        options->keep = number < 0 ? 0 : apr_time_from_sec(number);
        return number < 0
                   ? mod_asa_directive_refuse(cmd, text, "keep= takes 1h to 3650d, e.g. keep=30d")
                   : NULL;
    }
    return mod_asa_directive_refuse(cmd, text, "legal behind the folder are size= and keep=");
}

static const char *set_httpproxy_log(cmd_parms *cmd, void *unused, int argc, char *const argv[])
{
    mod_asa_server_t *server = mod_asa_config_server(cmd->server);
    mod_asa_httpproxy_log_options_t *options;

    if (argc == 0 || *argv[0] == '\0') {
        return mod_asa_directive_refuse(
            cmd, "", "legal are off, or a folder with size= and keep= behind it");
    }
    server->log_set = true;
    if (argc == 1 && strcasecmp(argv[0], "off") == 0) {
        server->log_options = NULL;
        return NULL;
    }
    options = apr_pcalloc(cmd->pool, sizeof *options);
    options->folder = ap_server_root_relative(cmd->pool, argv[0]);
    options->size = MOD_ASA_HTTPPROXY_LOG_SIZE;
    options->keep = MOD_ASA_HTTPPROXY_LOG_KEEP;
    if (options->folder == NULL) {
        return mod_asa_directive_refuse(cmd, argv[0], "it must be the path of a folder");
    }
    for (int i = 1; i < argc; i++) {
        const char *error = set_log_option(cmd, options, argv[i]);
        if (error != NULL) {
            return error;
        }
    }
    server->log_options = options;
    return NULL;
}

static const char *set_require_tls(cmd_parms *cmd, void *config, const char *value)
{
    mod_asa_place_t *place = config;

    return mod_asa_directive_switch(cmd, value, &place->require_tls, &place->require_tls_set);
}

static const char *set_persistent_auth(cmd_parms *cmd, void *config, const char *value)
{
    mod_asa_place_t *place = config;

    return mod_asa_directive_switch(cmd, value, &place->persistent, &place->persistent_set);
}

static const char *set_channel_bindings(cmd_parms *cmd, void *config, const char *value)
{
    static const char *const words[] = {"off", "accept", "require", NULL};
    static const asa_bindings_t bindings[] = {ASA_BINDINGS_OFF, ASA_BINDINGS_ACCEPT,
                                              ASA_BINDINGS_REQUIRE};
    mod_asa_place_t *place = config;
    int word = mod_asa_directive_index(value, words);

    if (word < 0) {
        return mod_asa_directive_refuse(cmd, value, "legal are off, accept and require");
    }
    place->bindings = bindings[word];
    place->bindings_set = true;
    return NULL;
}

static const char *set_certificate(cmd_parms *cmd, void *unused, int argc, char *const argv[])
{
    mod_asa_server_t *server = mod_asa_config_server(cmd->server);

    if (argc == 0) {
        return mod_asa_directive_refuse(cmd, "", "name one PEM file or more");
    }
    if (!server->certificates_set) {
        server->certificates = apr_array_make(cmd->pool, 2, sizeof(asa_channel_bindings_t));
        server->certificates_set = true;
    }
    for (int i = 0; i < argc; i++) {
        asa_channel_bindings_t bindings;
        const char *error = mod_asa_directive_certificate(cmd, argv[i], argv[i], &bindings);
        if (error != NULL) {
            return error;
        }
        *(asa_channel_bindings_t *)apr_array_push(server->certificates) = bindings;
    }
    return NULL;
}

#define PLACE (RSRC_CONF | ACCESS_CONF)

const command_rec mod_asa_directives[] = {
    AP_INIT_TAKE_ARGV("AsaCredential", set_credential, NULL, RSRC_CONF,
                      "key tables that this server accepts with, one or more; default none"),
    AP_INIT_TAKE_ARGV(
        "AsaServicePrincipals", set_service_principals, NULL, PLACE,
        "service principal names a ticket may name: auto, any, or names; default auto"),
    AP_INIT_TAKE1("AsaUserName", set_user_name, NULL, PLACE,
                  "form of REMOTE_USER: downlevel, upn, sam or principal; default downlevel"),
    AP_INIT_TAKE23("AsaDomain", set_domain, NULL, RSRC_CONF,
                   "names for a realm without a PAC: REALM NETBIOS [mail domain]; default none"),
    AP_INIT_TAKE1("AsaProtocol", set_protocol, NULL, PLACE,
                  "protocol of this place, for the HttpProxy log: a name; default none"),
    AP_INIT_TAKE_ARGV(
        "AsaHttpProxyLog", set_httpproxy_log, NULL, RSRC_CONF,
        "folder of the HttpProxy log with size= and keep= behind it, or off; default off"),
    AP_INIT_TAKE1("AsaRequireTLS", set_require_tls, NULL, PLACE,
                  "refuse Negotiate on a clear-text connection: on or off; default off"),
    AP_INIT_TAKE1("AsaPersistentAuth", set_persistent_auth, NULL, PLACE,
                  "the identity stays with the client's connection: on or off; default off"),
    AP_INIT_TAKE_ARGV("AsaBackendAuth", mod_asa_back_end_directive, NULL, PLACE,
                      "what a proxied request carries to the back end: strip, pass, or delegate "
                      "with a service principal name; default strip"),
    AP_INIT_TAKE1("AsaChannelBindings", set_channel_bindings, NULL, PLACE,
                  "Extended Protection: off, accept or require; default accept"),
    AP_INIT_TAKE_ARGV(
        "AsaChannelBindingCertificate", set_certificate, NULL, RSRC_CONF,
        "PEM files of certificates that clients see when TLS ends in front of httpd, one or "
        "more; default mod_ssl's"),
    {.name = NULL},
};
