/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the configuration of every server at the time of the request: it lives as long as the
 * process, and nothing has to be kept beside it.
 */
#include "mod_asa_auth/served.h"

#include <string.h>
#include <strings.h>

#include <ap_expr.h>
#include <ap_listen.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_main.h>

#include "mod_asa_auth/config.h"
#include "mod_asa_auth/directive_tree.h"
#include "mod_asa_auth/place_list.h"
#include "mod_asa_auth/read_timeout.h"
#include "mod_asa_auth/served_log.h"
#include "mod_asa_auth/status_value.h"
#include "mod_asa_auth/tls.h"

#define SERVERS_MAX 1024
#define VALUES_MAX  64  /* of one list of one server */
#define VALUE_MAX   256 /* bytes of one value; a longer one is left out */
/* Bytes of JSON without blanks; asactl takes pages of 1 MiB, of which workers may need a third. */
#define BUDGET    (640 * 1024)
#define LEAST_ROW 512 /* of a server; less is not tried */

typedef struct {
    request_rec *r;
    apr_pool_t *scratch;
    server_rec *server;
    size_t left; /* of BUDGET */
    json_t *places, *principals;
    const char *const *seen; /* the names of the rule that was added last */
    long more;
    bool of_interest; /* one of its places demands Kerberos, or has a protocol */
} view_t;

static size_t size_of(const json_t *value)
{
    return json_dumpb(value, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY) + 1;
}

/* Takes the value over.  text: what may make it too long. */
static void add_value(view_t *view, json_t *list, const char *text, json_t *value)
{
    size_t cost = size_of(value);

    if (json_array_size(list) >= VALUES_MAX || strlen(text) > VALUE_MAX || cost > view->left) {
        view->more++;
        json_decref(value);
        return;
    }
    view->left -= cost;
    json_array_append_new(list, value);
}

static void add_text(view_t *view, json_t *list, const char *text)
{
    add_value(view, list, text, mod_asa_status_value_text(view->scratch, text));
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

/* "asa-health", "asa-status"; NULL: another one, whose name is nobody's business here.  SetHandler
 * takes an expression, and a plain name is one. */
static const char *our_handler(request_rec *there)
{
    const core_dir_config *core = ap_get_core_module_config(there->per_dir_config);
    const char *error = NULL;
    const char *name = core->expr_handler != NULL
                           ? ap_expr_str_exec(there, core->expr_handler, &error)
                           : core->handler;

    return error == NULL && name != NULL && strncmp(name, "asa-", 4) == 0 ? name : NULL;
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
    view->of_interest = view->of_interest || negotiate || protocol != NULL;
    if (negotiate) {
        add_principals(view, &policy.spns);
    }
    if (strncmp(row->kind, "Directory", 9) == 0 && type == NULL && protocol == NULL) {
        return true; /* every httpd has some */
    }
    add_value(view, view->places, row->path,
              json_pack("{s:s, s:o, s:b, s:o, s:o, s:b, s:s, s:s, s:s?}", "kind", row->kind, "path",
                        mod_asa_status_value_text(view->scratch, row->path), "negotiate", negotiate,
                        "auth_type", mod_asa_status_value_text(view->scratch, type), "protocol",
                        mod_asa_status_value_text(view->scratch, protocol), "require_tls",
                        policy.require_tls, "bindings", words[policy.bindings], "back_end",
                        back_end_word(mod_asa_config_place(&there)), "handler",
                        our_handler(&there)));
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

static bool shares_address(const server_rec *s, const server_rec *other)
{
    for (const server_addr_rec *at = s->addrs; at != NULL; at = at->next) {
        for (const server_addr_rec *there = other->addrs; there != NULL; there = there->next) {
            if (at->host_port == there->host_port &&
                apr_sockaddr_equal(at->host_addr, there->host_addr)) {
                return true;
            }
        }
    }
    return false;
}

/* httpd reads a request's head, and mod_reqtimeout all of it, by the limits of the first virtual
 * host of the address, as it does not know the name then; also where TLS has told it.  The last in
 * httpd's list is the first in the configuration. */
static const server_rec *limits_of(const server_rec *s)
{
    const server_rec *first = s;

    for (const server_rec *other = s; s->is_virtual && other != NULL; other = other->next) {
        first = shares_address(s, other) ? other : first;
    }
    return first;
}

static json_t *server_of(view_t *view)
{
    const server_rec *s = view->server, *limits = limits_of(s);
    json_t *row = json_object();
    apr_pool_t *places;

    view->of_interest = false;
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
    json_object_set_new(row, "proxy_protocol",
                        json_boolean(mod_asa_directive_tree_is_on(s, "RemoteIPProxyProtocol")));
    json_object_set_new(row, "principals", view->principals);
    json_object_set_new(row, "credential", credential_number(s));
    json_object_set_new(row, "field_size", json_integer(limits->limit_req_fieldsize));
    json_object_set_new(
        row, "read_timeout",
        mod_asa_status_value_text(view->scratch, mod_asa_read_timeout_of(view->scratch, limits)));
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

/* The row of a server, if it is of interest, where only that is wanted, and if there is room. */
static json_t *row_of(view_t *view, server_rec *server, bool of_interest)
{
    size_t left = view->left, size;
    json_t *row;

    if (left < LEAST_ROW) {
        return NULL;
    }
    view->server = server;
    row = server_of(view);
    apr_pool_clear(view->scratch);
    size = size_of(row);
    view->left = left;
    if ((of_interest && !view->of_interest) || size > left) {
        json_decref(row);
        return NULL;
    }
    view->left -= size;
    return row;
}

/* Adds rows of servers that have none yet. */
static void add_rows(view_t *view, const apr_array_header_t *all, bool of_interest, json_t **rows,
                     size_t *count)
{
    for (int i = all->nelts - 1; i >= 0 && *count < SERVERS_MAX; i--) {
        if (rows[i] == NULL) {
            rows[i] = row_of(view, APR_ARRAY_IDX(all, i, server_rec *), of_interest);
            *count += rows[i] != NULL ? 1 : 0;
        }
    }
}

/* Among hundreds of servers, those of interest are listed before the others take the room. */
void mod_asa_served_add(request_rec *r, json_t *report)
{
    view_t view = {.r = r, .left = BUDGET};
    json_t *servers = json_array();
    const apr_array_header_t *all = reached_servers(r->pool);
    json_t **rows = apr_pcalloc(r->pool, ((size_t)all->nelts + 1) * sizeof(json_t *));
    size_t count = 0;

    apr_pool_create(&view.scratch, r->pool);
    add_rows(&view, all, true, rows, &count);
    add_rows(&view, all, false, rows, &count);
    for (int i = all->nelts - 1; i >= 0; i--) {
        if (rows[i] != NULL) {
            json_array_append_new(servers, rows[i]);
        }
    }
    json_object_set_new(report, "servers", servers);
    json_object_set_new(report, "servers_more",
                        json_integer((json_int_t)((size_t)all->nelts - count)));
}
