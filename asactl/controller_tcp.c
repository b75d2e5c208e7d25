/* SPDX-License-Identifier: Apache-2.0
 *
 * Sends messages to a domain controller over TCP and takes its answers.
 */
#include "asactl/controller_tcp.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MAX (1024 * 1024)

static bool wait_for(const asactl_controller_tcp_t *tcp, int fd, short what)
{
    struct pollfd one = {.fd = fd, .events = what};
    apr_time_t left = tcp->deadline - apr_time_now();

    return left > 0 && poll(&one, 1, (int)(left / 1000) + 1) == 1;
}

static bool connect_to(asactl_controller_tcp_t *tcp, const struct addrinfo *address)
{
    int fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int error = 0;
    socklen_t size = sizeof error;

    if (fd < 0) {
        return false;
    }
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0 ||
        (errno == EINPROGRESS && wait_for(tcp, fd, POLLOUT) &&
         getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0)) {
        tcp->fd = fd;
        return true;
    }
    close(fd);
    return false;
}

bool asactl_controller_tcp_open(asactl_controller_tcp_t *tcp)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    bool done = false;

    tcp->fd = -1;
    if (getaddrinfo(tcp->host, tcp->port, &hints, &list) != 0) {
        return false;
    }
    for (const struct addrinfo *one = list; one != NULL && !done; one = one->ai_next) {
        done = connect_to(tcp, one);
    }
    freeaddrinfo(list);
    return done;
}

static bool send_all(const asactl_controller_tcp_t *tcp, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(tcp->fd, bytes, len, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            return false;
        }
        if (sent > 0) {
            bytes += sent;
            len -= (size_t)sent;
        } else if (!wait_for(tcp, tcp->fd, POLLOUT)) {
            return false;
        }
    }
    return true;
}

static bool receive_all(const asactl_controller_tcp_t *tcp, char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t got = recv(tcp->fd, bytes, len, 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
            return false;
        }
        if (got > 0) {
            bytes += got;
            len -= (size_t)got;
        } else if (!wait_for(tcp, tcp->fd, POLLIN)) {
            return false;
        }
    }
    return true;
}

bool asactl_controller_tcp_talk(const asactl_controller_tcp_t *tcp, const char *bytes, size_t len,
                                asactl_controller_message_t *answer)
{
    unsigned char head[4] = {(unsigned char)(len >> 24), (unsigned char)(len >> 16),
                             (unsigned char)(len >> 8), (unsigned char)len};
    uint32_t size;

    if (!send_all(tcp, (const char *)head, sizeof head) || !send_all(tcp, bytes, len) ||
        !receive_all(tcp, (char *)head, sizeof head)) {
        return false;
    }
    size = (uint32_t)head[0] << 24 | (uint32_t)head[1] << 16 | (uint32_t)head[2] << 8 | head[3];
    if (size == 0 || size > ANSWER_MAX) {
        return false;
    }
    *answer = (asactl_controller_message_t){apr_palloc(tcp->pool, size), size};
    return receive_all(tcp, answer->bytes, size);
}

void asactl_controller_tcp_close(asactl_controller_tcp_t *tcp)
{
    if (tcp->fd >= 0) {
        close(tcp->fd);
    }
    tcp->fd = -1;
}

bool asactl_controller_tcp_exchange(asactl_controller_tcp_t *tcp, const char *bytes, size_t len,
                                    asactl_controller_message_t *answer)
{
    bool done =
        asactl_controller_tcp_open(tcp) && asactl_controller_tcp_talk(tcp, bytes, len, answer);

    asactl_controller_tcp_close(tcp);
    return done;
}
