/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of doctor that concern the nodes, their keys, httpd and logs: each level.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/doctor_checks.h"

#include "t/unit/doctor_nodes.h"

static void nodes_in_order_are_ok(void **state)
{
    (void)state;
    facts.schedule = (asactl_doctor_schedule_t){.file = "/x.timer", .made = facts.now, .days = 21};
    for (const asactl_doctor_check_t *row = asactl_doctor_checks; row->name != NULL; row++) {
        if (strcmp(said(row->name), "ok") != 0) {
            fail_msg("%s: %s", row->name, said(row->name));
        }
    }
}

static void what_could_not_be_checked_is_counted_by_checks(void **state)
{
    asactl_doctor_list_t list;

    (void)state;
    nodes[0].outcome = nodes[1].outcome =
        (asactl_outcome_t){ASACTL_UNREACHABLE, "cas: no answer", NULL};
    asactl_doctor_list_begin(pool, &list);
    for (int i = 0; i < 2; i++) {
        apr_array_header_t *only = apr_array_make(pool, 1, sizeof(const char *));
        APR_ARRAY_PUSH(only, const char *) = i == 0 ? "nodes" : "key-file";
        asactl_doctor_checks_run(&facts, only, &list);
    }
    assert_int_equal(asactl_doctor_list_count(&list, ASACTL_DOCTOR_FAIL), 2);
    assert_int_equal(asactl_doctor_list_count(&list, ASACTL_DOCTOR_UNKNOWN), 1);
}

static void a_silent_node_is_named_and_the_others_go_on(void **state)
{
    (void)state;
    nodes[1].outcome = (asactl_outcome_t){ASACTL_UNREACHABLE, "cas-2: no answer", NULL};
    assert_string_equal(said("nodes"), "FAIL cas-2");
    assert_string_equal(said("key-table"), "? cas-2");
    assert_string_equal(said("servers-alike"), "? cas-2");
    key(0, 0)->kvno = 6;
    assert_string_equal(said("key-table"), "? cas-2, FAIL cas-1");
}

static void a_page_that_is_not_seen_is_named(void **state)
{
    (void)state;
    node_facts[0].served = NULL;
    nodes[0].report.workers = (asactl_node_workers_t){.state = ASACTL_NODE_WORKERS_NOT_RUNNING};
    assert_string_equal(said("httpd"), "FAIL cas-1");
    assert_string_equal(said("places"), "? cas-1");
    assert_string_equal(said("key-table"), "ok");
    nodes[0].report.workers = (asactl_node_workers_t){.state = ASACTL_NODE_WORKERS_UNSEEN,
                                                      .error = "its page is no status page"};
    assert_string_equal(said("httpd"), "FAIL cas-1");
    nodes[0].report.workers = (asactl_node_workers_t){.state = ASACTL_NODE_WORKERS_NOT_ASKED};
    assert_string_equal(said("httpd"), "? cas-1");
    nodes[0].report.workers = (asactl_node_workers_t){.state = ASACTL_NODE_WORKERS_SEEN};
    assert_string_equal(said("httpd"), "FAIL cas-1");
}

static void clocks_of_nodes_are_judged_by_the_domain(void **state)
{
    (void)state;
    node_facts[1].time += apr_time_from_sec(61);
    assert_string_equal(said("clock-nodes"), "warn cas-2");
    node_facts[1].time += apr_time_from_sec(180);
    assert_string_equal(said("clock-nodes"), "FAIL cas-2");
    nodes[1].took = apr_time_from_sec(241);
    assert_string_equal(said("clock-nodes"), "ok");
    controller(0)->ahead = apr_time_from_sec(100);
    node_facts[0].time += apr_time_from_sec(100);
    assert_string_equal(said("clock-nodes"), "warn cas-2");
}

static void key_tables_are_judged(void **state)
{
    (void)state;
    key(0, 0)->kvno = 5;
    assert_string_equal(said("key-table"), "FAIL cas-1");
    key(0, 0)->kvno = 8;
    assert_string_equal(said("key-table"), "warn cas-1");
    key(0, 0)->kvno = 7;
    key(0, 0)->account = key(0, 1)->account = "CAS-1$";
    assert_string_equal(said("key-table"), "FAIL cas-1");
    nodes[1].report.defect = "is torn";
    assert_string_equal(said("key-table"), "FAIL cas-1, FAIL cas-2");
    APR_ARRAY_IDX(served[1].credentials, 0, asactl_node_credential_t).defect = "is torn";
    assert_string_equal(said("httpd-keys"), "ok");  /* that is said once */
    assert_string_equal(said("ticket-opens"), "?"); /* nobody could try one */
    nodes[0].report.exists = false;
    assert_string_equal(said("httpd-keys"), "?");
    assert_string_equal(said("key-file"), "ok");
    nodes[1].report.exists = false;
    assert_string_equal(said("key-file"), "?");
}

