/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks for AsaPersistentAuth beside directives of a server that has a proxy in front.
 */
#include "mod_asa_auth/front_proxy.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>
#include <http_config.h>
#include <util_cfgtree.h>

/* Of mod_remoteip, ours (TLS ends in front), mod_rpaf and mod_proxy_protocol. */
static const struct {
    const char *name;
    bool is_switch; /* "off" says that there is none */
} front_directives[] = {
    {"RemoteIPHeader", false}, {"AsaChannelBindingCertificate", false},
    {"ProxyProtocol", true},   {"RemoteIPProxyProtocol", true},
    {"RPAFenable", true},      {"RPAF_Enable", true},
};

/* The first line of each kind in a server's part of the configuration; NULL: none. */
typedef struct {
    const ap_directive_t *persistent;
    const ap_directive_t *proxy;
} found_t;

static bool is_off(apr_pool_t *pool, const ap_directive_t *line)
{
    const char *rest = line->args;

    return strcasecmp(ap_getword_conf(pool, &rest), "off") == 0;
}

static bool is_of_front(apr_pool_t *pool, const ap_directive_t *line)
{
    for (size_t i = 0; i < sizeof front_directives / sizeof front_directives[0]; i++) {
        if (strcasecmp(line->directive, front_directives[i].name) == 0) {
            return !front_directives[i].is_switch || !is_off(pool, line);
        }
    }
    return false;
}

/* Looks through these lines and all below them, but into no virtual host. */
static void look(apr_pool_t *pool, const ap_directive_t *lines, found_t *found)
{
    for (const ap_directive_t *line = lines; line != NULL; line = line->next) {
        if (strcasecmp(line->directive, "<VirtualHost") == 0) {
            continue;
        }
        if (found->persistent == NULL && strcasecmp(line->directive, "AsaPersistentAuth") == 0 &&
            !is_off(pool, line)) {
            found->persistent = line;
        }
        if (found->proxy == NULL && is_of_front(pool, line)) {
            found->proxy = line;
        }
        look(pool, line->first_child, found);
    }
}

static void look_into_host(apr_pool_t *pool, const server_rec *s, found_t *found)
{
    for (const ap_directive_t *line = ap_conftree; line != NULL; line = line->next) {
        if (s->defn_name != NULL && strcasecmp(line->directive, "<VirtualHost") == 0 &&
            line->line_num == (int)s->defn_line_number &&
            strcmp(line->filename, s->defn_name) == 0) {
            look(pool, line->first_child, found);
        }
    }
}

/* Can one connection reach both?  The Host header of each request chooses among the virtual hosts
 * of an address; port 0 is any. */
static bool share_port(const server_rec *a, const server_rec *b)
{
    for (const server_addr_rec *of_a = a->addrs; of_a != NULL; of_a = of_a->next) {
        for (const server_addr_rec *of_b = b->addrs; of_b != NULL; of_b = of_b->next) {
            if (of_a->host_port == of_b->host_port || of_a->host_port == 0 ||
                of_b->host_port == 0) {
                return true;
            }
        }
    }
    return false;
}

static const char *explain(apr_pool_t *pool, const found_t *found)
{
    return apr_psprintf(
        pool,
        "AsaPersistentAuth on (line %d of %s) is not possible beside %s (line %d of %s), which "
        "says that a proxy stands in front of this server: if the proxy passes on requests of "
        "several clients over one connection, one of them is served as another. Remove "
        "AsaPersistentAuth, so that each request is signed in by itself, or let clients reach a "
        "virtual host with another port that no proxy uses, and set it there only.",
        found->persistent->line_num, found->persistent->filename, found->proxy->directive,
        found->proxy->line_num, found->proxy->filename);
}

const char *mod_asa_front_proxy_conflict(apr_pool_t *pool, const server_rec *main_server,
                                         bool *wanted_out)
{
    found_t of_main = {0};

    look(pool, ap_conftree, &of_main);
    *wanted_out = of_main.persistent != NULL;
    if (of_main.persistent != NULL && of_main.proxy != NULL) {
        return explain(pool, &of_main);
    }
    for (const server_rec *s = main_server->next; s != NULL; s = s->next) {
        found_t found = of_main;
        look_into_host(pool, s, &found);
        if (found.persistent == NULL) {
            continue;
        }
        *wanted_out = true;
        for (const server_rec *t = main_server->next; t != NULL; t = t->next) {
            if (found.proxy == NULL && share_port(s, t)) {
                look_into_host(pool, t, &found);
            }
        }
        if (found.proxy != NULL) {
            return explain(pool, &found);
        }
    }
    return NULL;
}
