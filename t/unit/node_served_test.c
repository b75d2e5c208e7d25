/* SPDX-License-Identifier: Apache-2.0
 *
 * What a node serves: read from asa-status as it is, carried in an answer, and refused when a value
 * is not what it has to be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/node_served.h"

#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

/* Single quotes stand for double ones. */
#define PLACE                                                                                      \
    "{'kind':'LocationMatch','path':'(?i)^/ews/','negotiate':true,'auth_type':'Negotiate',"        \
    "'protocol':'Ews','require_tls':true,'bindings':'require','back_end':'delegate','handler':'"   \
    "asa-health'}"
#define OPEN                                                                                       \
    "{'kind':'Location','path':'/oab','negotiate':false,'auth_type':null,'protocol':null,"         \
    "'require_tls':false,'bindings':'accept','back_end':'strip','handler':null}"
#define SERVER                                                                                     \
    "{'name':'mail.corp.tailspintoys.com','port':443,'aliases':['autodiscover','*.x'],"            \
    "'tls':true,'proxy_protocol':true,'principals':['http/"                                        \
    "mail'],'credential':0,'field_size':65536,"                                                    \
    "'read_timeout':'header=20','bindings':['sha256:00ff'],'bindings_from':'mod_ssl',"             \
    "'log':{'folder':'/var/log/HttpProxy','writable':false,'error':'closed'},"                     \
    "'places':[" PLACE "," OPEN "],'more':3}"
#define PLAIN                                                                                      \
    "{'name':null,'port':0,'aliases':[],'tls':false,'proxy_protocol':false,'principals':[],'"      \
    "credential':null,"                                                                            \
    "'field_size':8190,'read_timeout':null,'bindings':[],'bindings_from':null,'log':null,"         \
    "'places':[],'more':0}"
#define HEAD                                                                                       \
    "'module':'mod_asa_auth','version':'0.1.0','httpd':'Apache/2.4.71 (Debian)',"                  \
    "'user':'www-data','time':'2026-11-26T19:08:15.042Z',"
#define CREDENTIALS                                                                                \
    "'credentials':[{'files':['/a','/b'],'defect':'/a is torn','keys':[{},{},{}]},"                \
    "{'files':[],'defect':null,'keys':2}],"
#define PAGE "{" HEAD CREDENTIALS "'workers':7,'servers':[" SERVER "," PLAIN "],'servers_more':2}"

static const char *quoted(const char *text)
{
    char *out = apr_pstrdup(pool, text);

    for (char *at = out; *at != '\0'; at++) {
        *at = *at == '\'' ? '"' : *at;
    }
    return out;
}

static const char *read_page(const char *page, asactl_node_served_t *out)
{
    const char *text = quoted(page);

    return asactl_node_served_read(pool, (const unsigned char *)text, strlen(text), out);
}

static const char *text_at(const apr_array_header_t *list, int i)
{
    return APR_ARRAY_IDX(list, i, const char *);
}

static void expect_place(const asactl_node_place_t *place)
{
    assert_string_equal(place->kind, "LocationMatch");
    assert_string_equal(place->path, "(?i)^/ews/");
    assert_true(place->negotiate && place->require_tls);
    assert_string_equal(place->auth_type, "Negotiate");
    assert_string_equal(place->protocol, "Ews");
    assert_string_equal(place->bindings, "require");
    assert_string_equal(place->back_end, "delegate");
    assert_string_equal(place->handler, "asa-health");
    place++;
    assert_string_equal(place->path, "/oab");
    assert_false(place->negotiate || place->require_tls);
    assert_null(place->auth_type);
    assert_null(place->protocol);
    assert_null(place->handler);
}

static void expect_server(const asactl_node_server_t *server)
{
    assert_string_equal(server->name, "mail.corp.tailspintoys.com");
    assert_int_equal(server->port, 443);
    assert_int_equal(server->aliases->nelts, 2);
    assert_string_equal(text_at(server->aliases, 1), "*.x");
    assert_true(server->tls && server->proxy_protocol);
    assert_string_equal(text_at(server->principals, 0), "http/mail");
    assert_int_equal(server->credential, 0);
    assert_int_equal(server->field_size, 65536);
    assert_string_equal(server->read_timeout, "header=20");
    assert_string_equal(text_at(server->bindings, 0), "sha256:00ff");
    assert_string_equal(server->bindings_from, "mod_ssl");
    assert_string_equal(server->log_folder, "/var/log/HttpProxy");
    assert_false(server->log_writable);
    assert_string_equal(server->log_error, "closed");
    assert_int_equal(server->places->nelts, 2);
    assert_int_equal(server->more, 3);
    expect_place((const asactl_node_place_t *)server->places->elts);
    server++;
    assert_null(server->name);
    assert_null(server->log_folder);
    assert_null(server->read_timeout);
    assert_int_equal(server->credential, -1);
    assert_int_equal(server->field_size, 8190);
}

