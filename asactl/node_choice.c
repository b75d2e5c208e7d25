/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds the nodes that words and options name.
 */
#include "asactl/node_choice.h"

#include <strings.h>

#include <apr_strings.h>

#define SEE_ARRAYS "see [arrays] in asactl.conf"

bool asactl_node_choice_has(const apr_array_header_t *nodes, const char *node)
{
    for (int i = 0; i < nodes->nelts; i++) {
        if (strcasecmp(APR_ARRAY_IDX(nodes, i, const char *), node) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_all(const apr_array_header_t *nodes, const apr_array_header_t *servers)
{
    for (int i = 0; i < servers->nelts; i++) {
        if (!asactl_node_choice_has(nodes, APR_ARRAY_IDX(servers, i, const char *))) {
            return false;
        }
    }
    return true;
}

bool asactl_node_choice_has_array(const apr_array_header_t *nodes,
                                  const asactl_settings_t *settings)
{
    bool found = settings->arrays == NULL || settings->arrays->nelts == 0;

    for (int i = 0; !found && i < settings->arrays->nelts; i++) {
        found = has_all(nodes, APR_ARRAY_IDX(settings->arrays, i, asactl_array_t).servers);
    }
    return found;
}

static void add_node(apr_array_header_t *nodes, const char *node)
{
    if (!asactl_node_choice_has(nodes, node)) {
        APR_ARRAY_PUSH(nodes, const char *) = node;
    }
}

/* NULL: every array.  False if there is none of that name. */
static bool add_array(apr_array_header_t *nodes, const asactl_settings_t *settings,
                      const char *name)
{
    bool found = false;

    for (int i = 0; settings->arrays != NULL && i < settings->arrays->nelts; i++) {
        const asactl_array_t *array = &APR_ARRAY_IDX(settings->arrays, i, asactl_array_t);
        if (name != NULL && strcasecmp(array->name, name) != 0) {
            continue;
        }
        found = true;
        for (int j = 0; j < array->servers->nelts; j++) {
            add_node(nodes, APR_ARRAY_IDX(array->servers, j, const char *));
        }
    }
    return found;
}

const apr_array_header_t *asactl_node_choice_all(apr_pool_t *pool,
                                                 const asactl_settings_t *settings)
{
    apr_array_header_t *nodes = apr_array_make(pool, 8, sizeof(const char *));

    add_array(nodes, settings, NULL);
    return nodes;
}

const apr_array_header_t *asactl_node_choice_named(apr_pool_t *pool,
                                                   const asactl_settings_t *settings,
                                                   const apr_array_header_t *names)
{
    apr_array_header_t *nodes = apr_array_make(pool, 8, sizeof(const char *));

    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);
        if (!add_array(nodes, settings, name)) {
            add_node(nodes, name);
        }
    }
    if (names->nelts == 0) {
        add_array(nodes, settings, NULL);
    }
    if (nodes->nelts == 0) {
        add_node(nodes, "localhost");
    }
    return nodes;
}

static int push_value(void *list, const char *name, const char *value)
{
    (void)name;
    APR_ARRAY_PUSH((apr_array_header_t *)list, const char *) = value;
    return 1;
}

void asactl_node_choice_values(const apr_table_t *options, const char *name,
                               apr_array_header_t *list)
{
    apr_table_do(push_value, list, options, name, NULL);
}

static bool add_asked_arrays(const asactl_run_t *run, const apr_array_header_t *names,
                             apr_array_header_t *nodes, asactl_outcome_t *outcome)
{
    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);
        if (!add_array(nodes, run->settings, name)) {
            return asactl_outcome_fail(outcome, ASACTL_USAGE, SEE_ARRAYS, run->pool,
                                       "there is no array '%s'", name);
        }
    }
    return true;
}

bool asactl_node_choice_asked(const asactl_run_t *run, const char *verb, const char *prefix,
                              const apr_array_header_t **out, asactl_outcome_t *outcome)
{
    apr_pool_t *pool = run->pool;
    apr_array_header_t *servers = apr_array_copy(pool, run->words);
    apr_array_header_t *arrays = apr_array_make(pool, 4, sizeof(const char *));
    apr_array_header_t *nodes = apr_array_make(pool, 8, sizeof(const char *));
    bool all = apr_table_get(run->options, apr_pstrcat(pool, prefix, "-all", NULL)) != NULL;

    asactl_node_choice_values(run->options, apr_pstrcat(pool, prefix, "-server", NULL), servers);
    asactl_node_choice_values(run->options, apr_pstrcat(pool, prefix, "-array", NULL), arrays);
    if (all == (servers->nelts + arrays->nelts > 0)) {
        return asactl_outcome_fail(
            outcome, ASACTL_USAGE,
            apr_psprintf(pool, "asactl %s --%s-server NODE, --%s-array NAME or --%s-all", verb,
                         prefix, prefix, prefix),
            pool, "%s on which nodes?", verb);
    }
    for (int i = 0; i < servers->nelts; i++) {
        const char *name = APR_ARRAY_IDX(servers, i, const char *);
        if (!add_array(nodes, run->settings, name)) {
            add_node(nodes, name);
        }
    }
    if (!add_asked_arrays(run, arrays, nodes, outcome)) {
        return false;
    }
    if (all && !add_array(nodes, run->settings, NULL)) {
        return asactl_outcome_fail(outcome, ASACTL_USAGE, SEE_ARRAYS, pool, "no node is known");
    }
    *out = nodes;
    return true;
}
