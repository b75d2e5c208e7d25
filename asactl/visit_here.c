/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks for hosts, signs in and finds lines, on this machine.
 */
#include "asactl/visit_here.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <apr_strings.h>
#include <apr_time.h>

#include "asactl/node_address.h"
#include "asactl/node_httpd.h"
#include "asactl/visit_lines.h"
#include "asactl/visit_target.h"

/* Who waits for us over ssh gives up after a minute. */
#define VISITS_LIMIT apr_time_from_sec(30)
#define LINES_LIMIT  apr_time_from_sec(10)
#define NAP          (50 * 1000)
#define LATE         "is not visited: those before it took too long"
/* Clocks of file systems are not those of processes. */
#define BEFORE apr_time_from_sec(120)

typedef struct {
    apr_pool_t *pool;
    const asactl_settings_t *settings;
    asactl_visit_t *visits;
    size_t count;
    apr_time_t began;
    asactl_node_address_t address;
    bool running;       /* not: no httpd answers */
    const char *unseen; /* why its page cannot be read; NULL: it can */
    asactl_node_served_t served;
    asactl_visit_target_t target;
} here_t;

static bool find_httpd(here_t *here)
{
    asactl_node_workers_t workers;

    asactl_node_address_find(here->pool, here->settings, &here->address);
    here->target = (asactl_visit_target_t){.status = here->settings->status};
    here->running = true;
    if (here->address.number == NULL) {
        for (size_t i = 0; i < here->count; i++) {
            here->visits[i].error =
                apr_pstrcat(here->pool, "cannot be asked: ", here->address.error, NULL);
        }
        return false;
    }
    here->unseen = asactl_node_httpd_look(here->pool, here->settings, &workers, &here->served);
    here->running = workers.state != ASACTL_NODE_WORKERS_NOT_RUNNING;
    here->target.served = here->unseen == NULL ? &here->served : NULL;
    return true;
}

/* --- one visit --- */

static bool is_late(const here_t *here)
{
    return apr_time_now() - here->began > VISITS_LIMIT;
}

static void look(const here_t *here, asactl_visit_t *visit)
{
    const asactl_node_server_t *server;

    visit->url =
        asactl_visit_target_find(here->pool, &here->target, visit->host, visit->path, &server);
    if (visit->url == NULL) {
        visit->state = ASACTL_VISIT_NOT_SERVED;
        visit->error =
            apr_psprintf(here->pool, "no virtual host there has the name %s", visit->host);
    } else if (!here->running) {
        visit->state = ASACTL_VISIT_NOBODY;
        visit->error = here->address.all;
    } else if (is_late(here)) {
        visit->error = LATE;
    } else {
        asactl_visit_bind(here->pool, here->address.number, visit);
        visit->bindings = asactl_visit_target_bindings(here->pool, server, &visit->bindings);
        visit->state = ASACTL_VISIT_FOUND;
    }
}

static void sign_in(const here_t *here, asactl_visit_t *visit)
{
    const asactl_node_server_t *server;
    asactl_visit_url_t url;

    if (!asactl_visit_target_allows(here->pool, &here->target, visit->url, &server)) {
        visit->error = "is not visited: httpd there does not serve it";
    } else if (is_late(here)) {
        visit->error = LATE;
    } else {
        asactl_visit_make(here->pool, here->address.number, here->settings->ca, visit);
        visit->error = visit->state == ASACTL_VISIT_NOBODY ? here->address.all : visit->error;
        visit->line.why = asactl_visit_url(here->pool, visit->url, &url)
                              ? asactl_visit_target_unlogged(here->pool, server, url.path)
                              : NULL;
    }
}

/* --- lines --- */

static bool has(const apr_array_header_t *list, const char *text)
{
    for (int i = 0; i < list->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(list, i, const char *), text) == 0) {
            return true;
        }
    }
    return false;
}

/* The folders that can be looked through; *why, if it is NULL yet, says why there are none. */
static const apr_array_header_t *folders_of(const here_t *here, const char **why)
{
    apr_array_header_t *folders = apr_array_make(here->pool, 4, sizeof(const char *));
    const char *unreadable = NULL;

    for (int i = 0; here->target.served != NULL && i < here->served.servers->nelts; i++) {
        const char *folder =
            APR_ARRAY_IDX(here->served.servers, i, asactl_node_server_t).log_folder;
        if (folder == NULL || folder[0] != '/' || has(folders, folder)) {
            continue;
        }
        if (access(folder, R_OK | X_OK) == 0) {
            APR_ARRAY_PUSH(folders, const char *) = folder;
        } else {
            unreadable = apr_psprintf(here->pool, "asactl cannot read %s there: %s", folder,
                                      strerror(errno));
        }
    }
    if (*why == NULL && folders->nelts == 0) {
        *why = unreadable != NULL ? unreadable : "AsaHttpProxyLog is off there";
    }
    return folders;
}

/* Is a line still to come?  Those of visits that were made elsewhere are only waited for where
 * nothing else is asked. */
static bool waits(const here_t *here)
{
    bool own = false, other = false, visited = false;

    for (size_t i = 0; i < here->count; i++) {
        const asactl_visit_t *visit = &here->visits[i];
        bool missing = visit->id != NULL && !visit->line.seen && visit->line.why == NULL;
        visited |= visit->url != NULL;
        own |= missing && visit->url != NULL;
        other |= missing && visit->url == NULL;
    }
    return own || (other && !visited);
}

static void find_lines(const here_t *here)
{
    const char *why = here->unseen;
    const apr_array_header_t *folders = folders_of(here, &why);
    apr_time_t until = apr_time_now() + LINES_LIMIT;

    while (why == NULL &&
           asactl_visit_lines_find(here->pool, folders, here->began - BEFORE, here->visits,
                                   here->count) > 0 &&
           waits(here) && apr_time_now() < until) {
        apr_sleep(NAP);
    }
    for (size_t i = 0; i < here->count; i++) {
        asactl_visit_line_t *line = &here->visits[i].line;
        if (here->visits[i].id != NULL && !line->seen && line->why == NULL) {
            line->why = why != NULL                   ? why
                        : here->visits[i].url != NULL ? "none came within 10 s"
                                                      : NULL;
        }
    }
}

void asactl_visit_here_do(apr_pool_t *pool, const asactl_settings_t *settings,
                          asactl_visit_t *visits, size_t count)
{
    here_t here = {.pool = pool,
                   .settings = settings,
                   .visits = visits,
                   .count = count,
                   .began = apr_time_now()};

    if (!find_httpd(&here)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (visits[i].host != NULL) {
            look(&here, &visits[i]);
        } else if (visits[i].url != NULL) {
            sign_in(&here, &visits[i]);
        }
    }
    find_lines(&here);
}
