/* SPDX-License-Identifier: Apache-2.0
 *
 * Pages from a server that says what the test wants: taken from the address that was given,
 * bounded, without a redirect or proxy; and nobody there is no failure.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/http.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

#define HEAD_OK "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"

static asactl_http_page_t page;
static asactl_http_request_t wanted; /* what the next one asks beside URL and address */

static asactl_http_result_t get(const char *url)
{
    asactl_http_request_t request = wanted;

    request.url = url;
    request.address = "127.0.0.1";
    request.ca = "/dev/null";
    request.seconds = 5;
    wanted = (asactl_http_request_t){0};
    return asactl_http_get(pool, &request, &page);
}

/* A socket at 127.0.0.1 and its port. */
static int listen_somewhere(unsigned *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&at, len) == 0 && listen(fd, 4) == 0 &&
                getsockname(fd, (struct sockaddr *)&at, &len) == 0);
    *port = ntohs(at.sin_port);
    return fd;
}

/* A connection gets the head and the filler so many times; what it asked goes to the pipe. */
static void serve_one(int fd, const char *head, size_t times, int heard)
{
    static char filler[4096];
    char request[4096];
    int client = accept(fd, NULL, NULL);
    ssize_t len = read(client, request, sizeof request);

    memset(filler, ' ', sizeof filler);
    if (len > 0 && write(heard, request, (size_t)len) == len &&
        write(client, head, strlen(head)) > 0) {
        while (times-- > 0 && write(client, filler, sizeof filler) > 0) {
        }
    }
    close(client);
}

static int connections = 1; /* how many the next server takes */

/* In a child. */
static void serve(int fd, const char *head, size_t times, int heard)
{
    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < connections; i++) {
        serve_one(fd, head, times, heard);
    }
    _exit(0);
}

/* Asks such a server for http://mail.example.invalid/page; request is what it heard. */
static asactl_http_result_t ask(const char *head, size_t times, const char **request)
{
    char *heard = apr_pcalloc(pool, 4096);
    asactl_http_result_t result;
    unsigned port;
    int fd = listen_somewhere(&port), ends[2];
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        serve(fd, head, times, ends[1]);
    }
    close(fd);
    close(ends[1]);
    result = get(apr_psprintf(pool, "http://mail.example.invalid:%u/page", port));
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(read(ends[0], heard, 4095) >= 0);
    close(ends[0]);
    connections = 1;
    if (request != NULL) {
        *request = heard;
    }
    return result;
}

static void a_page_comes_from_the_address_that_was_given(void **state)
{
    const char *request;

    (void)state;
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    wanted.accept = "application/json";
    assert_int_equal(ask(HEAD_OK "{}", 0, &request), ASACTL_HTTP_ANSWERED);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
    assert_int_equal(page.status, 200);
    assert_string_equal(page.type, "application/json");
    assert_int_equal(page.len, 2);
    assert_memory_equal(page.bytes, "{}", 2);
    assert_null(page.error);
    assert_memory_equal(request, "GET /page HTTP/1.1\r\n", 20);
    assert_non_null(strstr(request, "\r\nHost: mail.example.invalid:"));
    assert_non_null(strstr(request, "\r\nAccept: application/json\r\n"));
    assert_null(strstr(request, "Authorization"));
}

/* The head of the final answer counts, not that of an interim one. */
static void a_request_brings_its_token_and_an_answer_its_headers(void **state)
{
    const char *request;

    (void)state;
    wanted.authorization = "Negotiate YWJj";
    assert_int_equal(ask("HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n"
                         "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate eHl6 \r\n"
                         "www-authenticate: Basic realm=x\r\nrequest-id:77\r\n"
                         "Content-Length: 0\r\nConnection: close\r\n\r\n",
                         0, &request),
                     ASACTL_HTTP_ANSWERED);
    assert_non_null(strstr(request, "\r\nAuthorization: Negotiate YWJj\r\n"));
    assert_int_equal(page.status, 401);
    assert_string_equal(apr_table_get(page.headers, "WWW-Authenticate"), "Negotiate eHl6");
    assert_string_equal(apr_table_getm(pool, page.headers, "WWW-Authenticate"),
                        "Negotiate eHl6,Basic realm=x");
    assert_string_equal(apr_table_get(page.headers, "Request-Id"), "77");
    assert_null(apr_table_get(page.headers, "X-Early"));
}

static const char *authorization;
static size_t authorized;

static const char *authorize(void *baton, apr_pool_t *from, const asa_channel_bindings_t *shown)
{
    assert_ptr_equal(baton, &authorized);
    assert_ptr_equal(from, pool);
    assert_int_equal(shown->len, 0); /* no TLS */
    authorized++;
    return authorization;
}

/* A certificate is seen before anything is bound to it. */
static void a_token_can_wait_for_the_first_answer(void **state)
{
    const char *request, *second;

    (void)state;
    authorized = 0;
    authorization = "Negotiate YWJj";
    wanted = (asactl_http_request_t){.authorize = authorize, .baton = &authorized};
    connections = 2;
    assert_int_equal(ask(HEAD_OK "{}", 0, &request), ASACTL_HTTP_ANSWERED);
    assert_int_equal(authorized, 1);
    assert_int_equal(page.len, 2);
    second = strstr(request + 1, "GET /page");
    assert_non_null(second);
    assert_ptr_equal(strstr(request, "\r\nAuthorization: Negotiate YWJj\r\n"),
                     strstr(second, "\r\nAuthorization: Negotiate YWJj\r\n"));
    assert_non_null(strstr(second, "\r\nAuthorization: Negotiate YWJj\r\n"));
    authorization = NULL;
    wanted = (asactl_http_request_t){.authorize = authorize, .baton = &authorized};
    assert_int_equal(ask(HEAD_OK "{}", 0, &request), ASACTL_HTTP_ANSWERED);
    assert_int_equal(authorized, 2);
    assert_null(strstr(request, "Authorization"));
    wanted = (asactl_http_request_t){.authorize = authorize, .baton = &authorized};
    assert_int_equal(ask("HTTP/1.1 200 OK\r\n", 0, NULL), ASACTL_HTTP_FAILED);
    assert_int_equal(authorized, 2);
}

