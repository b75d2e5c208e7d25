/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes one visit.
 */
#include "asactl/visit.h"

#include <string.h>

#include <apr_strings.h>

#include "asactl/http.h"
#include "asactl/setting_value.h"
#include "core/log_field.h"
#include "core/negotiate.h"
#include "core/peer_certificate.h"

#define VISIT_SECONDS 10 /* a back end may stand behind it */
#define LOOK_SECONDS  5
#define ERROR_MAX     1024
#define ID_MAX        64

bool asactl_visit_url(apr_pool_t *pool, const char *url, asactl_visit_url_t *out)
{
    const char *host, *colon;
    size_t len;

    *out = (asactl_visit_url_t){0};
    if (asactl_setting_value_page(url) != NULL) {
        return false;
    }
    out->tls = strncmp(url, "https://", 8) == 0;
    host = url + (out->tls ? 8 : 7);
    len = strcspn(host, "/");
    colon = memchr(host, ':', len);
    out->path = host + len;
    out->host = apr_pstrmemdup(pool, host, colon != NULL ? (size_t)(colon - host) : len);
    out->port = colon != NULL ? apr_pstrmemdup(pool, colon + 1, len - (size_t)(colon - host) - 1)
                : out->tls    ? "443"
                              : "80";
    return true;
}

bool asactl_visit_is_id(const char *text)
{
    return text != NULL && *text != '\0' && strlen(text) <= ID_MAX &&
           text[strspn(text, "0123456789abcdefABCDEF-")] == '\0';
}

static asactl_visit_state_t state_of(asactl_http_result_t result)
{
    static const asactl_visit_state_t states[] = {
        [ASACTL_HTTP_ANSWERED] = ASACTL_VISIT_ANSWERED,
        [ASACTL_HTTP_NOBODY] = ASACTL_VISIT_NOBODY,
        [ASACTL_HTTP_NO_ADDRESS] = ASACTL_VISIT_NO_ADDRESS,
        [ASACTL_HTTP_LATE] = ASACTL_VISIT_LATE,
        [ASACTL_HTTP_UNTRUSTED] = ASACTL_VISIT_UNTRUSTED,
        [ASACTL_HTTP_FAILED] = ASACTL_VISIT_FAILED};

    return states[result];
}

/* The first header that brings a token ends the search. */
static int take_reply(void *data, const char *name, const char *value)
{
    asa_authorization_t read;
    asactl_visit_t *visit = data;
    apr_pool_t *scratch = NULL;

    (void)name;
    if (apr_pool_create(&scratch, NULL) != APR_SUCCESS) {
        return 0;
    }
    asa_negotiate_read(scratch, value, &read);
    visit->reply = read.token != NULL ? value : NULL;
    apr_pool_destroy(scratch);
    return visit->reply == NULL;
}

static void make(apr_pool_t *pool, const asactl_http_request_t *request, asactl_visit_t *visit)
{
    asactl_http_page_t page;
    const char *id;

    visit->state = state_of(asactl_http_get(pool, request, &page));
    visit->error = page.error == NULL || visit->state == ASACTL_VISIT_NOBODY
                       ? NULL
                       : asa_log_field_clean(pool, page.error, strlen(page.error),
                                             ASA_LOG_FIELD_TEXT, ERROR_MAX);
    visit->status = page.status;
    visit->reply = NULL;
    apr_table_do(take_reply, visit, page.headers, "WWW-Authenticate", NULL);
    id = apr_table_get(page.headers, "request-id");
    visit->id = asactl_visit_is_id(id) ? id : NULL;
}

void asactl_visit_make(apr_pool_t *pool, const char *address, const char *ca, asactl_visit_t *visit)
{
    const asactl_http_request_t request = {.url = visit->url,
                                           .address = address,
                                           .ca = ca,
                                           .authorization = visit->authorization,
                                           .only_head = true,
                                           .seconds = VISIT_SECONDS};

    make(pool, &request, visit);
}

void asactl_visit_make_bound(apr_pool_t *pool, const char *ca, asactl_visit_authorize_t *authorize,
                             void *baton, asactl_visit_t *visit)
{
    const asactl_http_request_t request = {.url = visit->url,
                                           .ca = ca,
                                           .authorize = authorize,
                                           .baton = baton,
                                           .only_head = true,
                                           .seconds = VISIT_SECONDS};

    make(pool, &request, visit);
}

void asactl_visit_bind(apr_pool_t *pool, const char *address, asactl_visit_t *visit)
{
    asactl_visit_url_t url;

    visit->bindings = (asa_channel_bindings_t){0};
    if (asactl_visit_url(pool, visit->url, &url) && url.tls) {
        const asa_peer_t peer = {address, url.port, url.host};
        if (asa_peer_certificate_learn(pool, &peer, LOOK_SECONDS, &visit->bindings) != NULL) {
            visit->bindings = (asa_channel_bindings_t){0};
        }
    }
}
