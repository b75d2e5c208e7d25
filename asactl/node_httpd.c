/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds the address of this machine's httpd and reads its status page.
 */
#include "asactl/node_httpd.h"

#include <ifaddrs.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <apr_strings.h>

#include "asactl/http.h"
#include "core/log_field.h"

#define ERROR_MAX    1024
#define PAGE_SECONDS 5

static void fail(apr_pool_t *pool, const char *error, asactl_node_workers_t *out)
{
    *out = (asactl_node_workers_t){
        .state = ASACTL_NODE_WORKERS_UNSEEN,
        .error = asa_log_field_clean(pool, error, strlen(error), ASA_LOG_FIELD_TEXT, ERROR_MAX)};
}

/* --- the address --- */

static bool same_address(const struct sockaddr *a, const struct sockaddr *b)
{
    if (b == NULL || a->sa_family != b->sa_family) {
        return false;
    }
    if (a->sa_family == AF_INET) {
        return memcmp(&((const struct sockaddr_in *)a)->sin_addr,
                      &((const struct sockaddr_in *)b)->sin_addr, sizeof(struct in_addr)) == 0;
    }
    return a->sa_family == AF_INET6 &&
           memcmp(&((const struct sockaddr_in6 *)a)->sin6_addr,
                  &((const struct sockaddr_in6 *)b)->sin6_addr, sizeof(struct in6_addr)) == 0;
}

/* All of 127.0.0.0/8 is the machine itself, whatever its interfaces list. */
static bool is_loopback(const struct sockaddr *address)
{
    return address->sa_family == AF_INET &&
           ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

static bool is_own(const struct sockaddr *address, const struct ifaddrs *interfaces)
{
    bool own = is_loopback(address);

    for (; interfaces != NULL && !own; interfaces = interfaces->ifa_next) {
        own = same_address(address, interfaces->ifa_addr);
    }
    return own;
}

/* The first of the addresses that is the machine's own, as a number. */
static const char *first_own(apr_pool_t *pool, const struct addrinfo *found)
{
    struct ifaddrs *interfaces = NULL;
    char number[NI_MAXHOST] = "";

    if (getifaddrs(&interfaces) != 0) {
        interfaces = NULL;
    }
    for (; found != NULL && *number == '\0'; found = found->ai_next) {
        if (!is_own(found->ai_addr, interfaces) ||
            getnameinfo(found->ai_addr, found->ai_addrlen, number, sizeof number, NULL, 0,
                        NI_NUMERICHOST) != 0) {
            *number = '\0';
        }
    }
    freeifaddrs(interfaces);
    return *number != '\0' ? apr_pstrdup(pool, number) : NULL;
}

/* Never another machine's, whatever the settings, DNS or a request say. */
const char *asactl_node_httpd_address(apr_pool_t *pool, const char *httpd, const char **error)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    char host[HOST_NAME_MAX + 1] = "";
    struct addrinfo *found = NULL;
    const char *address;

    gethostname(host, sizeof host - 1);
    if (strcmp(httpd, "hostname") == 0) {
        httpd = host;
    }
    if (getaddrinfo(httpd, NULL, &hints, &found) != 0) {
        *error = apr_psprintf(pool, "its host name '%s' has no address", httpd);
        return NULL;
    }
    address = first_own(pool, found);
    freeaddrinfo(found);
    if (address == NULL) {
        *error = apr_psprintf(pool, "'%s' (httpd in asactl.conf) is no address of its own", httpd);
    }
    return address;
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
    const char *error = NULL;

    *out = (asactl_node_workers_t){.state = ASACTL_NODE_WORKERS_NOT_ASKED};
    if (settings->status == NULL) {
        return false;
    }
    *address = asactl_node_httpd_address(pool, settings->httpd, &error);
    if (*address == NULL) {
        fail(pool, error, out);
        return false;
    }
    request.address = *address;
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
