/* SPDX-License-Identifier: Apache-2.0
 *
 * A look at a server's certificate ends in time, whatever the server does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/peer_certificate.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

/* A server that is reached once, by nobody else. */
typedef struct server_t {
    int listener;
    const char *port;
    pthread_t thread;
    bool drips; /* a TLS record that takes minutes to arrive; else it says nothing */
} server_t;

static void *serve(void *data)
{
    static const unsigned char record[] = {0x16, 3, 3, 0x40, 0}; /* a handshake record of 16 KiB */
    const server_t *server = data;
    int fd = accept(server->listener, NULL, NULL);
    struct pollfd peer = {.fd = fd, .events = POLLRDHUP};
    bool more = send(fd, record, sizeof record, MSG_NOSIGNAL) > 0;

    /* Until the other side hangs up. */
    while (more && poll(&peer, 1, server->drips ? 10 : -1) == 0) {
        more = send(fd, "\x02", 1, MSG_NOSIGNAL) == 1;
    }
    close(fd);
    return NULL;
}

static void start(server_t *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;

    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(server->listener, 1), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &len), 0);
    server->port = apr_itoa(pool, ntohs(address.sin_port));
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void expect_nothing_shown(bool drips)
{
    server_t server = {.drips = drips};
    asa_channel_bindings_t bindings;
    asa_peer_t peer = {.host = "127.0.0.1"};
    const char *defect;

    start(&server);
    peer.port = server.port;
    defect = asa_peer_certificate_learn(pool, &peer, 1, &bindings);
    pthread_join(server.thread, NULL);
    close(server.listener);
    assert_string_equal(
        defect, apr_pstrcat(pool, "127.0.0.1 shows no certificate on port ", server.port, NULL));
}

static void silent_server_is_given_up(void **state)
{
    (void)state;
    expect_nothing_shown(false);
}

static void server_that_never_finishes_is_given_up(void **state)
{
    (void)state;
    expect_nothing_shown(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silent_server_is_given_up),
        cmocka_unit_test(server_that_never_finishes_is_given_up),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
