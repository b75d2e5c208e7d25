/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the status page of this machine's httpd.
 */
#include "asactl/node_httpd.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "asactl/http.h"
#include "asactl/node_address.h"
#include "core/log_field.h"

#define ERROR_MAX    1024
#define PAGE_SECONDS 5

static void fail(apr_pool_t *pool, const char *error, asactl_node_workers_t *out)
{
    *out = (asactl_node_workers_t){
        .state = ASACTL_NODE_WORKERS_UNSEEN,
        .error = asa_log_field_clean(pool, error, strlen(error), ASA_LOG_FIELD_TEXT, ERROR_MAX)};
}

/* --- the page --- */

static const char *explain(apr_pool_t *pool, const asactl_http_page_t *page, const char *url,
                           const char *address)
{
    const char *what = page->error;

    if (what == NULL && (page->status == 401 || page->status == 403)) {
        what = apr_psprintf(pool, "answers %ld: its Require must let the machine itself in",
                            page->status);
    } else if (what == NULL && page->status == 404) {
        what = "is not there (404): the handler asa-status belongs there";
    } else if (what == NULL && page->status / 100 == 3) {
        what = apr_psprintf(pool, "leads elsewhere (%ld): name the page itself", page->status);
    } else if (what == NULL && page->status != 200) {
        what = apr_psprintf(pool, "answers %ld", page->status);
    } else if (what == NULL && strncasecmp(page->type, "application/json", 16) != 0) {
        what = "gives no JSON: the handler asa-status belongs there";
    }
    return what == NULL ? NULL : apr_psprintf(pool, "%s at %s %s", url, address, what);
}

/* false: *out says why there is none. */
static bool get_page(apr_pool_t *pool, const asactl_settings_t *settings, const char **address,
                     asactl_http_page_t *page, asactl_node_workers_t *out)
{
    asactl_http_request_t request = {.url = settings->status,
                                     .ca = settings->ca,
                                     .accept = "application/json",
                                     .seconds = PAGE_SECONDS};
    asactl_node_address_t found;
    const char *error;

    *out = (asactl_node_workers_t){.state = ASACTL_NODE_WORKERS_NOT_ASKED};
    if (settings->status == NULL) {
        return false;
    }
    asactl_node_address_find(pool, settings, &found);
    if (found.number == NULL) {
        fail(pool, found.error, out);
        return false;
    }
    request.address = *address = found.number;
    if (asactl_http_get(pool, &request, page) == ASACTL_HTTP_NOBODY) {
        out->state = ASACTL_NODE_WORKERS_NOT_RUNNING;
        return false;
    }
    error = explain(pool, page, settings->status, *address);
    if (error != NULL) {
        fail(pool, error, out);
    }
    return error == NULL;
}

static const char *name_page(apr_pool_t *pool, const asactl_settings_t *settings,
                             const char *address, const char *error)
{
    return apr_psprintf(pool, "%s at %s: %s", settings->status, address, error);
}

void asactl_node_httpd_ask(apr_pool_t *pool, const asactl_settings_t *settings,
                           asactl_node_workers_t *out)
{
    asactl_node_served_t served;

    asactl_node_httpd_look(pool, settings, out, &served);
}

const char *asactl_node_httpd_look(apr_pool_t *pool, const asactl_settings_t *settings,
                                   asactl_node_workers_t *out, asactl_node_served_t *served)
{
    static const char *const unseen[] = {
        [ASACTL_NODE_WORKERS_NOT_ASKED] = "no status page is named (status in asactl.conf)",
        [ASACTL_NODE_WORKERS_NOT_RUNNING] = "no httpd answers there"};
    const char *address = NULL, *error;
    asactl_http_page_t page;

    *served = (asactl_node_served_t){0};
    if (!get_page(pool, settings, &address, &page, out)) {
        return out->state == ASACTL_NODE_WORKERS_UNSEEN ? out->error : unseen[out->state];
    }
    asactl_node_workers_read(pool, page.bytes, page.len, out);
    if (out->state == ASACTL_NODE_WORKERS_UNSEEN) {
        fail(pool, name_page(pool, settings, address, out->error), out);
        return out->error;
    }
    error = asactl_node_served_read(pool, page.bytes, page.len, served);
    return error != NULL ? name_page(pool, settings, address, error) : NULL;
}
