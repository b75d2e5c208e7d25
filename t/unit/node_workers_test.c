/* SPDX-License-Identifier: Apache-2.0
 *
 * What workers hold: read from asa-status, carried in a report, compared with what they should
 * hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/node_workers.h"

#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

static asactl_node_workers_t workers;

#define KEY(account, kvno, id)                                                                     \
    "{\"account\":\"" account "\",\"realm\":\"CORP\",\"kvno\":" #kvno ",\"id\":\"" id "\"}"
#define WORKER(pid, lists) "{\"pid\":" #pid ",\"credentials\":[" lists "]}"
#define LIST(keys)         "{\"number\":0,\"held\":\"…\",\"keys\":[" keys "],\"more\":0}"
#define PAGE(list)         "{\"module\":\"mod_asa_auth\",\"version\":\"9\",\"workers\":[" list "]}"

#define BOTH KEY("ASA$", 7, "a1") "," KEY("ASA$", 7, "a2") "," KEY("ASA$", 6, "b1")
#define OLD  KEY("ASA$", 6, "b1") "," KEY("CAS-1$", 9, "c1")

static void read_page(const char *page)
{
    asactl_node_workers_read(pool, (const unsigned char *)page, strlen(page), &workers);
}

static const asactl_node_worker_key_t wanted[] = {{"asa$", "CORP", 7, "a1"},
                                                  {"asa$", "CORP", 7, "a2"}};

static void check(const char *page, const char *words)
{
    asactl_node_workers_view_t view;

    read_page(page);
    view = asactl_node_workers_compare(&workers, wanted, 2);
    assert_string_equal(asactl_node_workers_words(pool, &workers, &view, 7), words);
}

static void who_lacks_the_key_is_counted(void **state)
{
    (void)state;
    check(PAGE(WORKER(1, LIST(BOTH))), "the only one holds 7");
    check(PAGE(WORKER(1, LIST(BOTH)) "," WORKER(2, LIST(BOTH))), "all 2 hold 7");
    check(PAGE(WORKER(1, LIST(BOTH)) "," WORKER(2, LIST(OLD)) "," WORKER(3, LIST(BOTH))),
          "1 of 3 holds 6");
    check(PAGE(WORKER(1, LIST(OLD)) "," WORKER(2, LIST(OLD))), "2 of 2 hold 6");
    check(PAGE(WORKER(1, LIST(KEY("OTHER$", 7, "d1")))), "1 of 1 holds none");
    check(PAGE(WORKER(1, "")), "1 of 1 holds none");
    /* one of two enctypes, or the number with another key */
    check(PAGE(WORKER(1, LIST(KEY("ASA$", 7, "a1")))), "1 of 1 holds another key");
    check(PAGE(WORKER(1, LIST(KEY("ASA$", 7, "a1") "," KEY("ASA$", 7, "x2")))),
          "1 of 1 holds another key");
}

static void the_id_proves_it_and_without_one_the_name(void **state)
{
    (void)state;
    check(PAGE(WORKER(1, LIST(KEY("HTTP/mail", 7, "a1") "," KEY("HTTP/mail", 7, "a2")))),
          "the only one holds 7");
    check(PAGE(WORKER(1, LIST(KEY("ASA$", 7, "")))), "the only one holds 7");
    check(PAGE(WORKER(1, LIST(KEY("OTHER$", 7, "")))), "1 of 1 holds none");
    check(PAGE(WORKER(1, LIST(KEY("HTTP/mail", 8, "a1") "," KEY("HTTP/mail", 8, "a2")))),
          "1 of 1 holds none");
}

/* Every server that serves the account must have it. */
static void the_list_that_lags_counts(void **state)
{
    (void)state;
    check(PAGE(WORKER(1, LIST(BOTH) "," LIST(OLD))), "1 of 1 holds 6");
    check(PAGE(WORKER(1, LIST(OLD) "," LIST(BOTH))), "1 of 1 holds 6");
    check(PAGE(WORKER(1, LIST(BOTH) "," LIST(KEY("OTHER$", 3, "d1")))), "the only one holds 7");
    check(PAGE(WORKER(1, LIST(BOTH) "," LIST(""))), "the only one holds 7");
}

