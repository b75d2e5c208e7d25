/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges what the nodes' httpd is configured to serve, each node by itself and against the others.
 */
#include "asactl/doctor_node_checks.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/doctor_name_checks.h"
#include "asactl/doctor_names.h"
#include "asactl/doctor_served.h"
#include "core/spn.h"

/* A header with a ticket of 48,000 bytes (MaxTokenSize of Windows) in base64, and its scheme. */
#define FIELD_ENOUGH 64010
/* Less than that is not enough for users in some hundred groups. */
#define FIELD_LEAST 16384

/* --- places without Kerberos --- */

/* Phones sign in with Basic or OAuth; Exchange's health checks stand open in every place; and the
 * version 2 question of Autodiscover comes without credentials. */
static bool may_be_open(const asactl_node_place_t *place)
{
    return place->protocol == NULL || strcasecmp(place->protocol, "Eas") == 0 ||
           strstr(place->path, "healthcheck") != NULL ||
           strstr(place->path, "autodiscover.json") != NULL ||
           strstr(place->path, "autodiscover\\.json") != NULL;
}

static void judge_places(const asactl_doctor_server_t *view)
{
    for (int i = 0; i < view->server->places->nelts; i++) {
        const asactl_node_place_t *place = asactl_doctor_served_place(view->server, i);

        if (!place->negotiate && !may_be_open(place) &&
            !asactl_doctor_list_has(
                view->list, view->node,
                apr_pstrcat(view->list->pool, ": ", place->path, " of ", NULL))) {
            asactl_doctor_fail(view->list, view->node, NULL,
                               "%s: %s of %s has AsaProtocol %s and %s instead of AuthType "
                               "Negotiate",
                               view->node, place->path, view->name, place->protocol,
                               place->auth_type != NULL
                                   ? apr_psprintf(view->list->pool, "AuthType %s", place->auth_type)
                                   : "no sign-in");
        }
    }
}

/* Is there a node whose httpd can be seen? */
static bool sees_any(const asactl_doctor_facts_t *facts)
{
    for (size_t i = 0; i < facts->node_count; i++) {
        if (asactl_doctor_served(facts, i) != NULL) {
            return true;
        }
    }
    return false;
}

void asactl_doctor_check_places(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    asactl_doctor_served_each(facts, list, judge_places);
    if (facts->names->nelts == 0 && sees_any(facts)) {
        asactl_doctor_warn(list, NULL, NULL, "no published name of these nodes demands Kerberos");
    }
    asactl_doctor_ok(list, "every place that has a protocol demands Kerberos");
}

/* --- names that the server itself refuses --- */

static void judge_name(const asactl_doctor_server_t *view, const asa_spn_rule_t *rule,
                       const char *host)
{
    const char *spn = apr_pstrcat(view->list->pool, "http/", host, NULL);

    if (asactl_doctor_names_is_published(view->facts, host) && !asa_spn_allowed(rule, spn) &&
        !asactl_doctor_list_has(view->list, view->node, spn)) {
        asactl_doctor_fail(view->list, view->node, NULL,
                           "%s: %s serves the name %s, and does not accept tickets for %s",
                           view->node, view->name, host, spn);
    }
}

static void judge_accepted(const asactl_doctor_server_t *view)
{
    const apr_array_header_t *names = view->server->principals;
    const asa_spn_rule_t rule = {.any = names->nelts == 1 &&
                                        strcmp(APR_ARRAY_IDX(names, 0, const char *), "any") == 0,
                                 .names = (const char *const *)names->elts,
                                 .count = (size_t)names->nelts};

    if (names->nelts == 0 || view->server->name == NULL) {
        return;
    }
    judge_name(view, &rule, view->server->name);
    for (int i = 0; i < view->server->aliases->nelts; i++) {
        judge_name(view, &rule, APR_ARRAY_IDX(view->server->aliases, i, const char *));
    }
}

void asactl_doctor_check_spn_accepted(const asactl_doctor_facts_t *facts,
                                      asactl_doctor_list_t *list)
{
    asactl_doctor_served_each(facts, list, judge_accepted);
    asactl_doctor_ok(list, "every server accepts tickets for the names that it serves");
}

/* --- limits --- */

static void judge_header_size(const asactl_doctor_server_t *view)
{
    long size = view->server->field_size;

    if (view->server->principals->nelts == 0 || size >= FIELD_ENOUGH ||
        asactl_doctor_list_has(view->list, view->node, "")) {
        return;
    }
    if (size < FIELD_LEAST) {
        asactl_doctor_fail(view->list, view->node, NULL,
                           "%s: LimitRequestFieldSize for %s is %ld: users in many groups get 400",
                           view->node, view->name, size);
    } else {
        asactl_doctor_warn(view->list, view->node, NULL,
                           "%s: LimitRequestFieldSize for %s is %ld; the largest tickets need %d",
                           view->node, view->name, size, FIELD_ENOUGH);
    }
}

