/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks up addresses, keeps those of this machine, and tries them.
 */
#include "asactl/node_address.h"

#include <errno.h>
#include <ifaddrs.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <apr_strings.h>

#include "asactl/visit.h"

#define PATIENCE_MS 1000

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

/* The machine itself refuses at once where nothing listens; whoever lets us wait is somebody. */
static bool listens(const struct addrinfo *address)
{
    int fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct pollfd answer = {.fd = fd, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof error;

    if (fd < 0) {
        return false;
    }
    if (connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
        error = errno;
        if (error == EINPROGRESS && (poll(&answer, 1, PATIENCE_MS) != 1 ||
                                     getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)) {
            error = 0;
        }
    }
    close(fd);
    return error == 0;
}

/* Of a link alone: its number needs the link's name beside it, which URLs have no room for. */
static bool is_link_local(const struct sockaddr *address)
{
    return address->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LINKLOCAL(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

/* The number of an address that may be asked; NULL: it may not. */
static const char *number_of(apr_pool_t *pool, const struct addrinfo *address,
                             const struct ifaddrs *interfaces)
{
    char number[NI_MAXHOST];

    return is_own(address->ai_addr, interfaces) && !is_link_local(address->ai_addr) &&
                   getnameinfo(address->ai_addr, address->ai_addrlen, number, sizeof number, NULL,
                               0, NI_NUMERICHOST) == 0
               ? apr_pstrdup(pool, number)
               : NULL;
}

/* Never another machine's, whatever the settings, DNS or a request say. */
static void choose(apr_pool_t *pool, const struct addrinfo *found, asactl_node_address_t *out)
{
    const struct addrinfo *chosen = NULL;
    struct ifaddrs *interfaces = NULL;

    if (getifaddrs(&interfaces) != 0) {
        interfaces = NULL;
    }
    for (; found != NULL; found = found->ai_next) {
        const char *number = number_of(pool, found, interfaces);
        if (number == NULL) {
            continue;
        }
        if (chosen == NULL) {
            *out = (asactl_node_address_t){.number = number, .all = number};
            chosen = found;
            continue;
        }
        out->all = apr_pstrcat(pool, out->all, ", ", number, NULL);
        if (!listens(chosen) && listens(found)) {
            out->number = number;
            chosen = found;
        }
    }
    freeifaddrs(interfaces);
}

static const char *port_of(apr_pool_t *pool, const asactl_settings_t *settings)
{
    asactl_visit_url_t page;

    return settings->status != NULL && asactl_visit_url(pool, settings->status, &page) ? page.port
                                                                                       : "443";
}

void asactl_node_address_find(apr_pool_t *pool, const asactl_settings_t *settings,
                              asactl_node_address_t *out)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    const char *httpd = settings->httpd;
    char host[HOST_NAME_MAX + 1] = "";
    struct addrinfo *found = NULL;

    *out = (asactl_node_address_t){0};
    gethostname(host, sizeof host - 1);
    if (strcmp(httpd, "hostname") == 0) {
        httpd = host;
    }
    if (getaddrinfo(httpd, port_of(pool, settings), &hints, &found) != 0) {
        out->error = apr_psprintf(pool, "its host name '%s' has no address", httpd);
        return;
    }
    choose(pool, found, out);
    freeaddrinfo(found);
    if (out->number == NULL) {
        out->error =
            apr_psprintf(pool, "'%s' (httpd in asactl.conf) is no address of its own", httpd);
    }
}
