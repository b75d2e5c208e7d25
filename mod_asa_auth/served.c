/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the configuration of every server at the time of the request: it lives as long as the
 * process, and nothing has to be kept beside it.
 */
#include "mod_asa_auth/served.h"

#include <string.h>
#include <strings.h>

#include <ap_listen.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_main.h>

#include "mod_asa_auth/config.h"
#include "mod_asa_auth/place_list.h"
#include "mod_asa_auth/read_timeout.h"
#include "mod_asa_auth/served_log.h"
#include "mod_asa_auth/status_value.h"
#include "mod_asa_auth/tls.h"

#define SERVERS_MAX 256
#define VALUES_MAX  64  /* of one list of one server */
#define VALUE_MAX   256 /* bytes of one value; a longer one is left out */
#define BUDGET      (192 * 1024)
#define ROW_COST    256 /* of what a place or a server says besides its texts, indented */

typedef struct {
    request_rec *r;
    apr_pool_t *scratch;
    server_rec *server;
    size_t left; /* of BUDGET */
    json_t *places, *principals;
    const char *const *seen; /* the names of the rule that was added last */
    long more;
} view_t;

/* May this text go to the page? */
static bool affordable(view_t *view, const json_t *list, const char *text, size_t cost)
{
    size_t len = strlen(text);

    /* A byte may take three, as what is not UTF-8 is replaced, and six in JSON. */
    cost += 6 * len + 16;
    if (json_array_size(list) >= VALUES_MAX || len > VALUE_MAX || cost > view->left) {
        view->more++;
        return false;
    }
    view->left -= cost;
    return true;
}

static void add_text(view_t *view, json_t *list, const char *text)
{
    if (affordable(view, list, text, 0)) {
        json_array_append_new(list, mod_asa_status_value_text(view->scratch, text));
    }
}

static bool has_text(const json_t *list, const char *text)
{
    size_t i;
    json_t *one;

    json_array_foreach(list, i, one)
    {
        if (strcmp(json_string_value(one), text) == 0) {
            return true;
        }
    }
    return false;
}

/* --- places --- */

static void add_principals(view_t *view, const asa_spn_rule_t *rule)
{
    if (rule->names != NULL && rule->names == view->seen) {
        return; /* the same list as of the place before, mostly that of "auto" */
    }
    view->seen = rule->names;
    if (rule->any) {
        json_array_clear(view->principals);
        json_array_append_new(view->principals, json_string("any"));
    }
    for (size_t i = 0; !has_text(view->principals, "any") && i < rule->count; i++) {
        if (!has_text(view->principals, rule->names[i])) {
            add_text(view, view->principals, rule->names[i]);
        }
    }
}

static const char *back_end_word(const mod_asa_place_t *place)
{
    static const char *const words[] = {[MOD_ASA_BACK_END_STRIP] = "strip",
                                        [MOD_ASA_BACK_END_PASS] = "pass",
                                        [MOD_ASA_BACK_END_DELEGATE] = "delegate"};

    return words[place->back_end_auth];
}

static bool add_place(void *baton, const mod_asa_place_list_row_t *row)
{
    static const char *const words[] = {[ASA_BINDINGS_OFF] = "off",
                                        [ASA_BINDINGS_ACCEPT] = "accept",
                                        [ASA_BINDINGS_REQUIRE] = "require"};
    view_t *view = baton;
    /* What asks for configuration and AuthType asks by a request. */
    request_rec there = *view->r;
    const char *type, *protocol;
    asa_policy_t policy;
    bool negotiate;

    there.pool = view->scratch;
    there.server = view->server;
    there.per_dir_config = row->all;
    type = ap_auth_type(&there);
    protocol = mod_asa_config_protocol(&there);
    negotiate = type != NULL && strcasecmp(type, "Negotiate") == 0;
    mod_asa_config_policy(&there, &policy);
    if (negotiate) {
        add_principals(view, &policy.spns);
    }
    if (strncmp(row->kind, "Directory", 9) == 0 && type == NULL && protocol == NULL) {
        return true; /* every httpd has some */
    }
    if (affordable(view, view->places, row->path, ROW_COST)) {
        json_array_append_new(
            view->places,
            json_pack("{s:s, s:o, s:b, s:o, s:o, s:b, s:s, s:s}", "kind", row->kind, "path",
                      mod_asa_status_value_text(view->scratch, row->path), "negotiate", negotiate,
                      "auth_type", mod_asa_status_value_text(view->scratch, type), "protocol",
                      mod_asa_status_value_text(view->scratch, protocol), "require_tls",
                      policy.require_tls, "bindings", words[policy.bindings], "back_end",
                      back_end_word(mod_asa_config_place(&there))));
    }
    return true;
}

/* --- servers --- */

static json_t *aliases(view_t *view)
{
    const apr_array_header_t *lists[] = {view->server->names, view->server->wild_names};
    json_t *names = json_array();

    for (size_t list = 0; list < sizeof lists / sizeof *lists; list++) {
        for (int i = 0; lists[list] != NULL && i < lists[list]->nelts; i++) {
            add_text(view, names, APR_ARRAY_IDX(lists[list], i, const char *));
        }
    }
    return names;
}

