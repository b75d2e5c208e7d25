/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a visit may go on a node: to a virtual host that it serves, at its port; and which place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/visit_target.h"

#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

static asactl_node_served_t served;
static asactl_visit_target_t target;

static asactl_node_server_t *add_server(const char *name, const char *alias, int port, bool tls)
{
    asactl_node_server_t *server = apr_array_push((apr_array_header_t *)served.servers);
    apr_array_header_t *aliases = apr_array_make(pool, 1, sizeof(const char *));

    if (alias != NULL) {
        APR_ARRAY_PUSH(aliases, const char *) = alias;
    }
    *server = (asactl_node_server_t){.name = name,
                                     .port = port,
                                     .aliases = aliases,
                                     .tls = tls,
                                     .bindings = apr_array_make(pool, 1, sizeof(const char *)),
                                     .places = apr_array_make(pool, 4, sizeof(asactl_node_place_t)),
                                     .log_folder = "/log",
                                     .log_writable = true};
    return server;
}

static void add_place(asactl_node_server_t *server, const char *kind, const char *path,
                      bool negotiate, const char *protocol)
{
    APR_ARRAY_PUSH((apr_array_header_t *)server->places, asactl_node_place_t) =
        (asactl_node_place_t){
            .kind = kind, .path = path, .negotiate = negotiate, .protocol = protocol};
}

static void begin(void)
{
    served =
        (asactl_node_served_t){.servers = apr_array_make(pool, 4, sizeof(asactl_node_server_t))};
    target = (asactl_visit_target_t){.served = &served, .status = "https://mail.corp/asa-status"};
}

static const char *find(const char *host, const char *path)
{
    const asactl_node_server_t *server;

    return asactl_visit_target_find(pool, &target, host, path, &server);
}

static bool allows(const char *url)
{
    const asactl_node_server_t *server;

    return asactl_visit_target_allows(pool, &target, url, &server);
}

static void a_host_is_found_where_it_is_served(void **state)
{
    (void)state;
    begin();
    add_server("mail.corp", NULL, 80, false);
    add_server("mail.corp", "*.pub.corp", 8443, true);
    add_server("mail.corp", NULL, 443, true);
    add_server("clear.corp", NULL, 8080, false);
    assert_string_equal(find("MAIL.corp", "/x"), "https://MAIL.corp/x");
    assert_string_equal(find("a.pub.corp", "/x"), "https://a.pub.corp:8443/x");
    assert_string_equal(find("clear.corp", "/x"), "http://clear.corp:8080/x");
    assert_null(find("other.corp", "/x"));
    assert_null(find("xmail.corp", NULL));
    target.status = "https://mail.corp:8443/asa-status";
    assert_string_equal(find("mail.corp", "/x"), "https://mail.corp:8443/x");
}

static void a_host_without_a_dot_is_visited_at_the_name_of_its_virtual_host(void **state)
{
    (void)state;
    begin();
    add_server("mail.corp", "mail", 443, true);
    add_server(NULL, "nameless", 443, true);
    assert_string_equal(find("mail", "/x"), "https://mail.corp/x");
    assert_null(find("nameless", "/x"));
    assert_null(find("other", "/x"));
}

static void without_a_page_only_tls_at_its_port_is_left(void **state)
{
    (void)state;
    begin();
    target = (asactl_visit_target_t){0};
    assert_string_equal(find("mail.corp", NULL), "https://mail.corp/");
    assert_null(find("mail", NULL));
    assert_true(allows("https://mail.corp/x"));
    assert_false(allows("http://mail.corp/x"));
    assert_false(allows("https://mail.corp:22/x"));
    target.status = "https://mail.corp:8443/asa-status";
    assert_true(allows("https://other.corp:8443/x"));
    assert_false(allows("https://other.corp/x"));
}

