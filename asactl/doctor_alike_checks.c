/* SPDX-License-Identifier: Apache-2.0
 *
 * Compares what the nodes serve: behind a balancer, a client meets any of them.
 */
#include "asactl/doctor_node_checks.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/doctor_names.h"
#include "asactl/doctor_served.h"

static const asactl_node_place_t *find_place(const asactl_node_server_t *server,
                                             const asactl_node_place_t *like)
{
    for (int i = 0; i < server->places->nelts; i++) {
        const asactl_node_place_t *place = asactl_doctor_served_place(server, i);

        if (strcmp(place->path, like->path) == 0 && strcmp(place->kind, like->kind) == 0) {
            return place;
        }
    }
    return NULL;
}

/* Only what the tables of this file do not judge by itself. */
static bool same_place(const asactl_node_place_t *one, const asactl_node_place_t *other)
{
    return strcmp(one->protocol != NULL ? one->protocol : "",
                  other->protocol != NULL ? other->protocol : "") == 0 &&
           one->require_tls == other->require_tls && strcmp(one->bindings, other->bindings) == 0 &&
           strcmp(one->back_end, other->back_end) == 0;
}

static bool same_texts(const apr_array_header_t *one, const apr_array_header_t *other)
{
    for (int i = 0; i < one->nelts; i++) {
        if (!asactl_doctor_served_has(other, APR_ARRAY_IDX(one, i, const char *))) {
            return false;
        }
    }
    return one->nelts == other->nelts;
}

static const asactl_node_server_t *find_server(const asactl_node_served_t *there,
                                               const asactl_node_server_t *like)
{
    for (int i = 0; i < there->servers->nelts; i++) {
        const asactl_node_server_t *server =
            &APR_ARRAY_IDX(there->servers, i, asactl_node_server_t);

        if (server->name != NULL && strcasecmp(server->name, like->name) == 0 &&
            server->port == like->port) {
            return server;
        }
    }
    return NULL;
}

/* The first place that one has and the other lacks; NULL: none. */
static const char *lacking(apr_pool_t *pool, const asactl_node_server_t *one,
                           const asactl_node_server_t *other)
{
    for (int i = 0; i < one->places->nelts; i++) {
        const asactl_node_place_t *place = asactl_doctor_served_place(one, i);

        if (find_place(other, place) == NULL) {
            return apr_psprintf(pool, "%s %s", place->kind, place->path);
        }
    }
    return NULL;
}

/* What the other one, which has the same places, has otherwise; NULL: nothing. */
static const char *difference(apr_pool_t *pool, const asactl_node_server_t *one,
                              const asactl_node_server_t *other)
{
    for (int i = 0; i < one->places->nelts; i++) {
        const asactl_node_place_t *place = asactl_doctor_served_place(one, i);

        if (!same_place(place, find_place(other, place))) {
            return apr_psprintf(pool, "other directives in %s %s", place->kind, place->path);
        }
    }
    if (!same_texts(one->aliases, other->aliases)) {
        return "other names (ServerAlias)";
    }
    if (one->tls != other->tls) {
        return "another SSLEngine";
    }
    return same_texts(one->principals, other->principals) ? NULL : "other AsaServicePrincipals";
}

/* Says what the node lacks or has otherwise than another one, which has this server. */
static void compare(const asactl_doctor_server_t *view, size_t index)
{
    const asactl_node_server_t *twin =
        find_server(asactl_doctor_served(view->facts, index), view->server);
    const char *node = view->facts->nodes[index].node, *text;

    if (twin == NULL) {
        asactl_doctor_fail(view->list, node, NULL, "%s does not serve %s, port %d, and %s does",
                           node, view->name, view->server->port, view->node);
        return;
    }
    text = lacking(view->list->pool, view->server, twin);
    if (text != NULL) {
        asactl_doctor_fail(view->list, node, NULL, "%s has no %s in %s, port %d, and %s has it",
                           node, text, view->name, view->server->port, view->node);
        return;
    }
    text = lacking(view->list->pool, twin, view->server);
    if (text != NULL) {
        asactl_doctor_fail(view->list, view->node, NULL,
                           "%s has no %s in %s, port %d, and %s has it", view->node, text,
                           view->name, view->server->port, node);
        return;
    }
    text = difference(view->list->pool, view->server, twin);
    if (text != NULL) {
        asactl_doctor_warn(view->list, node, NULL, "%s has %s than %s in %s, port %d", node, text,
                           view->node, view->name, view->server->port);
    }
}

/* Is this the first node that has this server? Then it stands for the others. */
static bool is_first(const asactl_doctor_server_t *view)
{
    for (size_t i = 0; i < view->index; i++) {
        if (asactl_doctor_served(view->facts, i) != NULL &&
            find_server(asactl_doctor_served(view->facts, i), view->server) != NULL) {
            return false;
        }
    }
    return true;
}

static void judge_alike(const asactl_doctor_server_t *view)
{
    if (view->server->name == NULL ||
        !asactl_doctor_names_is_published(view->facts, view->server->name) || !is_first(view)) {
        return;
    }
    for (size_t i = 0; i < view->facts->node_count; i++) {
        if (i != view->index && asactl_doctor_served(view->facts, i) != NULL) {
            compare(view, i);
        }
    }
}

void asactl_doctor_check_servers(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    asactl_doctor_served_each(facts, list, judge_alike);
    asactl_doctor_ok(list, "every node serves the same names and places, with the same directives");
}
