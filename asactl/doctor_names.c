/* SPDX-License-Identifier: Apache-2.0
 *
 * Collects published names.
 */
#include "asactl/doctor_names.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/doctor_served.h"

static asactl_doctor_spn_t *add_spn(apr_array_header_t *spns, const char *spn)
{
    for (int i = 0; i < spns->nelts; i++) {
        asactl_doctor_spn_t *one = &APR_ARRAY_IDX(spns, i, asactl_doctor_spn_t);

        if (strcasecmp(one->spn, spn) == 0) {
            return one;
        }
    }
    APR_ARRAY_PUSH(spns, asactl_doctor_spn_t) = (asactl_doctor_spn_t){.spn = spn};
    return &APR_ARRAY_IDX(spns, spns->nelts - 1, asactl_doctor_spn_t);
}

static bool is_address(const char *host)
{
    unsigned char bytes[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

/* The first labels of two host names, or the whole ones if both have more. */
static bool is_same_host(const char *one, const char *other)
{
    size_t len = strcspn(one, ".");

    if (one[len] == '.' && strchr(other, '.') != NULL) {
        return strcasecmp(one, other) == 0;
    }
    return len == strcspn(other, ".") && strncasecmp(one, other, len) == 0;
}

bool asactl_doctor_names_account_has(const asactl_doctor_facts_t *facts, const char *host)
{
    for (int i = 0; facts->found && i < facts->account.spns->nelts; i++) {
        const char *spn = APR_ARRAY_IDX(facts->account.spns, i, const char *);

        if (strncasecmp(spn, "http/", 5) == 0 && strcasecmp(spn + 5, host) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_node(const asactl_doctor_facts_t *facts, const char *host)
{
    for (size_t i = 0; i < facts->node_count; i++) {
        const char *itself = facts->nodes[i].report.host;

        if (is_same_host(facts->nodes[i].node, host) ||
            (itself != NULL && is_same_host(itself, host))) {
            return true;
        }
    }
    return false;
}

bool asactl_doctor_names_is_published(const asactl_doctor_facts_t *facts, const char *host)
{
    return *host != '\0' && strpbrk(host, "*?") == NULL && !is_address(host) &&
           (asactl_doctor_names_account_has(facts, host) || !is_node(facts, host));
}

/* --- collecting --- */

static void add_name(const asactl_doctor_facts_t *facts, apr_array_header_t *names,
                     const char *host, const char *node, bool tls)
{
    asactl_doctor_name_t *name = NULL;

    if (!asactl_doctor_names_is_published(facts, host)) {
        return;
    }
    for (int i = 0; i < names->nelts && name == NULL; i++) {
        asactl_doctor_name_t *one = &APR_ARRAY_IDX(names, i, asactl_doctor_name_t);

        name = strcasecmp(one->host, host) == 0 ? one : NULL;
    }
    if (name == NULL) {
        APR_ARRAY_PUSH(names, asactl_doctor_name_t) =
            (asactl_doctor_name_t){.host = host, .where = node};
        name = &APR_ARRAY_IDX(names, names->nelts - 1, asactl_doctor_name_t);
    }
    name->tls = name->tls || tls;
}

static void serve_spn(const asactl_doctor_facts_t *facts, apr_array_header_t *spns, const char *spn,
                      const char *node)
{
    const char *host = strchr(spn, '/');
    asactl_doctor_spn_t *one;

    if (host == NULL || !asactl_doctor_names_is_published(facts, host + 1)) {
        return;
    }
    one = add_spn(spns, spn);
    one->served = one->served != NULL ? one->served : node;
}

static void add_server(apr_pool_t *pool, asactl_doctor_facts_t *facts, const char *node,
                       const asactl_node_server_t *server, apr_array_header_t *spns,
                       apr_array_header_t *names)
{
    const apr_array_header_t *principals = server->principals;
    bool tls = server->tls || server->bindings_from != NULL;
    apr_array_header_t *hosts = apr_array_copy(pool, server->aliases);

    if (principals->nelts == 0) {
        return; /* nothing in it demands Kerberos */
    }
    if (server->name != NULL) {
        APR_ARRAY_PUSH(hosts, const char *) = server->name;
    }
    for (int i = 0; i < hosts->nelts; i++) {
        const char *host = APR_ARRAY_IDX(hosts, i, const char *);

        add_name(facts, names, host, node, tls);
        if (strcmp(APR_ARRAY_IDX(principals, 0, const char *), "any") == 0) {
            serve_spn(facts, spns, apr_pstrcat(pool, "http/", host, NULL), node);
        }
    }
    for (int i = 0; i < principals->nelts; i++) {
        serve_spn(facts, spns, APR_ARRAY_IDX(principals, i, const char *), node);
    }
}

/* What is not seen to be served may be all the same: these names are published for something. */
static void add_own_names(const asactl_doctor_facts_t *facts, apr_array_header_t *names)
{
    for (int i = 0; facts->found && i < facts->account.spns->nelts; i++) {
        const char *spn = APR_ARRAY_IDX(facts->account.spns, i, const char *);

        if (strncasecmp(spn, "http/", 5) == 0 && strchr(spn, '.') != NULL &&
            strpbrk(spn + 5, ":/@") == NULL) {
            add_name(facts, names, spn + 5, NULL, false);
        }
    }
}

void asactl_doctor_names_collect(apr_pool_t *pool, asactl_doctor_facts_t *facts)
{
    apr_array_header_t *spns = apr_array_make(pool, 16, sizeof(asactl_doctor_spn_t));
    apr_array_header_t *names = apr_array_make(pool, 8, sizeof(asactl_doctor_name_t));

    for (int i = 0; facts->found && i < facts->account.spns->nelts; i++) {
        add_spn(spns, APR_ARRAY_IDX(facts->account.spns, i, const char *));
    }
    for (size_t i = 0; i < facts->node_count; i++) {
        const asactl_node_served_t *there = asactl_doctor_served(facts, i);

        for (int j = 0; there != NULL && j < there->servers->nelts; j++) {
            add_server(pool, facts, facts->nodes[i].node,
                       &APR_ARRAY_IDX(there->servers, j, asactl_node_server_t), spns, names);
        }
    }
    if (!asactl_doctor_served_all_seen(facts)) {
        add_own_names(facts, names);
    }
    facts->spns = spns;
    facts->names = names;
}