static void what_is_no_status_page_shows_nothing(void **state)
{
    static const char *const bad[] = {
        "",
        "null",
        "[]",
        "<html>",
        "{\"module\":\"mod_status\",\"workers\":[]}",
        "{\"module\":\"mod_asa_auth\"}",
        PAGE(""),
        PAGE("1"),
        PAGE("{\"pid\":0,\"credentials\":[]}"),
        PAGE("{\"pid\":99999999999,\"credentials\":[]}"),
        PAGE("{\"pid\":\"1\",\"credentials\":[]}"),
        PAGE("{\"pid\":1}"),
        PAGE("{\"pid\":1,\"credentials\":[{\"held\":\"ASA$ kvno 7\"}]}"),
        PAGE(WORKER(1, LIST("7"))),
        PAGE(WORKER(1, LIST("{\"account\":null,\"realm\":\"CORP\",\"kvno\":7,\"id\":\"a1\"}"))),
        PAGE(WORKER(1, LIST("{\"account\":\"ASA$\",\"realm\":\"CORP\",\"id\":\"a1\"}"))),
        PAGE(WORKER(1, LIST(KEY("ASA$", -1, "a1")))),
        PAGE(WORKER(1, LIST(KEY("ASA$", 4294967296, "a1")))),
        PAGE(WORKER(1, LIST(KEY("ASA\\u0000$", 7, "a1")))),
        PAGE(WORKER(1, LIST(KEY("ASA$", 7, "0123456789012345678901234567890123456789")))),
        "{\"module\":\"mod_asa_auth\",\"workers\":[],\"workers\":[" WORKER(1, LIST(BOTH)) "]}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        read_page(bad[i]);
        if (workers.state != ASACTL_NODE_WORKERS_UNSEEN) {
            fail_msg("this is no status page: %s", bad[i]);
        }
        assert_non_null(workers.error);
        assert_int_equal(asactl_node_workers_compare(&workers, wanted, 2).count, 0);
    }
    read_page("{}");
    assert_true(
        strncmp(asactl_node_workers_words(pool, &workers, &(asactl_node_workers_view_t){0}, 7),
                "unknown: ", 9) == 0);
}

static const char *repeat(const char *text, unsigned count)
{
    const char *all = text;

    for (unsigned i = 1; i < count; i++) {
        all = apr_pstrcat(pool, all, ",", text, NULL);
    }
    return all;
}

static void more_than_there_can_be_is_refused(void **state)
{
    (void)state;
    read_page(apr_psprintf(pool, PAGE(WORKER(1, "%s")), repeat(LIST(BOTH), 32)));
    assert_int_equal(workers.state, ASACTL_NODE_WORKERS_SEEN);
    read_page(apr_psprintf(pool, PAGE(WORKER(1, "%s")), repeat(LIST(BOTH), 33)));
    assert_int_equal(workers.state, ASACTL_NODE_WORKERS_UNSEEN);
    read_page(apr_psprintf(pool, PAGE(WORKER(1, LIST("%s"))), repeat(KEY("ASA$", 7, "a1"), 65)));
    assert_int_equal(workers.state, ASACTL_NODE_WORKERS_UNSEEN);
}

static bool carry(const char *text)
{
    json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
    bool taken = asactl_node_workers_parse(pool, json, &workers);

    json_decref(json);
    return taken;
}

/* What a report says of the workers comes back as it went. */
static void a_report_carries_it(void **state)
{
    asactl_node_workers_t again;
    asactl_node_workers_view_t view;
    json_t *json;

    (void)state;
    read_page(PAGE(WORKER(11, LIST(BOTH)) "," WORKER(12, LIST(OLD))));
    json = asactl_node_workers_json(&workers);
    assert_true(asactl_node_workers_parse(pool, json, &again));
    json_decref(json);
    assert_int_equal(again.state, ASACTL_NODE_WORKERS_SEEN);
    assert_int_equal(again.list->nelts, 2);
    assert_int_equal(APR_ARRAY_IDX(again.list, 1, asactl_node_worker_t).pid, 12);
    view = asactl_node_workers_compare(&again, wanted, 2);
    assert_string_equal(asactl_node_workers_words(pool, &again, &view, 7), "1 of 2 holds 6");

    assert_true(carry("null"));
    assert_int_equal(workers.state, ASACTL_NODE_WORKERS_NOT_ASKED);
    assert_true(asactl_node_workers_parse(pool, NULL, &workers));
    assert_int_equal(workers.state, ASACTL_NODE_WORKERS_NOT_ASKED);
    assert_true(carry("{\"running\":false}"));
    assert_int_equal(workers.state, ASACTL_NODE_WORKERS_NOT_RUNNING);
    assert_true(carry("{\"error\":\"it answers 403\"}"));
    assert_int_equal(workers.state, ASACTL_NODE_WORKERS_UNSEEN);
    assert_string_equal(workers.error, "it answers 403");
    assert_false(carry("{\"running\":true}"));
    assert_false(carry("{\"error\":null}"));
    assert_false(carry("7"));
    assert_false(carry("[{\"pid\":1}]"));
    assert_false(carry("[{\"pid\":1,\"keys\":[{}]}]"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_lacks_the_key_is_counted),
        cmocka_unit_test(the_id_proves_it_and_without_one_the_name),
        cmocka_unit_test(the_list_that_lags_counts),
        cmocka_unit_test(what_is_no_status_page_shows_nothing),
        cmocka_unit_test(more_than_there_can_be_is_refused),
        cmocka_unit_test(a_report_carries_it),
    };
    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