static json_t *credential_number(const server_rec *s)
{
    const apr_array_header_t *all = mod_asa_credential_all(ap_server_conf->process->pconf);
    const mod_asa_credential_t *credential = mod_asa_config_server(s)->credential;

    for (int i = 0; credential != NULL && i < all->nelts; i++) {
        if (APR_ARRAY_IDX(all, i, mod_asa_credential_t *) == credential) {
            return json_integer(i);
        }
    }
    return json_null();
}

static json_t *log_of(view_t *view)
{
    const mod_asa_httpproxy_log_options_t *options =
        mod_asa_config_server(view->server)->log_options;
    const char *trouble;

    if (options == NULL) {
        return json_null();
    }
    trouble = mod_asa_served_log_trouble(view->scratch, options->folder,
                                         mod_asa_config_protocols(ap_server_conf->process->pconf));
    return json_pack("{s:o, s:b, s:o}", "folder",
                     mod_asa_status_value_text(view->scratch, options->folder), "writable",
                     trouble == NULL, "error", mod_asa_status_value_text(view->scratch, trouble));
}

static void add_bindings(view_t *view, json_t *row)
{
    json_t *list = json_array();
    const asa_channel_bindings_t *bindings = NULL;
    const char *from = NULL;
    size_t count = mod_asa_tls_server_bindings(view->server, &bindings, &from);

    for (size_t i = 0; i < count; i++) {
        add_text(view, list, asa_channel_bindings_text(view->scratch, &bindings[i]));
    }
    json_object_set_new(row, "bindings", list);
    json_object_set_new(row, "bindings_from", mod_asa_status_value_text(view->scratch, from));
}

/* The main server has a port of its own only if ServerName gives one. */
static int port_of(const server_rec *s)
{
    if (s->is_virtual && s->addrs != NULL && s->addrs->host_port != 0) {
        return s->addrs->host_port;
    }
    return s->port != 0 || ap_listeners == NULL ? s->port : ap_listeners->bind_addr->port;
}

static json_t *server_of(view_t *view)
{
    const server_rec *s = view->server;
    json_t *row = json_object();
    apr_pool_t *places;

    view->more = 0;
    view->seen = NULL;
    view->places = json_array();
    view->principals = json_array();
    apr_pool_create(&places, view->scratch);
    mod_asa_place_list_each(places, view->server, add_place, view);
    json_object_set_new(row, "name", mod_asa_status_value_text(view->scratch, s->server_hostname));
    json_object_set_new(row, "port", json_integer(port_of(s)));
    json_object_set_new(row, "aliases", aliases(view));
    json_object_set_new(row, "tls", json_boolean(mod_asa_tls_serves(s)));
    json_object_set_new(row, "principals", view->principals);
    json_object_set_new(row, "credential", credential_number(s));
    json_object_set_new(row, "field_size", json_integer(s->limit_req_fieldsize));
    json_object_set_new(
        row, "read_timeout",
        mod_asa_status_value_text(view->scratch, mod_asa_read_timeout_of(view->scratch, s)));
    add_bindings(view, row);
    json_object_set_new(row, "log", log_of(view));
    json_object_set_new(row, "places", view->places);
    json_object_set_new(row, "more", json_integer(view->more));
    return row;
}

static bool answers_at(const server_rec *s, const ap_listen_rec *listener)
{
    for (const server_addr_rec *at = s->addrs; at != NULL; at = at->next) {
        if ((at->host_port == 0 || at->host_port == listener->bind_addr->port) &&
            (strcmp(at->virthost, "*") == 0 || strcasecmp(at->virthost, "_default_") == 0 ||
             apr_sockaddr_equal(at->host_addr, listener->bind_addr))) {
            return true;
        }
    }
    return false;
}

/* Every request that a listener takes goes to a virtual host if there is one for its address. */
static bool is_reached(const server_rec *main_server)
{
    for (const ap_listen_rec *at = ap_listeners; at != NULL; at = at->next) {
        const server_rec *other = main_server->next;
        while (other != NULL && !answers_at(other, at)) {
            other = other->next;
        }
        if (other == NULL) {
            return true;
        }
    }
    return ap_listeners == NULL;
}

/* In the order of the configuration, of which httpd's list of virtual hosts is the reverse. */
static apr_array_header_t *reached_servers(apr_pool_t *pool)
{
    apr_array_header_t *list = apr_array_make(pool, 16, sizeof(server_rec *));

    for (server_rec *s = ap_server_conf->next; s != NULL; s = s->next) {
        *(server_rec **)apr_array_push(list) = s;
    }
    if (is_reached(ap_server_conf)) {
        *(server_rec **)apr_array_push(list) = ap_server_conf;
    }
    return list;
}

void mod_asa_served_add(request_rec *r, json_t *report)
{
    view_t view = {.r = r, .left = BUDGET};
    json_t *servers = json_array();
    const apr_array_header_t *all = reached_servers(r->pool);
    long more = 0;

    apr_pool_create(&view.scratch, r->pool);
    for (int i = all->nelts - 1; i >= 0; i--) {
        if (json_array_size(servers) >= SERVERS_MAX || view.left < 4 * ROW_COST) {
            more++;
            continue;
        }
        view.left -= 4 * ROW_COST;
        view.server = APR_ARRAY_IDX(all, i, server_rec *);
        json_array_append_new(servers, server_of(&view));
        apr_pool_clear(view.scratch);
    }
    json_object_set_new(report, "servers", servers);
    json_object_set_new(report, "servers_more", json_integer(more));
}
