/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds virtual hosts by their names and a place in them.
 */
#include "asactl/visit_target.h"

#include <string.h>
#include <strings.h>

#include <apr_fnmatch.h>
#include <apr_lib.h>
#include <apr_strings.h>

#include "asactl/setting_value.h"
#include "asactl/visit.h"
#include "asactl/visit_wire.h"
#include "core/number_text.h"

#define HTTPS_PORT 443
#define HTTP_PORT  80

/* --- the virtual host --- */

static bool has_name(const asactl_node_server_t *server, const char *host)
{
    if (server->name != NULL && strcasecmp(server->name, host) == 0) {
        return true;
    }
    for (int i = 0; i < server->aliases->nelts; i++) {
        if (apr_fnmatch(APR_ARRAY_IDX(server->aliases, i, const char *), host,
                        APR_FNM_CASE_BLIND) == APR_SUCCESS) {
            return true;
        }
    }
    return false;
}

/* The port of the status page: the one at which httpd is known to answer the machine itself.  0:
 * there is no page over TLS. */
static int page_port(apr_pool_t *pool, const asactl_visit_target_t *target)
{
    asactl_visit_url_t url;
    uint64_t port;

    return target->status != NULL && asactl_visit_url(pool, target->status, &url) && url.tls &&
                   asa_number_text_read(url.port, strlen(url.port), 65535, &port)
               ? (int)port
               : 0;
}

static int rank(const asactl_node_server_t *server, int preferred)
{
    return (server->tls ? 4 : 0) + (server->port == preferred ? 2 : 0) +
           (server->port == HTTPS_PORT ? 1 : 0);
}

static const asactl_node_server_t *
find_server(apr_pool_t *pool, const asactl_visit_target_t *target, const char *host)
{
    const asactl_node_server_t *best = NULL;
    int preferred = page_port(pool, target);

    for (int i = 0; i < target->served->servers->nelts; i++) {
        const asactl_node_server_t *server =
            &APR_ARRAY_IDX(target->served->servers, i, asactl_node_server_t);
        if (has_name(server, host) &&
            (best == NULL || rank(server, preferred) > rank(best, preferred))) {
            best = server;
        }
    }
    return best;
}

static const char *base(apr_pool_t *pool, bool tls, const char *host, int port)
{
    bool usual = port == 0 || port == (tls ? HTTPS_PORT : HTTP_PORT);

    return apr_pstrcat(pool, tls ? "https://" : "http://", host,
                       usual ? "" : apr_psprintf(pool, ":%d", port), NULL);
}

/* --- the place --- */

/* As far as the expression is literal: "(?i)^/mapi/" gives "/mapi/". */
static const char *literal(apr_pool_t *pool, const char *expression)
{
    char *path = apr_pstrdup(pool, expression), *end = path;

    expression += strncmp(expression, "(?i)", 4) == 0 ? 4 : 0;
    expression += *expression == '^' ? 1 : 0;
    for (; *expression != '\0'; expression++) {
        if (expression[0] == '\\' && expression[1] == '.') {
            expression++;
        } else if (expression[0] == '$' && expression[1] == '\0') {
            break;
        } else if (!apr_isalnum(*expression) && strchr("/_-~", *expression) == NULL) {
            return NULL;
        }
        *end++ = *expression;
    }
    *end = '\0';
    return path;
}

const char *asactl_visit_target_path(apr_pool_t *pool, const asactl_node_place_t *place)
{
    const char *path = strcmp(place->kind, "LocationMatch") == 0 ? literal(pool, place->path)
                       : strcmp(place->kind, "Location") == 0    ? place->path
                                                                 : NULL;

    return path != NULL && *path == '/' && strpbrk(path, "*?[") == NULL &&
                   asactl_setting_value_page(apr_pstrcat(pool, "https://host", path, NULL)) == NULL
               ? path
               : NULL;
}

