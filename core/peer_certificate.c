/* SPDX-License-Identifier: Apache-2.0
 *
 * Connects to a TLS server, looks at its certificate and hangs up.
 */
#include "core/peer_certificate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <apr_strings.h>
#include <apr_time.h>
#include <openssl/ssl.h>

/* The system calls of a blocking socket, connect too, give up after this time. */
static int connect_to(const struct addrinfo *address, int seconds)
{
    struct timeval limit = {.tv_sec = seconds};
    int fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        return -1;
    }
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0 ||
        connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static const char *reach(apr_pool_t *pool, const asa_peer_t *peer, int seconds, int *fd)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
    int error = getaddrinfo(peer->host, peer->port, &hints, &list);

    *fd = -1;
    if (error != 0) {
        return apr_psprintf(pool, "%s has no address: %s", peer->host, gai_strerror(error));
    }
    for (const struct addrinfo *address = list; address != NULL && *fd < 0;
         address = address->ai_next) {
        *fd = connect_to(address, seconds);
    }
    error = errno;
    freeaddrinfo(list);
    return *fd >= 0 ? NULL
                    : apr_psprintf(pool, "%s does not answer on port %s: %s", peer->host,
                                   peer->port, strerror(error));
}

static bool is_address(const char *host)
{
    unsigned char bytes[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

/* As far as it comes by then: a server that sends a byte now and again would keep a blocking socket
 * busy for ever. */
static void shake_hands(SSL *tls, int fd, int seconds)
{
    apr_time_t until = apr_time_now() + apr_time_from_sec(seconds);
    struct pollfd wanted = {.fd = fd};
    apr_time_t left = 1;
    int result;

    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
        return;
    }
    while (left > 0 && (result = SSL_connect(tls)) != 1) {
        int error = SSL_get_error(tls, result);
        if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
            return;
        }
        left = until - apr_time_now();
        wanted.events = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
        if (left > 0 && poll(&wanted, 1, (int)apr_time_as_msec(left) + 1) <= 0) {
            return;
        }
    }
}

/* A server that asks for a certificate of ours ends the handshake, but has shown its own by then.
 */
static const char *look(apr_pool_t *pool, SSL *tls, const asa_peer_t *peer, int fd, int seconds,
                        asa_channel_bindings_t *out)
{
    STACK_OF(X509) * chain;

    if (peer->server_name != NULL && !is_address(peer->server_name)) {
        SSL_set_tlsext_host_name(tls, peer->server_name);
    }
    if (SSL_set_fd(tls, fd) != 1) {
        return "no memory";
    }
    shake_hands(tls, fd, seconds);
    chain = SSL_get_peer_cert_chain(tls);
    return chain == NULL || sk_X509_num(chain) < 1
               ? apr_psprintf(pool, "%s shows no certificate on port %s", peer->host, peer->port)
               : asa_channel_bindings_from_certificate(pool, sk_X509_value(chain, 0), out);
}

const char *asa_peer_certificate_learn(apr_pool_t *pool, const asa_peer_t *peer, int seconds,
                                       asa_channel_bindings_t *out)
{
    int fd;
    const char *error = reach(pool, peer, seconds, &fd);
    SSL_CTX *context = NULL;
    SSL *tls = NULL;

    if (error != NULL) {
        return error;
    }
    context = SSL_CTX_new(TLS_client_method());
    tls = context != NULL ? SSL_new(context) : NULL;
    error = tls != NULL ? look(pool, tls, peer, fd, seconds, out) : "no memory";
    SSL_free(tls);
    SSL_CTX_free(context);
    close(fd);
    return error;
}