static void a_head_that_is_wanted_alone_is_enough(void **state)
{
    (void)state;
    wanted.only_head = true;
    assert_int_equal(ask(HEAD_OK "x", ASACTL_HTTP_SIZE_MAX / 4096, NULL), ASACTL_HTTP_ANSWERED);
    assert_int_equal(page.status, 200);
    assert_string_equal(page.type, "application/json");
    assert_int_equal(page.len, 0);
    wanted.only_head = true;
    assert_int_equal(ask("HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n", 0, NULL), ASACTL_HTTP_FAILED);
    wanted.only_head = true;
    assert_int_equal(ask("HTTP/1.1 100 Continue\r\n\r\n", 0, NULL), ASACTL_HTTP_FAILED);
}

static void a_head_is_bounded(void **state)
{
    const char *line = apr_psprintf(pool, "X: %01020d\r\n", 0), *head = "HTTP/1.1 200 OK\r\n";

    (void)state;
    for (int i = 0; i < 120; i++) {
        head = apr_pstrcat(pool, head, line, NULL);
    }
    wanted.only_head = true;
    assert_int_equal(ask(apr_pstrcat(pool, head, "\r\n", NULL), 0, NULL), ASACTL_HTTP_ANSWERED);
    for (int i = 0; i < 10; i++) {
        head = apr_pstrcat(pool, head, line, NULL);
    }
    wanted.only_head = true;
    assert_int_equal(ask(apr_pstrcat(pool, head, "\r\n", NULL), 0, NULL), ASACTL_HTTP_FAILED);
    assert_int_equal(page.status, 0);
    assert_string_equal(page.error, "sends too much");
}

static void a_host_without_an_address_is_told_apart(void **state)
{
    const asactl_http_request_t request = {
        .url = "http://nowhere.invalid/", .ca = "/dev/null", .seconds = 5};

    (void)state;
    assert_int_equal(asactl_http_get(pool, &request, &page), ASACTL_HTTP_NO_ADDRESS);
    assert_non_null(page.error);
}

static void a_redirect_is_not_followed(void **state)
{
    (void)state;
    assert_int_equal(ask("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
                         "Content-Length: 0\r\nConnection: close\r\n\r\n",
                         0, NULL),
                     ASACTL_HTTP_ANSWERED);
    assert_int_equal(page.status, 302);
    assert_string_equal(page.type, "");
    assert_int_equal(page.len, 0);
}

static void an_answer_is_bounded(void **state)
{
    (void)state;
    assert_int_equal(ask(HEAD_OK, ASACTL_HTTP_SIZE_MAX / 4096, NULL), ASACTL_HTTP_ANSWERED);
    assert_int_equal(page.len, ASACTL_HTTP_SIZE_MAX);
    assert_int_equal(ask(HEAD_OK "x", ASACTL_HTTP_SIZE_MAX / 4096, NULL), ASACTL_HTTP_FAILED);
    assert_string_equal(page.error, "sends too much");
    assert_int_equal(page.len, 0);
}

static void what_is_no_http_fails(void **state)
{
    (void)state;
    assert_int_equal(ask("SSH-2.0-OpenSSH\r\n", 0, NULL), ASACTL_HTTP_FAILED);
    assert_non_null(page.error);
    assert_int_equal(ask("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", 0, NULL),
                     ASACTL_HTTP_FAILED);
    assert_non_null(page.error);
}

static void nobody_there_is_told_apart(void **state)
{
    unsigned port;

    (void)state;
    close(listen_somewhere(&port));
    assert_int_equal(get(apr_psprintf(pool, "http://mail.invalid:%u/", port)), ASACTL_HTTP_NOBODY);
}

static void who_does_not_answer_is_not_waited_for(void **state)
{
    unsigned port;
    int fd = listen_somewhere(&port);
    apr_time_t began = apr_time_now();

    (void)state;
    assert_int_equal(get(apr_psprintf(pool, "http://mail.invalid:%u/", port)), ASACTL_HTTP_LATE);
    close(fd);
    assert_string_equal(page.error, "has not answered within 5 s");
    assert_true(apr_time_now() - began < apr_time_from_sec(20));
}

static void only_http_is_spoken(void **state)
{
    (void)state;
    assert_int_equal(get("file:///etc/hostname"), ASACTL_HTTP_FAILED);
    assert_int_equal(page.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_comes_from_the_address_that_was_given),
        cmocka_unit_test(a_request_brings_its_token_and_an_answer_its_headers),
        cmocka_unit_test(a_token_can_wait_for_the_first_answer),
        cmocka_unit_test(a_head_that_is_wanted_alone_is_enough),
        cmocka_unit_test(a_head_is_bounded),
        cmocka_unit_test(a_host_without_an_address_is_told_apart),
        cmocka_unit_test(a_redirect_is_not_followed),
        cmocka_unit_test(an_answer_is_bounded),
        cmocka_unit_test(what_is_no_http_fails),
        cmocka_unit_test(nobody_there_is_told_apart),
        cmocka_unit_test(who_does_not_answer_is_not_waited_for),
        cmocka_unit_test(only_http_is_spoken),
    };
    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
