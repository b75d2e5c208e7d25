/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of doctor that concern what the nodes' httpd serves, and which names that makes published.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/doctor_checks.h"
#include "asactl/doctor_names.h"

#include "t/unit/doctor_nodes.h"

static void a_place_without_kerberos_fails(void **state)
{
    (void)state;
    place(1, 1)->negotiate = false;
    assert_string_equal(said("places"), "FAIL cas-2");
    assert_string_equal(said("servers-alike"), "ok");
    place(1, 1)->protocol = "Eas";
    place(0, 1)->protocol = "Eas";
    assert_string_equal(said("places"), "ok");
    place(0, 2)->negotiate = false;
    assert_string_equal(said("places"), "FAIL cas-1");
    place(0, 2)->path = "(?i)^/(?:mapi|rpc)/healthcheck\\.htm$";
    assert_string_equal(said("places"), "ok");
    place(0, 2)->path = "(?i)^/autodiscover/autodiscover\\.json";
    assert_string_equal(said("places"), "ok");
    place(0, 2)->path = "/autodiscover/autodiscover.json";
    assert_string_equal(said("places"), "ok");
    place(0, 2)->path = "/autodiscover/";
    assert_string_equal(said("places"), "FAIL cas-1");
    place(0, 0)->negotiate = false; /* a server in which nothing demands Kerberos any more */
    place(0, 1)->negotiate = false;
    assert_string_equal(said("places"), "FAIL cas-1");
    place(0, 0)->negotiate = place(0, 1)->negotiate = true;
    place(0, 2)->negotiate = true;
    ((apr_array_header_t *)(uintptr_t)facts.names)->nelts = 0;
    assert_string_equal(said("places"), "warn");
    node_facts[0].served = node_facts[1].served = NULL; /* nobody knows */
    assert_string_equal(said("places"), "? cas-1, ? cas-2");
}

static void a_name_must_be_accepted_where_it_is_served(void **state)
{
    (void)state;
    server(0)->aliases = texts("autodiscover.corp.example");
    assert_string_equal(said("spn-accepted"), "FAIL cas-1");
    server(0)->principals = texts("any");
    assert_string_equal(said("spn-accepted"), "ok");
    server(0)->principals = texts("http/autodiscover.corp.example");
    assert_string_equal(said("spn-accepted"), "FAIL cas-1");
    server(0)->principals = texts(NULL); /* nothing in it demands Kerberos */
    assert_string_equal(said("spn-accepted"), "ok");
    server(0)->principals = texts("http/autodiscover.corp.example");
    server(0)->name = "cas-1.corp.example";
    assert_string_equal(said("spn-accepted"), "ok");
    server(0)->aliases = texts("*.corp.example");
    assert_string_equal(said("spn-accepted"), "ok");
}

static void headers_are_large_enough(void **state)
{
    (void)state;
    server(1)->field_size = 64010;
    assert_string_equal(said("header-size"), "ok");
    server(1)->field_size = 16384;
    assert_string_equal(said("header-size"), "warn cas-2");
    server(1)->field_size = 64009;
    assert_string_equal(said("header-size"), "warn cas-2");
    server(1)->field_size = 16383;
    assert_string_equal(said("header-size"), "FAIL cas-2");
    server(1)->principals = texts(NULL);
    assert_string_equal(said("header-size"), "ok");
}

