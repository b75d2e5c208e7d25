/* SPDX-License-Identifier: Apache-2.0
 *
 * A roll and the running workers: the directory changes when they hold the next key, and not
 * before.
 */
#include "t/unit/roll_case.h"

/* What is seen of each node's workers: '.' nothing yet, 'h' they hold it, 'l' one lacks it, '?'
 * they cannot be seen, 'd' no httpd runs; '!' the node did not answer. */
typedef struct {
    const char *workers;
    bool unasked, late;
    asactl_roll_step_t step;
    const char *words; /* in the sentence of a refusal */
} workers_case_t;

static const asactl_roll_node_t *nodes_of(const char *workers, size_t *count)
{
    static const asactl_roll_held_t held[] = {{1, "a"}, {2, "b"}};
    static const char *const names[] = {"cas-1", "cas-2", "cas-3"};
    asactl_roll_node_t *nodes = apr_pcalloc(pool, HOLDS_MAX * sizeof *nodes);

    for (*count = 0; workers[*count] != '\0'; (*count)++) {
        char state = workers[*count];
        nodes[*count] = (asactl_roll_node_t){
            .node = names[*count],
            .outcome = outcome_of(state == '!' ? "!" : ""),
            .held = held,
            .count = 2,
            .workers = state == 'h'   ? ASACTL_ROLL_WORKERS_HOLD
                       : state == 'l' ? ASACTL_ROLL_WORKERS_LACK
                       : state == '?' ? ASACTL_ROLL_WORKERS_UNSEEN
                       : state == 'd' ? ASACTL_ROLL_WORKERS_DOWN
                                      : ASACTL_ROLL_WORKERS_UNKNOWN,
            .workers_words = state == 'l' ? "1 of 4 holds 1" : "it answers 403"};
    }
    return nodes;
}

static void check_workers(const workers_case_t *one)
{
    asactl_roll_seen_t seen = {.account = "EXCH2016ASA$",
                               .made = true,
                               .rehearsed = true,
                               .next = {.kvno = 2, .count = 1, .ids = {"b"}},
                               .ask_workers = !one->unasked,
                               .late = one->late};
    asactl_outcome_t outcome;
    asactl_roll_step_t step;

    read_controllers("1a 1a", &seen);
    seen.nodes = nodes_of(one->workers, &seen.node_count);
    step = asactl_roll_plan_next(pool, &seen, &outcome);
    if (step != one->step) {
        fail_msg("workers %s: step %d (%s)", one->workers, (int)step,
                 outcome.sentence != NULL ? outcome.sentence : "");
    }
    assert_true((step == ASACTL_ROLL_REFUSE) == (outcome.code != ASACTL_OK));
    if (one->words != NULL) {
        assert_non_null(strstr(outcome.sentence, one->words));
        assert_true(outcome.remedy != NULL || outcome.code == ASACTL_UNREACHABLE);
    }
}

static void check_workers_all(const workers_case_t *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_workers(&cases[i]);
    }
}

#define CHECK_WORKERS(cases) check_workers_all(cases, sizeof(cases) / sizeof *(cases))

static void the_directory_changes_when_all_hold_it(void **state)
{
    static const workers_case_t cases[] = {
        {.workers = "...", .step = ASACTL_ROLL_SEE},
        {.workers = "hh.", .step = ASACTL_ROLL_SEE},
        {.workers = "hlh", .step = ASACTL_ROLL_SEE},
        {.workers = "h?h", .step = ASACTL_ROLL_SEE},
        {.workers = "hhh", .step = ASACTL_ROLL_CHANGE},
        {.workers = "hhh", .late = true, .step = ASACTL_ROLL_CHANGE},
    };

    (void)state;
    CHECK_WORKERS(cases);
}

static void workers_that_do_not_take_it_stop_it(void **state)
{
    static const workers_case_t cases[] = {
        {.workers = "hlh",
         .late = true,
         .step = ASACTL_ROLL_REFUSE,
         .words = "cas-2: its workers do not take kvno 2 up: 1 of 4 holds 1"},
        {.workers = "hl?",
         .late = true,
         .step = ASACTL_ROLL_REFUSE,
         .words = "cas-2: its workers do not take kvno 2 up"},
        {.workers = "hh?",
         .late = true,
         .step = ASACTL_ROLL_REFUSE,
         .words = "cas-3: nobody can see which keys its workers hold: it answers 403"},
        {.workers = "hh!", .step = ASACTL_ROLL_REFUSE, .words = "silent"},
        /* late, but nobody has looked since the key came there */
        {.workers = "hh.", .late = true, .step = ASACTL_ROLL_SEE},
    };

    (void)state;
    CHECK_WORKERS(cases);
}

/* It may run and listen elsewhere. */
static void where_no_httpd_answers_nothing_is_known(void **state)
{
    static const workers_case_t cases[] = {
        {.workers = "hdh", .step = ASACTL_ROLL_SEE},
        {.workers = "hdh",
         .late = true,
         .step = ASACTL_ROLL_REFUSE,
         .words = "cas-2: no httpd answers there"},
        {.workers = "d.h", .late = true, .step = ASACTL_ROLL_SEE},
    };

    (void)state;
    CHECK_WORKERS(cases);
}

static void without_a_status_page_nobody_is_asked(void **state)
{
    static const workers_case_t cases[] = {
        {.workers = "...", .unasked = true, .step = ASACTL_ROLL_CHANGE},
        {.workers = "ll?", .unasked = true, .late = true, .step = ASACTL_ROLL_CHANGE},
    };

    (void)state;
    CHECK_WORKERS(cases);
}

/* Once the directory has changed there is nothing left to wait for. */
static void behind_the_change_nobody_is_asked(void **state)
{
    asactl_roll_seen_t seen = {
        .next = {.kvno = 2, .count = 1, .ids = {"b"}}, .ask_workers = true, .late = true};
    asactl_outcome_t outcome;

    (void)state;
    read_controllers("2b 1a", &seen);
    seen.nodes = nodes_of("l.?", &seen.node_count);
    assert_int_equal(asactl_roll_plan_next(pool, &seen, &outcome), ASACTL_ROLL_WAIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_POOL(the_directory_changes_when_all_hold_it),
        IN_POOL(workers_that_do_not_take_it_stop_it),
        IN_POOL(where_no_httpd_answers_nothing_is_known),
        IN_POOL(without_a_status_page_nobody_is_asked),
        IN_POOL(behind_the_change_nobody_is_asked),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
