/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers asa-status requests.
 */
#include "mod_asa_auth/status_page.h"

#include <stdbool.h>
#include <string.h>

#include <apr_strings.h>
#include <http_protocol.h>

#include "mod_asa_auth/status_report.h"

static const char *string_in(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));

    return value != NULL ? value : "-";
}

/* A long, because APR's formatter knows no "ll". */
static long number_in(const json_t *object, const char *key)
{
    return (long)json_integer_value(json_object_get(object, key));
}

static void print_credential(request_rec *r, const json_t *credential)
{
    const json_t *defect = json_object_get(credential, "defect");
    size_t i;
    json_t *one;

    ap_rputs("Keys from", r);
    json_array_foreach(json_object_get(credential, "files"), i, one)
    {
        ap_rprintf(r, " %s", json_string_value(one));
    }
    ap_rprintf(r, "\n  generation %ld, loaded %s\n", number_in(credential, "generation"),
               string_in(credential, "loaded"));
    if (json_is_string(defect)) {
        ap_rprintf(r, "  NOT TAKEN UP: %s\n", json_string_value(defect));
    }
    json_array_foreach(json_object_get(credential, "keys"), i, one)
    {
        ap_rprintf(r, "  %-8s  kvno %-5ld  %-26s  %s  %s\n", string_in(one, "slot"),
                   number_in(one, "kvno"), string_in(one, "enctype"), string_in(one, "time"),
                   string_in(one, "principal"));
    }
    ap_rputs("\n", r);
}

static void print_worker(request_rec *r, const json_t *worker)
{
    size_t i;
    json_t *one;

    ap_rprintf(r, "  process %ld\n", number_in(worker, "pid"));
    json_array_foreach(json_object_get(worker, "credentials"), i, one)
    {
        ap_rprintf(r, "    generation %ld, loaded %s: %s\n", number_in(one, "generation"),
                   string_in(one, "loaded"), string_in(one, "held"));
    }
}

static void print_protocol(request_rec *r, const json_t *protocol)
{
    const json_t *signed_in = json_object_get(protocol, "signed_in");
    const char *name;
    json_t *count;

    ap_rprintf(r, "  %-14s %8ld %9ld %7" APR_INT64_T_FMT " %7ld %11ld ",
               string_in(protocol, "protocol"), number_in(signed_in, "latest"),
               number_in(signed_in, "previous"), number_in(signed_in, "older"),
               number_in(signed_in, "own"), number_in(protocol, "persistent"));
    json_object_foreach(json_object_get(protocol, "refused"), name, count)
    {
        ap_rprintf(r, " %s=%ld", name, (long)json_integer_value(count));
    }
    ap_rputs("\n", r);
}

static void print_list(request_rec *r, const char *head, const json_t *list)
{
    size_t i;
    json_t *one;

    if (json_array_size(list) == 0) {
        return;
    }
    ap_rputs(head, r);
    json_array_foreach(list, i, one)
    {
        ap_rprintf(r, " %s", json_string_value(one));
    }
    ap_rputs("\n", r);
}

static void print_place(request_rec *r, const json_t *place)
{
    ap_rprintf(r, "  %-14s %-40s  %-9s  %-12s  %-3s  %-7s  %s\n", string_in(place, "kind"),
               string_in(place, "path"), string_in(place, "auth_type"),
               string_in(place, "protocol"),
               json_is_true(json_object_get(place, "require_tls")) ? "yes" : "no",
               string_in(place, "bindings"), string_in(place, "back_end"));
}