static void what_could_not_be_looked_at_is_not_ok(void **state)
{
    const apr_array_header_t *keys[] = {nodes[0].report.keys, nodes[1].report.keys};

    (void)state;
    for (int i = 0; i < 2; i++) { /* nothing to compare the workers with */
        nodes[i].report.keys = apr_array_make(pool, 1, sizeof(asactl_node_key_t));
    }
    assert_string_equal(said("workers"), "?");
    for (int i = 0; i < 2; i++) {
        nodes[i].report.keys = keys[i];
    }
    assert_string_equal(said("workers"), "ok");
    facts.account.kvno = 0;
    assert_string_equal(said("key-table"), "?");
    for (int i = 0; i < 2; i++) {
        ((apr_array_header_t *)(uintptr_t)nodes[i].report.workers.list)->nelts = 0;
        log_of(i)->of[ASACTL_LOG_KERBEROS] = 0;
    }
    assert_string_equal(said("workers"), "?");
    assert_string_equal(said("log-recent"), "ok");
    assert_string_equal(said("log-kerberos"), "?");
    log_of(0)->of[ASACTL_LOG_SESSION] = 1;
    assert_string_equal(said("log-kerberos"), "ok");
    node_facts[0].logs = node_facts[1].logs = apr_array_make(pool, 1, sizeof(asactl_node_log_t));
    assert_string_equal(said("log-recent"), "?");
    assert_string_equal(said("log-kerberos"), "?");
}

static void what_a_page_leaves_out_is_told(void **state)
{
    (void)state;
    served[0].servers_more = 1;
    server(1)->more = 1;
    assert_string_equal(said("places"), "? cas-1, ? cas-2");
    assert_string_equal(said("key-table"), "ok");
}

static void a_key_that_opens_nothing_fails(void **state)
{
    (void)state;
    node_facts[0].opening.reason = ASA_REASON_KEY_MISMATCH;
    assert_string_equal(said("ticket-opens"), "FAIL cas-1");
    assert_string_equal(said("key-table"), "ok");
    key(0, 0)->id = "17";
    assert_string_equal(said("keys-alike"), "ok");
    node_facts[0].opening.reason = ASA_REASON_ENCRYPTION_TYPE_UNSUPPORTED;
    assert_string_equal(said("ticket-opens"), "FAIL cas-1");
    controller(1)->ticket.etype = 23;
    assert_string_equal(said("ticket-opens"), "ok"); /* it need not be opened */
    node_facts[0].opening.reason = ASA_REASON_KEY_MISMATCH;
    node_facts[0].opening.asked = false;
    assert_string_equal(said("ticket-opens"), "? cas-1");
    assert_string_equal(said("keys-alike"), "FAIL cas-2");
    node_facts[0].opening.asked = true;
    key(0, 0)->kvno = 6;
    node_facts[0].opening.reason = ASA_REASON_KEY_VERSION_MISSING;
    assert_string_equal(said("ticket-opens"), "ok");
}

static void keys_of_one_version_are_the_same(void **state)
{
    (void)state;
    key(1, 1)->id = "16";
    assert_string_equal(said("keys-alike"), "FAIL cas-2");
    key(1, 1)->slot = "older";
    assert_string_equal(said("keys-alike"), "ok");
    key(1, 1)->slot = "previous";
    key(1, 1)->enctype = 17;
    assert_string_equal(said("keys-alike"), "ok");
    for (int node = 0; node < 2; node++) { /* as after a roll: both hold both */
        key(node, 1)->enctype = 18;
        key(node, 1)->id = node == 0 ? "06" : "16";
        APR_ARRAY_PUSH((apr_array_header_t *)(uintptr_t)nodes[node].report.keys,
                       asactl_node_key_t) = *key(node, 1);
        key(node, 2)->id = node == 0 ? "16" : "06";
    }
    assert_string_equal(said("keys-alike"), "ok");
    ((apr_array_header_t *)(uintptr_t)nodes[0].report.keys)->nelts--;
    assert_string_equal(said("keys-alike"), "FAIL cas-2"); /* cas-2 takes what cas-1 refuses */
}

