/* SPDX-License-Identifier: Apache-2.0
 *
 * One lookup for all who ask the same at once; nobody waits for longer than it may; answers end,
 * and the oldest gives way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mod_asa_auth/lookup.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

#define LONG  apr_time_from_sec(60)
#define SHORT apr_time_from_msec(1)

/* The other side: answers when the gate is open, and counts. */
static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool open;
    atomic_int asked, destroyed;
    apr_time_t ends_after;
} other = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void set_gate(bool open)
{
    pthread_mutex_lock(&other.mutex);
    other.open = open;
    pthread_cond_broadcast(&other.changed);
    pthread_mutex_unlock(&other.mutex);
}

static apr_status_t count_destroyed(void *unused)
{
    (void)unused;
    atomic_fetch_add(&other.destroyed, 1);
    return APR_SUCCESS;
}

static void *copy(apr_pool_t *in, const void *question)
{
    apr_pool_cleanup_register(in, NULL, count_destroyed, apr_pool_cleanup_null);
    return apr_pstrdup(in, question);
}

static void *answer(apr_pool_t *in, const void *question, apr_time_t *ends)
{
    int number = atomic_fetch_add(&other.asked, 1);

    pthread_mutex_lock(&other.mutex);
    while (!other.open) {
        pthread_cond_wait(&other.changed, &other.mutex);
    }
    pthread_mutex_unlock(&other.mutex);
    *ends = apr_time_now() + other.ends_after;
    return apr_psprintf(in, "%s %d", (const char *)question, number);
}

static const mod_asa_lookup_kind_t kind = {copy, answer};
static apr_pool_t *child; /* one for each test */
static mod_asa_lookup_t *lookup;

static int begin(void **state)
{
    (void)state;
    apr_pool_create(&child, NULL);
    lookup = mod_asa_lookup_make(child, mod_asa_lookup_threads(child), &kind, 3);
    atomic_store(&other.asked, 0);
    atomic_store(&other.destroyed, 0);
    other.ends_after = LONG;
    set_gate(true);
    return 0;
}

static int end(void **state)
{
    (void)state;
    set_gate(true);
    apr_pool_destroy(child);
    return 0;
}

/* What is answered to the key, "none" if nothing is in time. */
static const char *ask(const char *key, apr_interval_time_t wait)
{
    mod_asa_lookup_entry_t *entry = mod_asa_lookup_ask(lookup, key, key, wait);
    const char *text = entry != NULL ? apr_pstrdup(pool, mod_asa_lookup_answer(entry)) : "none";

    mod_asa_lookup_release(entry);
    return text;
}

static const char *find(const char *key)
{
    mod_asa_lookup_entry_t *entry = mod_asa_lookup_find(lookup, key);
    const char *text = entry != NULL ? apr_pstrdup(pool, mod_asa_lookup_answer(entry)) : "none";

    mod_asa_lookup_release(entry);
    return text;
}

static void answer_is_kept(void **state)
{
    (void)state;
    assert_string_equal(find("a"), "none");
    assert_string_equal(ask("a", LONG), "a 0");
    assert_string_equal(ask("a", LONG), "a 0");
    assert_string_equal(find("a"), "a 0");
    assert_string_equal(ask("b", LONG), "b 1");
}

static void answer_that_has_ended_is_looked_up_anew(void **state)
{
    (void)state;
    other.ends_after = 0;
    assert_string_equal(ask("a", LONG), "a 0");
    assert_string_equal(find("a"), "none");
    assert_string_equal(ask("a", LONG), "a 1");
}

static void forgotten_answer_is_looked_up_anew_and_serves_who_holds_it(void **state)
{
    mod_asa_lookup_entry_t *held;

    (void)state;
    held = mod_asa_lookup_ask(lookup, "a", "a", LONG);
    mod_asa_lookup_forget(held);
    assert_string_equal(find("a"), "none");
    assert_string_equal(ask("a", LONG), "a 1");
    assert_string_equal(mod_asa_lookup_answer(held), "a 0");
    mod_asa_lookup_forget(held);
    assert_string_equal(find("a"), "a 1");
    assert_int_equal(atomic_load(&other.destroyed), 0);
    mod_asa_lookup_release(held);
    assert_int_equal(atomic_load(&other.destroyed), 1);
}