static const char *choose_path(apr_pool_t *pool, const asactl_node_server_t *server)
{
    const char *chosen = NULL;

    for (int i = 0; i < server->places->nelts; i++) {
        const asactl_node_place_t *place = &APR_ARRAY_IDX(server->places, i, asactl_node_place_t);
        const char *path = place->negotiate ? asactl_visit_target_path(pool, place) : NULL;
        if (path != NULL && place->protocol != NULL) {
            return path;
        }
        chosen = chosen == NULL ? path : chosen;
    }
    return chosen != NULL ? chosen : "/";
}

/* Only what belongs to a protocol is logged.  A place whose path is not literal may hold any. */
static bool has_protocol(apr_pool_t *pool, const asactl_node_server_t *server, const char *path)
{
    for (int i = 0; i < server->places->nelts; i++) {
        const asactl_node_place_t *place = &APR_ARRAY_IDX(server->places, i, asactl_node_place_t);
        const char *literal_path = asactl_visit_target_path(pool, place);
        if (place->protocol != NULL &&
            (literal_path == NULL || strncasecmp(path, literal_path, strlen(literal_path)) == 0)) {
            return true;
        }
    }
    return server->more > 0;
}

const char *asactl_visit_target_unlogged(apr_pool_t *pool, const asactl_node_server_t *server,
                                         const char *path)
{
    if (server == NULL) {
        return NULL;
    }
    if (server->log_folder == NULL) {
        return "AsaHttpProxyLog is off there";
    }
    if (!server->log_writable) {
        return apr_pstrcat(pool, "httpd there cannot write its log",
                           server->log_error != NULL ? ": " : "", server->log_error, NULL);
    }
    return has_protocol(pool, server, path)
               ? NULL
               : apr_psprintf(pool, "AsaProtocol names no protocol for %s", path);
}

const char *asactl_visit_target_find(apr_pool_t *pool, const asactl_visit_target_t *target,
                                     const char *host, const char *path,
                                     const asactl_node_server_t **server)
{
    const asactl_node_server_t *found;

    *server = NULL;
    if (target->served == NULL) {
        return strchr(host, '.') == NULL
                   ? NULL
                   : apr_pstrcat(pool, base(pool, true, host, page_port(pool, target)),
                                 path != NULL ? path : "/", NULL);
    }
    found = find_server(pool, target, host);
    if (found != NULL && strchr(host, '.') == NULL) {
        host = found->name != NULL && asactl_setting_value_host(found->name) == NULL ? found->name
                                                                                     : NULL;
    }
    if (found == NULL || host == NULL) {
        return NULL;
    }
    *server = found;
    return apr_pstrcat(pool, base(pool, found->tls, host, found->port),
                       path != NULL ? path : choose_path(pool, found), NULL);
}

bool asactl_visit_target_allows(apr_pool_t *pool, const asactl_visit_target_t *target,
                                const char *url, const asactl_node_server_t **server)
{
    asactl_visit_url_t parts;
    const char *found;

    *server = NULL;
    if (!asactl_visit_url(pool, url, &parts)) {
        return false;
    }
    found = asactl_visit_target_find(pool, target, parts.host, parts.path, server);
    return found != NULL && strcmp(found, url) == 0;
}

asa_channel_bindings_t asactl_visit_target_bindings(apr_pool_t *pool,
                                                    const asactl_node_server_t *server,
                                                    const asa_channel_bindings_t *shown)
{
    asa_channel_bindings_t first = {0};

    for (int i = 0; server != NULL && i < server->bindings->nelts; i++) {
        const char *text = APR_ARRAY_IDX(server->bindings, i, const char *);
        const char *colon = strchr(text, ':');
        asa_channel_bindings_t one =
            asactl_visit_wire_bindings(pool, colon != NULL ? colon + 1 : text);
        if (one.len > 0 && one.len == shown->len && memcmp(one.bytes, shown->bytes, one.len) == 0) {
            return *shown;
        }
        first = first.len == 0 ? one : first;
    }
    return first.len > 0 ? first : *shown;
}