void asactl_doctor_check_header_size(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    asactl_doctor_served_each(facts, list, judge_header_size);
    asactl_doctor_ok(list, "the largest tickets fit into a header");
}

/* Is there a limit on the time that a body takes?  As in RequestReadTimeout: "body=20,MinRate=500",
 * and "body=0" for none. */
static bool limits_body(const char *timeout)
{
    const char *body = timeout != NULL ? strstr(timeout, "body=") : NULL;

    return body != NULL && strspn(body + 5, "0") != strcspn(body + 5, " ,-");
}

static void judge_read_timeout(const asactl_doctor_server_t *view)
{
    for (int i = 0; i < view->server->places->nelts; i++) {
        const asactl_node_place_t *place = asactl_doctor_served_place(view->server, i);

        if (place->protocol != NULL && strcasecmp(place->protocol, "RpcHttp") == 0 &&
            limits_body(view->server->read_timeout) &&
            !asactl_doctor_list_has(view->list, view->node, "")) {
            asactl_doctor_fail(view->list, view->node, NULL,
                               "%s: RequestReadTimeout for %s is '%s': it cuts off RPC channels, "
                               "whose bodies last for hours",
                               view->node, view->name, view->server->read_timeout);
            return;
        }
    }
}

void asactl_doctor_check_read_timeout(const asactl_doctor_facts_t *facts,
                                      asactl_doctor_list_t *list)
{
    asactl_doctor_served_each(facts, list, judge_read_timeout);
    asactl_doctor_ok(list, "no RequestReadTimeout cuts RPC channels off");
}

/* --- channel bindings --- */

/* "require", "accept", or "off": the strictest of the places with Negotiate. */
static const char *bindings_of(const asactl_node_server_t *server)
{
    const char *strictest = "off";

    for (int i = 0; i < server->places->nelts; i++) {
        const asactl_node_place_t *place = asactl_doctor_served_place(server, i);

        if (place->negotiate && strcmp(place->bindings, "off") != 0 &&
            strcmp(strictest, "require") != 0) {
            strictest = place->bindings;
        }
    }
    return strictest;
}

/* What clients do not take, they bind nothing to: NULL. */
static const char *shown_binding(const asactl_doctor_name_t *name)
{
    return name->certificate.unseen == NULL && name->certificate.defect == NULL
               ? name->certificate.binding
               : NULL;
}

static bool serves(const asactl_node_server_t *server, const char *host)
{
    return (server->name != NULL && strcasecmp(server->name, host) == 0) ||
           asactl_doctor_served_has(server->aliases, host);
}

/* How many of the published names show a certificate that clients bind tickets to. */
static long shown_bindings(const asactl_doctor_facts_t *facts)
{
    long count = 0;

    for (int i = 0; i < facts->names->nelts; i++) {
        count += shown_binding(&APR_ARRAY_IDX(facts->names, i, asactl_doctor_name_t)) != NULL;
    }
    return count;
}

static bool knows_tls(const asactl_node_server_t *server)
{
    return server->tls || server->bindings_from != NULL;
}

/* Clients who bind their tickets come over TLS: to another server of the node that has this name
 * and knows of TLS, if this one does not. */
static bool is_for_clear_text(const asactl_doctor_server_t *view, const char *host)
{
    const asactl_node_served_t *there = asactl_doctor_served(view->facts, view->index);

    for (int i = 0; i < there->servers->nelts && !knows_tls(view->server); i++) {
        const asactl_node_server_t *other = &APR_ARRAY_IDX(there->servers, i, asactl_node_server_t);

        if (knows_tls(other) && serves(other, host)) {
            return true;
        }
    }
    return false;
}

static void judge_bindings(const asactl_doctor_server_t *view)
{
    const char *mode = bindings_of(view->server);
    const apr_array_header_t *held = view->server->bindings;

    for (int i = 0; strcmp(mode, "off") != 0 && i < view->facts->names->nelts; i++) {
        const asactl_doctor_name_t *name =
            &APR_ARRAY_IDX(view->facts->names, i, asactl_doctor_name_t);
        const char *shown = shown_binding(name);

        if (shown == NULL || !serves(view->server, name->host) ||
            (held->nelts == 0 && strcmp(mode, "accept") == 0) ||
            asactl_doctor_served_has(held, shown) || is_for_clear_text(view, name->host)) {
            continue;
        }
        asactl_doctor_fail(view->list, view->node, NULL,
                           "%s: clients of %s bind their tickets to another certificate (%.19s...) "
                           "than %s knows, port %d",
                           view->node, name->host, shown, view->name, view->server->port);
        return;
    }
}

void asactl_doctor_check_bindings(const asactl_doctor_facts_t *facts, asactl_doctor_list_t *list)
{
    asactl_doctor_served_each(facts, list, judge_bindings);
    asactl_doctor_looked(list, shown_bindings(facts), ASACTL_DOCTOR_NO_CERTIFICATE_REMEDY,
                         ASACTL_DOCTOR_NO_CERTIFICATE);
    asactl_doctor_ok(list, "every node accepts tickets bound to the certificates that are shown");
}
