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

/* The server's own certificate, once it has shown it; NULL with a sentence.  A server that asks for
 * a certificate of ours ends the handshake, but has shown its own by then. */
static X509 *certificate_of(apr_pool_t *pool, SSL *tls, const asa_peer_t *peer, int fd, int seconds,
                            const char **error)
{
    STACK_OF(X509) * chain;

    if (peer->server_name != NULL && !is_address(peer->server_name)) {
        SSL_set_tlsext_host_name(tls, peer->server_name);
    }
    if (SSL_set_fd(tls, fd) != 1) {
        *error = "no memory";
        return NULL;
    }
    shake_hands(tls, fd, seconds);
    chain = SSL_get_peer_cert_chain(tls);
    if (chain == NULL || sk_X509_num(chain) < 1) {
        *error = apr_psprintf(pool, "%s shows no certificate on port %s", peer->host, peer->port);
        return NULL;
    }
    return sk_X509_value(chain, 0);
}

/* What is done with the certificate; returns NULL or a sentence. */
typedef const char *use_t(apr_pool_t *pool, SSL *tls, X509 *certificate, void *baton);

/* ca: NULL: nothing is verified. */
static const char *visit(apr_pool_t *pool, const asa_peer_t *peer, const char *ca, int seconds,
                         use_t *use, void *baton)
{
    int fd;
    const char *error = reach(pool, peer, seconds, &fd);
    SSL_CTX *context = NULL;
    SSL *tls = NULL;
    X509 *certificate;

    if (error != NULL) {
        return error;
    }
    context = SSL_CTX_new(TLS_client_method());
    tls = context != NULL ? SSL_new(context) : NULL;
    if (tls == NULL) {
        error = "no memory";
    } else if (ca != NULL && (SSL_CTX_load_verify_locations(context, ca, NULL) != 1 ||
                              SSL_set1_host(tls, peer->server_name) != 1)) {
        error = apr_psprintf(pool, "%s holds no CA certificate that can be read", ca);
    } else {
        certificate = certificate_of(pool, tls, peer, fd, seconds, &error);
        error = certificate != NULL ? use(pool, tls, certificate, baton) : error;
    }
    SSL_free(tls);
    SSL_CTX_free(context);
    close(fd);
    return error;
}

static const char *take_bindings(apr_pool_t *pool, SSL *tls, X509 *certificate, void *baton)
{
    (void)tls;
    return asa_channel_bindings_from_certificate(pool, certificate, baton);
}

const char *asa_peer_certificate_learn(apr_pool_t *pool, const asa_peer_t *peer, int seconds,
                                       asa_channel_bindings_t *out)
{
    return visit(pool, peer, NULL, seconds, take_bindings, out);
}

static const char *take_view(apr_pool_t *pool, SSL *tls, X509 *certificate, void *baton)
{
    long result = SSL_get_verify_result(tls);
    asa_peer_view_t *out = baton;

    *out = (asa_peer_view_t){.until = asa_channel_bindings_until(certificate)};
    (void)asa_channel_bindings_from_certificate(pool, certificate, &out->bindings);
    if (result != X509_V_OK &&
        (result != X509_V_ERR_CERT_HAS_EXPIRED || out->until == 0 || out->until > apr_time_now())) {
        out->defect = asa_channel_bindings_defect(result);
    }
    return NULL;
}

const char *asa_peer_certificate_examine(apr_pool_t *pool, const asa_peer_t *peer, const char *ca,
                                         int seconds, asa_peer_view_t *out)
{
    return visit(pool, peer, ca, seconds, take_view, out);
}