static void bodies_of_rpc_may_last(void **state)
{
    static const struct {
        const char *timeout, *said;
    } rows[] = {{"handshake=0 header=20 body=20,MinRate=500", "FAIL cas-1"},
                {"body=0 header=20", "ok"},
                {"header=20 body=00", "ok"},
                {"header=20 body=0-20,MinRate=1", "ok"},
                {"header=20", "ok"},
                {"body=", "ok"},
                {"body=05", "FAIL cas-1"},
                {NULL, "ok"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        server(0)->read_timeout = rows[i].timeout;
        assert_string_equal(said("read-timeout"), rows[i].said);
    }
    server(0)->read_timeout = "body=20";
    place(0, 2)->protocol = "Mapi";
    assert_string_equal(said("read-timeout"), "ok");
}

static void add_server(int node, const char *host)
{
    apr_array_header_t *servers = (apr_array_header_t *)(uintptr_t)served[node].servers;
    asactl_node_server_t *other;

    apr_array_push(servers);
    other = &APR_ARRAY_IDX(servers, servers->nelts - 1, asactl_node_server_t);
    *other = *server(1 - node);
    other->name = host;
}

static void bindings_are_those_of_the_certificate_that_is_shown(void **state)
{
    (void)state;
    server(0)->bindings = texts("SHA256:AA");
    assert_string_equal(said("bindings"), "ok");
    server(0)->bindings = texts("sha256:bb");
    assert_string_equal(said("bindings"), "FAIL cas-1");
    server(0)->name = "other.corp.example"; /* whose certificate nobody has seen */
    assert_string_equal(said("bindings"), "ok");
    server(0)->aliases = texts("mail.corp.example");
    assert_string_equal(said("bindings"), "FAIL cas-1");
    server(0)->aliases = texts(NULL);
    server(0)->name = "mail.corp.example";
    name()->certificate.unseen = "nobody listens";
    assert_string_equal(said("bindings"), "?");
    name()->certificate.unseen = NULL;
    name()->certificate.defect = "hostname mismatch";
    assert_string_equal(said("bindings"), "?"); /* clients bind to nothing */
    name()->certificate.defect = NULL;
    server(0)->bindings = texts(NULL);
    assert_string_equal(said("bindings"), "ok");
    place(0, 3)->bindings = "require"; /* where nobody signs in */
    assert_string_equal(said("bindings"), "ok");
    place(0, 0)->bindings = "require";
    assert_string_equal(said("bindings"), "FAIL cas-1");
    server(0)->tls = false; /* it ends in front of httpd, which does not know the certificate */
    server(0)->bindings_from = NULL;
    assert_string_equal(said("bindings"), "FAIL cas-1");
    add_server(0, "other.corp.example");
    assert_string_equal(said("bindings"), "FAIL cas-1");
    add_server(0, "MAIL.corp.example"); /* where TLS goes to; the other is for clear text */
    assert_string_equal(said("bindings"), "ok");
    for (int i = 0; i < 3; i++) {
        place(0, i)->bindings = "off";
    }
    assert_string_equal(said("bindings"), "ok");
}

static void nodes_serve_alike(void **state)
{
    (void)state;
    place(1, 1)->require_tls = true;
    assert_string_equal(said("servers-alike"), "warn cas-2");
    place(1, 1)->require_tls = false;
    place(1, 1)->back_end = "pass";
    assert_string_equal(said("servers-alike"), "warn cas-2");
    place(1, 1)->back_end = "strip";
    place(1, 1)->bindings = "require";
    assert_string_equal(said("servers-alike"), "warn cas-2");
    place(1, 1)->bindings = "accept";
    place(1, 1)->protocol = "Ews";
    assert_string_equal(said("servers-alike"), "warn cas-2");
    place(1, 1)->protocol = NULL;
    assert_string_equal(said("servers-alike"), "warn cas-2");
    place(1, 1)->protocol = "Oab";
    place(1, 1)->kind = "LocationMatch"; /* is another place, also with the same text */
    assert_string_equal(said("servers-alike"), "FAIL cas-2");
    place(1, 1)->kind = "Location";
    assert_string_equal(said("servers-alike"), "ok");
    server(1)->tls = false;
    assert_string_equal(said("servers-alike"), "warn cas-2");
    server(1)->tls = true;
    server(1)->aliases = texts("alias.corp.example");
    assert_string_equal(said("servers-alike"), "warn cas-2");
    server(1)->aliases = texts(NULL);
    server(1)->principals = texts("any");
    assert_string_equal(said("servers-alike"), "warn cas-2");
}

static void what_one_node_lacks_fails(void **state)
{
    apr_array_header_t *less = apr_array_copy(pool, server(1)->places);

    (void)state;
    less->nelts--;
    server(1)->places = less;
    assert_string_equal(said("servers-alike"), "FAIL cas-2");
    server(0)->places = apr_array_copy(pool, less);
    ((apr_array_header_t *)(uintptr_t)server(0)->places)->nelts--;
    assert_string_equal(said("servers-alike"), "FAIL cas-1");
    server(1)->port = 8443;
    assert_string_equal(said("servers-alike"), "FAIL cas-2, FAIL cas-1");
    server(0)->name = "cas-1";
    server(1)->name = "cas-2";
    assert_string_equal(said("servers-alike"), "ok");
}

static void published_names_are_collected(void **state)
{
    (void)state;
    server(0)->aliases = texts("autodiscover.corp.example");
    server(1)->aliases = texts("cas-2.corp.example");
    asactl_doctor_names_collect(pool, &facts);
    assert_int_equal(facts.names->nelts, 2);
    assert_int_equal(facts.spns->nelts, 1); /* what is accepted, not what is only served */
    assert_string_equal(APR_ARRAY_IDX(facts.spns, 0, asactl_doctor_spn_t).served, "cas-1");
    server(0)->principals = texts("any");
    asactl_doctor_names_collect(pool, &facts);
    assert_int_equal(facts.spns->nelts, 2);
    assert_true(name()->tls);
    server(0)->tls = server(1)->tls = false;
    asactl_doctor_names_collect(pool, &facts);
    assert_true(name()->tls); /* it ends in front of httpd */
    server(0)->bindings_from = server(1)->bindings_from = NULL;
    asactl_doctor_names_collect(pool, &facts);
    assert_false(name()->tls);
    server(0)->principals = server(1)->principals = texts(NULL);
    asactl_doctor_names_collect(pool, &facts);
    assert_int_equal(facts.names->nelts, 0);
    assert_null(APR_ARRAY_IDX(facts.spns, 0, asactl_doctor_spn_t).served);
}

static void the_accounts_names_count_where_a_node_is_not_seen(void **state)
{
    (void)state;
    server(0)->principals = server(1)->principals = texts(NULL);
    served[1].servers_more = 1;
    push_text(facts.account.spns, "http/short");
    push_text(facts.account.spns, "http/port.corp.example:8080");
    push_text(facts.account.spns, "smtp/other.corp.example");
    asactl_doctor_names_collect(pool, &facts);
    assert_int_equal(facts.names->nelts, 1);
    assert_string_equal(name()->host, "mail.corp.example");
    assert_false(name()->tls);
    served[1].servers_more = 0;
    asactl_doctor_names_collect(pool, &facts);
    assert_int_equal(facts.names->nelts, 0);
    nodes[0].outcome = (asactl_outcome_t){ASACTL_UNREACHABLE, "no answer", NULL};
    asactl_doctor_names_collect(pool, &facts);
    assert_int_equal(facts.names->nelts, 1);
}

static void a_name_of_the_account_is_published_whatever_the_machine_is_called(void **state)
{
    (void)state;
    assert_true(asactl_doctor_names_is_published(&facts, "mail.corp.example"));
    assert_false(asactl_doctor_names_is_published(&facts, "cas-1.corp.example"));
    assert_false(asactl_doctor_names_is_published(&facts, "192.0.2.1"));
    assert_false(asactl_doctor_names_is_published(&facts, "fe80::1"));
    nodes[0].node = "mail.corp.example";
    assert_true(asactl_doctor_names_is_published(&facts, "mail.corp.example"));
    nodes[1].report.host = "front";
    assert_false(asactl_doctor_names_is_published(&facts, "front.corp.example"));
    nodes[0].node = "cas-1.corp.example";
    nodes[0].report.host = NULL;
    assert_true(asactl_doctor_names_is_published(&facts, "cas-1.other.example"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_place_without_kerberos_fails, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(a_name_must_be_accepted_where_it_is_served, open_nodes,
                                        close_pool),
        cmocka_unit_test_setup_teardown(headers_are_large_enough, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(bodies_of_rpc_may_last, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(bindings_are_those_of_the_certificate_that_is_shown,
                                        open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(nodes_serve_alike, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(what_one_node_lacks_fails, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(published_names_are_collected, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(the_accounts_names_count_where_a_node_is_not_seen,
                                        open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(
            a_name_of_the_account_is_published_whatever_the_machine_is_called, open_nodes,
            close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