static void files_are_as_the_settings_say(void **state)
{
    (void)state;
    nodes[0].report.mode = "0644";
    assert_string_equal(said("key-file"), "FAIL cas-1");
    nodes[0].report.mode = "0600";
    assert_string_equal(said("key-file"), "warn cas-1");
    nodes[0].report.mode = "0640";
    nodes[0].report.group = "root";
    assert_string_equal(said("key-file"), "warn cas-1");
    nodes[0].report.group = "www-data";
    nodes[0].report.owner = "www-data";
    assert_string_equal(said("key-file"), "warn cas-1");
    nodes[0].report.owner = NULL; /* a lying node, or a folder that asactl may not look into */
    assert_string_equal(said("key-file"), "? cas-1");
    nodes[0].report.owner = "root";
    nodes[0].report.group = NULL;
    assert_string_equal(said("key-file"), "? cas-1");
}

static void who_may_not_read_a_key_table_says_nothing_against_it(void **state)
{
    (void)state;
    nodes[0].report.defect = "cannot be read: Permission denied";
    nodes[0].report.denied = true;
    nodes[0].report.keys = apr_array_make(pool, 1, sizeof(asactl_node_key_t));
    assert_string_equal(said("key-table"), "? cas-1");
    assert_string_equal(said("key-file"), "ok");
    assert_string_equal(said("httpd-keys"), "ok");
    APR_ARRAY_IDX(served[0].credentials, 0, asactl_node_credential_t).keys = 0;
    assert_string_equal(said("httpd-keys"), "FAIL cas-1");
    assert_string_equal(said("ticket-opens"), "ok"); /* of the other node */
    nodes[1].report.exists = false;
    assert_string_equal(said("ticket-opens"), "?");
}

static void denials_are_told(void **state)
{
    apr_array_header_t *list = apr_array_make(pool, 1, sizeof(asactl_node_denial_t));

    (void)state;
    APR_ARRAY_PUSH(list, asactl_node_denial_t) = (asactl_node_denial_t){.what = ""};
    node_facts[0].guard.denials = list;
    assert_string_equal(said("denials"), "warn cas-1");
    node_facts[0].guard.error = "cannot be read";
    assert_string_equal(said("denials"), "? cas-1");
    node_facts[0].guard = (asactl_node_guard_t){.enforcing = "AppArmor"};
    assert_string_equal(said("denials"), "? cas-1");
    node_facts[0].guard.file = "/var/log/audit/audit.log";
    assert_string_equal(said("denials"), "ok");
}

static void httpd_holds_what_the_files_hold(void **state)
{
    asactl_node_credential_t *credential =
        &APR_ARRAY_IDX(served[1].credentials, 0, asactl_node_credential_t);
    asactl_node_worker_t *worker =
        &APR_ARRAY_IDX(nodes[1].report.workers.list, 0, asactl_node_worker_t);

    (void)state;
    credential->defect = "is torn";
    assert_string_equal(said("httpd-keys"), "FAIL cas-2");
    credential->defect = NULL;
    credential->keys = 0;
    assert_string_equal(said("httpd-keys"), "FAIL cas-2");
    worker->keys = apr_array_make(pool, 1, sizeof(asactl_node_worker_key_t));
    assert_string_equal(said("workers"), "FAIL cas-2");
}