static void print_server(request_rec *r, const json_t *server)
{
    const json_t *log = json_object_get(server, "log");
    const json_t *credential = json_object_get(server, "credential");
    size_t i;
    json_t *one;

    ap_rprintf(r, "\nServes %s port %ld%s", string_in(server, "name"), number_in(server, "port"),
               json_is_true(json_object_get(server, "tls")) ? " with TLS" : "");
    if (json_is_integer(credential)) {
        ap_rprintf(r, ", keys of credential %ld", (long)json_integer_value(credential));
    }
    ap_rputs("\n", r);
    print_list(r, "  also known as", json_object_get(server, "aliases"));
    print_list(r, "  accepts tickets for", json_object_get(server, "principals"));
    print_list(r, "  channel bindings", json_object_get(server, "bindings"));
    ap_rprintf(r, "  LimitRequestFieldSize %ld, RequestReadTimeout %s\n",
               number_in(server, "field_size"), string_in(server, "read_timeout"));
    if (json_is_object(log)) {
        ap_rprintf(r, "  log %s%s%s\n", string_in(log, "folder"),
                   json_is_true(json_object_get(log, "writable")) ? "" : " CANNOT BE WRITTEN: ",
                   json_is_true(json_object_get(log, "writable")) ? "" : string_in(log, "error"));
    }
    if (json_array_size(json_object_get(server, "places")) > 0) {
        ap_rputs("  section        path                                      AuthType   protocol  "
                 "    TLS  binding  back end\n",
                 r);
    }
    json_array_foreach(json_object_get(server, "places"), i, one)
    {
        print_place(r, one);
    }
    if (number_in(server, "more") > 0) {
        ap_rprintf(r, "  and %ld values more\n", number_in(server, "more"));
    }
}

static void print_servers(request_rec *r, const json_t *report)
{
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(report, "servers"), i, one)
    {
        print_server(r, one);
    }
    if (number_in(report, "servers_more") > 0) {
        ap_rprintf(r, "\nand %ld servers more\n", number_in(report, "servers_more"));
    }
}

static void print_text(request_rec *r, const json_t *report)
{
    size_t i;
    json_t *one;

    ap_rprintf(r, "%s as %s, %s\n", string_in(report, "httpd"), string_in(report, "user"),
               string_in(report, "time"));
    ap_rprintf(r, "mod_asa_auth %s on %s, process %ld, counting since %s\n\n",
               string_in(report, "version"), string_in(report, "server"), number_in(report, "pid"),
               string_in(report, "since"));
    json_array_foreach(json_object_get(report, "credentials"), i, one)
    {
        print_credential(r, one);
    }
    ap_rputs("What the worker processes hold\n", r);
    json_array_foreach(json_object_get(report, "workers"), i, one)
    {
        print_worker(r, one);
    }
    ap_rputs("\nSigned in with the key\n"
             "  protocol         latest  previous   older     own  connection  refused\n",
             r);
    json_array_foreach(json_object_get(report, "protocols"), i, one)
    {
        print_protocol(r, one);
    }
    ap_rputs("\nLast refusals, newest first\n", r);
    json_array_foreach(json_object_get(report, "refusals"), i, one)
    {
        ap_rprintf(r, "  %s  %-12s  %s\n    %s\n", string_in(one, "time"),
                   string_in(one, "protocol"), string_in(one, "text"), string_in(one, "remedy"));
    }
    print_servers(r, report);
}

static bool asks_for_json(const request_rec *r)
{
    return r->args != NULL && strcmp(r->args, "json") == 0;
}

static bool accepts_json(const request_rec *r)
{
    const char *accept = apr_table_get(r->headers_in, "Accept");

    return accept != NULL && strstr(accept, "application/json") != NULL;
}

/* Who types the address reads it himself; a program gets it without blanks. */
static void print_json(request_rec *r, const json_t *report)
{
    char *text = json_dumps(report, asks_for_json(r) ? JSON_INDENT(2) : JSON_COMPACT);

    ap_set_content_type(r, "application/json");
    ap_rprintf(r, "%s\n", text != NULL ? text : "{}");
    free(text);
}

int mod_asa_status_page_handle(request_rec *r)
{
    json_t *report;

    if (r->handler == NULL || strcmp(r->handler, "asa-status") != 0) {
        return DECLINED;
    }
    r->allowed |= AP_METHOD_BIT << M_GET;
    if (r->method_number != M_GET) {
        return HTTP_METHOD_NOT_ALLOWED;
    }
    report = mod_asa_status_report_make(r);
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
    apr_table_mergen(r->headers_out, "Vary", "Accept");
    if (asks_for_json(r) || accepts_json(r)) {
        print_json(r, report);
    } else {
        ap_set_content_type(r, "text/plain; charset=UTF-8");
        print_text(r, report);
    }
    json_decref(report);
    return OK;
}