static void expect_all(const asactl_node_served_t *served)
{
    const asactl_node_credential_t *credential;

    assert_string_equal(served->version, "0.1.0");
    assert_string_equal(served->httpd, "Apache/2.4.71 (Debian)");
    assert_string_equal(served->user, "www-data");
    assert_int_equal(served->time, APR_INT64_C(1795720095042000));
    assert_int_equal(served->credentials->nelts, 2);
    credential = (const asactl_node_credential_t *)served->credentials->elts;
    assert_string_equal(text_at(credential->files, 1), "/b");
    assert_string_equal(credential->defect, "/a is torn");
    assert_int_equal(credential[0].keys, 3);
    assert_null(credential[1].defect);
    assert_int_equal(credential[1].keys, 2);
    assert_int_equal(served->servers->nelts, 2);
    assert_int_equal(served->servers_more, 2);
    expect_server((const asactl_node_server_t *)served->servers->elts);
}

static void a_page_is_read_and_carried_as_it_is(void **state)
{
    asactl_node_served_t served, again;
    json_t *json;

    (void)state;
    assert_null(read_page(PAGE, &served));
    expect_all(&served);
    json = asactl_node_served_json(pool, &served);
    assert_non_null(json);
    assert_true(asactl_node_served_parse(pool, json, &again));
    json_decref(json);
    expect_all(&again);
}

static void what_is_no_page_is_told(void **state)
{
    asactl_node_served_t served;

    (void)state;
    assert_string_equal(read_page("", &served), "it is no page of asa-status");
    assert_string_equal(read_page("<html>", &served), "it is no page of asa-status");
    assert_string_equal(read_page("{'module':'mod_status'}", &served),
                        "it is no page of asa-status");
    assert_string_equal(
        read_page("{'module':'mod_asa_auth','version':'0.1.0','credentials':[]}", &served),
        "it does not list what it serves; is its mod_asa_auth of another version?");
    assert_null(served.servers);
}

/* Each pair: what stands in the page, and what instead makes it none. */
static void a_value_that_cannot_be_is_refused(void **state)
{
    static const char *const rows[][2] = {
        {"'port':443", "'port':65536"},
        {"'port':443", "'port':-1"},
        {"'port':443", "'port':'443'"},
        {"'port':443,", ""},
        {"'name':'mail.corp.tailspintoys.com'", "'name':7"},
        {"'aliases':['autodiscover','*.x']", "'aliases':['autodiscover',null]"},
        {"'aliases':['autodiscover','*.x']", "'aliases':{}"},
        {"'aliases':['autodiscover','*.x']", "'aliases':['a\\u0000b']"},
        {"'tls':true", "'tls':1"},
        {"'proxy_protocol':true", "'proxy_protocol':null"},
        {"'handler':'asa-health'", "'handler':7"},
        {"'credential':0", "'credential':-1"},
        {"'field_size':65536", "'field_size':6e4"},
        {"'folder':'/var/log/HttpProxy'", "'folder':null"},
        {"'log':{", "'log':7,'other':{"},
        {"'writable':false", "'writable':null"},
        {"'path':'/oab'", "'path':null"},
        {"'negotiate':true", "'negotiate':'yes'"},
        {"'bindings':'require'", "'bindings':null"},
        {"'places':[" PLACE, "'places':[7," PLACE},
        {"'keys':2", "'keys':null"},
        {"'files':[]", "'files':null"},
        {"'servers_more':2", "'servers_more':null"},
        {"19:08:15.042Z", "19:08:15Z"},
        {"19:08:15.042Z", "19:08:15.04aZ"},
        {"2026-11-26", "2026-13-26"},
        {"2026-11-26", "1969-11-26"},
    };
    asactl_node_served_t served;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *at = strstr(PAGE, rows[i][0]);
        assert_non_null(at);
        assert_non_null(
            read_page(apr_pstrcat(pool, apr_pstrmemdup(pool, PAGE, (apr_size_t)(at - PAGE)),
                                  rows[i][1], at + strlen(rows[i][0]), NULL),
                      &served));
        assert_null(served.servers);
    }
}

static const char *many(const char *one, size_t count)
{
    char *text = apr_palloc(pool, count * (strlen(one) + 1) + 1);
    char *at = text;

    for (size_t i = 0; i < count; i++) {
        at = apr_cpystrn(at, i == 0 ? "" : ",", 2);
        at = apr_cpystrn(at, one, strlen(one) + 1);
    }
    return text;
}

static void more_than_there_can_be_is_refused(void **state)
{
    asactl_node_served_t served;
    const char *head = "{" HEAD CREDENTIALS "'servers_more':0,'servers':[";

    (void)state;
    assert_null(read_page(apr_pstrcat(pool, head, many(PLAIN, 1024), "]}", NULL), &served));
    assert_non_null(read_page(apr_pstrcat(pool, head, many(PLAIN, 1025), "]}", NULL), &served));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_read_and_carried_as_it_is),
        cmocka_unit_test(what_is_no_page_is_told),
        cmocka_unit_test(a_value_that_cannot_be_is_refused),
        cmocka_unit_test(more_than_there_can_be_is_refused),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