static void nothing_but_what_is_served_may_be_visited(void **state)
{
    static const char *const bad[] = {"https://other.corp/mapi/",
                                      "https://mail.corp:8443/mapi/",
                                      "http://mail.corp/mapi/",
                                      "https://mail.corp@127.0.0.1/mapi/",
                                      "https://127.0.0.1/mapi/",
                                      "https://mail.corp",
                                      "file:///etc/passwd",
                                      "https://mail.corp:443/mapi/",
                                      "https://mail.corp/mapi/#other",
                                      ""};

    (void)state;
    begin();
    add_server("mail.corp", NULL, 443, true);
    assert_true(allows("https://mail.corp/mapi/"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(allows(bad[i]));
    }
}

static void a_place_of_a_protocol_comes_first(void **state)
{
    asactl_node_server_t *server;

    (void)state;
    begin();
    server = add_server("mail.corp", NULL, 443, true);
    assert_string_equal(find("mail.corp", NULL), "https://mail.corp/");
    add_place(server, "Location", "/private", true, NULL);
    add_place(server, "Location", "/open", false, "Eas");
    assert_string_equal(find("mail.corp", NULL), "https://mail.corp/private");
    add_place(server, "LocationMatch", "(?i)^/rpc(?:withcert)?/", true, "RpcHttp");
    add_place(server, "Directory", "/var/www/", true, "Owa");
    add_place(server, "LocationMatch", "(?i)^/mapi/", true, "Mapi");
    add_place(server, "Location", "/ews", true, "Ews");
    assert_string_equal(find("mail.corp", NULL), "https://mail.corp/mapi/");
    assert_string_equal(find("mail.corp", "/x"), "https://mail.corp/x");
}

static void an_expression_is_a_path_as_far_as_it_is_literal(void **state)
{
    static const struct {
        const char *kind, *path, *expected;
    } cases[] = {
        {"Location", "/mapi", "/mapi"},
        {"Location", "/a*", NULL},
        {"Location", "mapi", NULL},
        {"LocationMatch", "^/a\\.b$", "/a.b"},
        {"LocationMatch", "(?i)^/powershell", "/powershell"},
        {"LocationMatch", "/x", "/x"},
        {"LocationMatch", "^/a|/b", NULL},
        {"LocationMatch", "^/a.", NULL},
        {"LocationMatch", "^/a$b", NULL},
        {"LocationMatch", "\\.htm$", NULL},
        {"LocationMatch", "", NULL},
        {"DirectoryMatch", "/x", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const asactl_node_place_t place = {.kind = cases[i].kind, .path = cases[i].path};
        const char *path = asactl_visit_target_path(pool, &place);
        assert_true((path == NULL) == (cases[i].expected == NULL));
        if (path != NULL) {
            assert_string_equal(path, cases[i].expected);
        }
    }
}

static void what_leaves_no_line_is_said(void **state)
{
    asactl_node_server_t *server;

    (void)state;
    begin();
    server = add_server("mail.corp", NULL, 443, true);
    assert_null(asactl_visit_target_unlogged(pool, NULL, "/"));
    add_place(server, "Location", "/mapi/", true, "Mapi");
    assert_null(asactl_visit_target_unlogged(pool, server, "/Mapi/x"));
    assert_non_null(asactl_visit_target_unlogged(pool, server, "/"));
    add_place(server, "LocationMatch", "^/(?:a|b)", true, "Owa");
    assert_null(asactl_visit_target_unlogged(pool, server, "/"));
    server->log_writable = false;
    server->log_error = "the disk is full";
    assert_string_equal(asactl_visit_target_unlogged(pool, server, "/"),
                        "httpd there cannot write its log: the disk is full");
    server->log_folder = NULL;
    assert_string_equal(asactl_visit_target_unlogged(pool, server, "/"),
                        "AsaHttpProxyLog is off there");
}

static void a_token_is_bound_to_what_clients_see(void **state)
{
    static const unsigned char here[] = "tls-server-end-point:\x01\x02";
    const asa_channel_bindings_t shown = {here, sizeof here - 1}, none = {0};
    asactl_node_server_t *server;
    asa_channel_bindings_t bound;

    (void)state;
    begin();
    bound = asactl_visit_target_bindings(pool, NULL, &shown);
    assert_ptr_equal(bound.bytes, here);
    server = add_server("mail.corp", NULL, 443, true);
    bound = asactl_visit_target_bindings(pool, server, &none);
    assert_int_equal(bound.len, 0);
    APR_ARRAY_PUSH((apr_array_header_t *)server->bindings, const char *) = "sha256:0a0b";
    bound = asactl_visit_target_bindings(pool, server, &shown);
    assert_int_equal(bound.len, shown.len);
    assert_memory_equal(bound.bytes, "tls-server-end-point:\x0a\x0b", bound.len);
    APR_ARRAY_PUSH((apr_array_header_t *)server->bindings, const char *) = "sha256:0102";
    bound = asactl_visit_target_bindings(pool, server, &shown);
    assert_ptr_equal(bound.bytes, here);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_is_found_where_it_is_served),
        cmocka_unit_test(a_host_without_a_dot_is_visited_at_the_name_of_its_virtual_host),
        cmocka_unit_test(without_a_page_only_tls_at_its_port_is_left),
        cmocka_unit_test(nothing_but_what_is_served_may_be_visited),
        cmocka_unit_test(a_place_of_a_protocol_comes_first),
        cmocka_unit_test(an_expression_is_a_path_as_far_as_it_is_literal),
        cmocka_unit_test(what_leaves_no_line_is_said),
        cmocka_unit_test(a_token_is_bound_to_what_clients_see),
    };
    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