/* Of lookups that have begun; the test's time limit ends one that never does. */
static void ask_until_begun(const char *key, int asked)
{
    while (atomic_load(&other.asked) < asked) {
        assert_string_equal(ask(key, SHORT), "none");
    }
}

static void nobody_waits_for_longer_than_it_may(void **state)
{
    (void)state;
    set_gate(false);
    ask_until_begun("a", 1);
    assert_string_equal(find("a"), "none");
    assert_string_equal(ask("a", SHORT), "none");
    set_gate(true);
    assert_string_equal(ask("a", LONG), "a 0");
    assert_int_equal(atomic_load(&other.asked), 1);
}

static void slow_answer_holds_up_no_other(void **state)
{
    (void)state;
    assert_string_equal(ask("known", LONG), "known 0");
    set_gate(false);
    assert_string_equal(ask("slow", SHORT), "none");
    assert_string_equal(ask("known", SHORT), "known 0");
}

static void *ask_in_thread(void *data)
{
    mod_asa_lookup_entry_t *entry = mod_asa_lookup_ask(lookup, "a", "a", LONG);

    *(bool *)data = entry != NULL && strcmp(mod_asa_lookup_answer(entry), "a 0") == 0;
    mod_asa_lookup_release(entry);
    return NULL;
}

static void all_who_ask_at_once_share_one_lookup(void **state)
{
    pthread_t threads[8];
    bool right[8] = {false};

    (void)state;
    set_gate(false);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, ask_in_thread, &right[i]), 0);
    }
    set_gate(true);
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        assert_true(right[i]);
    }
    assert_int_equal(atomic_load(&other.asked), 1);
}

static void oldest_gives_way(void **state)
{
    (void)state;
    assert_string_equal(ask("a", LONG), "a 0");
    assert_string_equal(ask("b", LONG), "b 1");
    assert_string_equal(ask("c", LONG), "c 2");
    assert_string_equal(ask("a", LONG), "a 0");
    assert_string_equal(ask("d", LONG), "d 3");
    assert_string_equal(find("b"), "none");
    assert_string_equal(find("a"), "a 0");
    assert_string_equal(find("c"), "c 2");
    assert_int_equal(atomic_load(&other.destroyed), 1);
}

static void what_is_being_looked_up_gives_no_way(void **state)
{
    (void)state;
    set_gate(false);
    ask_until_begun("a", 1);
    ask_until_begun("b", 2);
    ask_until_begun("c", 3);
    assert_string_equal(ask("d", LONG), "none");
    set_gate(true);
    assert_string_not_equal(ask("a", LONG), "none");
    assert_string_not_equal(ask("d", LONG), "none");
}

/* Eight threads are busy; the ninth question is given up before its turn comes. */
static void what_nobody_waits_for_any_more_is_not_begun(void **state)
{
    mod_asa_lookup_t *large = mod_asa_lookup_make(child, mod_asa_lookup_threads(child), &kind, 16);
    mod_asa_lookup_entry_t *entry;

    (void)state;
    lookup = large;
    set_gate(false);
    for (int i = 0; i < 8; i++) {
        ask_until_begun(apr_itoa(pool, i), i + 1);
    }
    assert_string_equal(ask("late", SHORT), "none");
    set_gate(true);
    /* Behind it in the queue. */
    entry = mod_asa_lookup_ask(large, "last", "last", LONG);
    assert_string_equal(mod_asa_lookup_answer(entry), "last 8");
    mod_asa_lookup_release(entry);
    assert_string_equal(find("late"), "none");
    assert_int_equal(atomic_load(&other.asked), 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(answer_is_kept, begin, end),
        cmocka_unit_test_setup_teardown(answer_that_has_ended_is_looked_up_anew, begin, end),
        cmocka_unit_test_setup_teardown(forgotten_answer_is_looked_up_anew_and_serves_who_holds_it,
                                        begin, end),
        cmocka_unit_test_setup_teardown(nobody_waits_for_longer_than_it_may, begin, end),
        cmocka_unit_test_setup_teardown(slow_answer_holds_up_no_other, begin, end),
        cmocka_unit_test_setup_teardown(all_who_ask_at_once_share_one_lookup, begin, end),
        cmocka_unit_test_setup_teardown(oldest_gives_way, begin, end),
        cmocka_unit_test_setup_teardown(what_is_being_looked_up_gives_no_way, begin, end),
        cmocka_unit_test_setup_teardown(what_nobody_waits_for_any_more_is_not_begun, begin, end),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