static void health_is_what_a_balancer_would_see(void **state)
{
    static const struct {
        long status;
        const char *said;
    } rows[] = {{503, "FAIL cas-2"}, {401, "FAIL cas-2"}, {404, "FAIL cas-2"}, {302, "FAIL cas-2"},
                {403, "? cas-2"},    {0, "? cas-2"},      {200, "ok"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        APR_ARRAY_IDX(node_facts[1].health, 0, asactl_node_health_t).status = rows[i].status;
        assert_string_equal(said("health"), rows[i].said);
    }
    server(0)->credential = -1;
    assert_string_equal(said("health"), "FAIL cas-1");
    server(0)->credential = 7;
    assert_string_equal(said("health"), "FAIL cas-1");
    server(0)->credential = 0;
    APR_ARRAY_IDX(served[0].credentials, 0, asactl_node_credential_t).keys = 0;
    assert_string_equal(said("health"), "FAIL cas-1");
    APR_ARRAY_IDX(served[0].credentials, 0, asactl_node_credential_t).keys = 1;
    place(1, 3)->handler = "asa-status";
    assert_string_equal(said("health"), "warn cas-2");
    served[1].servers_more = 1; /* one may have it */
    assert_string_equal(said("health"), "? cas-2");
}

static void versions_are_compared(void **state)
{
    (void)state;
    served[0].version = "0.9";
    node_facts[1].version = "0.9";
    assert_string_equal(said("versions"), "warn cas-1, warn cas-2");
}

static void logs_are_judged(void **state)
{
    (void)state;
    log_of(0)->newest = facts.now - 8 * DAY;
    assert_string_equal(said("log-recent"), "warn cas-1");
    log_of(0)->newest = 0;
    assert_string_equal(said("log-recent"), "warn cas-1");
    log_of(0)->error = "cannot be read";
    assert_string_equal(said("log-recent"), "? cas-1");
    log_of(1)->of[ASACTL_LOG_KERBEROS] = 9;
    assert_string_equal(said("log-kerberos"), "? cas-1");
    log_of(0)->error = NULL;
    assert_string_equal(said("log-kerberos"), "ok");
    log_of(1)->bad = 1;
    assert_string_equal(said("log-kerberos"), "warn cas-2");
    log_of(1)->bad = 0;
    for (int i = 0; i < 3; i++) {
        const asactl_log_class_t other[] = {ASACTL_LOG_BASIC, ASACTL_LOG_OTHER, ASACTL_LOG_NTLM};
        assert_string_equal(said("log-kerberos"), "ok");
        log_of(1)->of[other[i]] = 1;
        assert_string_equal(said("log-kerberos"), "warn cas-2");
        log_of(1)->of[other[i]] = other[i] == ASACTL_LOG_NTLM;
    }
    log_of(0)->of[ASACTL_LOG_NEGOTIATE] = 1;
    assert_string_equal(said("log-kerberos"), "warn cas-1, warn cas-2");
    server(0)->log_writable = false;
    assert_string_equal(said("log-folder"), "FAIL cas-1");
    server(0)->log_folder = NULL;
    assert_string_equal(said("log-folder"), "warn cas-1");
    for (int i = 0; i < 3; i++) { /* where nobody signs in, nothing is to be proven */
        place(0, i)->negotiate = false;
    }
    assert_string_equal(said("log-folder"), "ok");
    for (int i = 0; i < 3; i++) {
        place(0, i)->protocol = NULL;
    }
    assert_string_equal(said("log-folder"), "ok");
}

static void a_schedule_of_a_node_counts(void **state)
{
    (void)state;
    assert_string_equal(said("schedule"), "warn");
    node_facts[1].schedule.file = "/etc/cron.d/x";
    assert_string_equal(said("schedule"), "ok");
    assert_string_equal(said("schedule-result"), "ok");
    node_facts[1].schedule.finding = "the last run failed";
    assert_string_equal(said("schedule-result"), "FAIL cas-2");
    node_facts[0].schedule = node_facts[1].schedule;
    assert_string_equal(said("schedule-result"), "FAIL cas-1, FAIL cas-2");
    facts.schedule = (asactl_doctor_schedule_t){.file = "/x.timer", .made = facts.now, .days = 21};
    assert_string_equal(said("schedule"), "ok");
    assert_string_equal(said("schedule-result"), "FAIL cas-1, FAIL cas-2");
    node_facts[0].schedule.finding = node_facts[1].schedule.finding = NULL;
    assert_string_equal(said("schedule-result"), "ok");
    facts.schedule.file = node_facts[0].schedule.file = node_facts[1].schedule.file = NULL;
    nodes[1].outcome = (asactl_outcome_t){ASACTL_UNREACHABLE, "cas-2: no answer", NULL};
    assert_string_equal(said("schedule"), "? cas-2"); /* which may have one */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nodes_in_order_are_ok, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(what_could_not_be_checked_is_counted_by_checks, open_nodes,
                                        close_pool),
        cmocka_unit_test_setup_teardown(a_silent_node_is_named_and_the_others_go_on, open_nodes,
                                        close_pool),
        cmocka_unit_test_setup_teardown(a_page_that_is_not_seen_is_named, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(clocks_of_nodes_are_judged_by_the_domain, open_nodes,
                                        close_pool),
        cmocka_unit_test_setup_teardown(key_tables_are_judged, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(what_could_not_be_looked_at_is_not_ok, open_nodes,
                                        close_pool),
        cmocka_unit_test_setup_teardown(what_a_page_leaves_out_is_told, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(a_key_that_opens_nothing_fails, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(keys_of_one_version_are_the_same, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(files_are_as_the_settings_say, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(who_may_not_read_a_key_table_says_nothing_against_it,
                                        open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(denials_are_told, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(httpd_holds_what_the_files_hold, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(health_is_what_a_balancer_would_see, open_nodes,
                                        close_pool),
        cmocka_unit_test_setup_teardown(versions_are_compared, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(logs_are_judged, open_nodes, close_pool),
        cmocka_unit_test_setup_teardown(a_schedule_of_a_node_counts, open_nodes, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
