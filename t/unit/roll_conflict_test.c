/* SPDX-License-Identifier: Apache-2.0
 *
 * Rolls of two machines at once: which one has lost, and whose keys are left over.
 */
#include "t/unit/roll_case.h"

/* Two rolls under the same number, each at its own controller: one of the two is overwritten. */
static void test_another_roll_wins(void **state)
{
    static const case_t cases[] = {
        {.nodes = "1a,2b,2y",
         .controllers = "^2y 1a",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_REFUSE,
         .code = ASACTL_CONFLICT},
        {.nodes = "1a,2b,2y",
         .controllers = "2y ^2?",
         .next = "2b",
         .step = ASACTL_ROLL_REFUSE,
         .code = ASACTL_CONFLICT},
        /* with one that still uses it, too: that one will be overwritten as well */
        {.nodes = "1a,2b,2y",
         .controllers = "^2y 2b",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_REFUSE,
         .code = ASACTL_CONFLICT},
        {.nodes = "1a,2b,2y",
         .controllers = "^2b ^2y",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_REFUSE,
         .code = ASACTL_CONFLICT},
        /* silence is no other key, and one that did not follow yet has not left */
        {.nodes = "1a,2b,2y",
         .controllers = "2b ^!",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_WAIT},
        {.nodes = "1a,2b,2y",
         .controllers = "^2b 2y",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_WAIT},
        {.nodes = "1a,2b,2y",
         .controllers = "^2b ^2b",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_DONE},
    };

    (void)state;
    CHECK_ALL(cases);
}

static void stale_are(const char *held, const char *noted, uint32_t above, const char *expected)
{
    apr_array_header_t *keys = apr_array_make(pool, 4, sizeof(asactl_roll_key_t));
    asactl_roll_seen_t seen = {0};
    const asactl_roll_held_t *list;
    const char *found = "";
    size_t count;

    list = read_keys(noted, &count);
    for (size_t i = 0; i < count; i++) {
        APR_ARRAY_PUSH(keys, asactl_roll_key_t) =
            (asactl_roll_key_t){.kvno = list[i].kvno, .count = 1, .ids = {list[i].id}};
    }
    list = read_keys(held, &count);
    asactl_roll_plan_stale(pool, list, count, keys, above, &seen);
    for (size_t i = 0; i < seen.stale_count; i++) {
        found = apr_psprintf(pool, "%s%s%u%s", found, i > 0 ? "," : "", seen.stale[i].kvno,
                             seen.stale[i].id);
    }
    assert_string_equal(found, expected);
}

static void test_only_what_this_machine_staged_is_left_over(void **state)
{
    (void)state;
    stale_are("1a,2x,2y", "2x", 1, "2x");
    stale_are("1a,2x,2y,3z", "2x,3z,2w", 1, "2x,3z");
    stale_are("1a,2x,2y", "", 1, "");
    /* what was in use, or may have been, is not */
    stale_are("1a,2x,2y", "1a,2x", 2, "");
    stale_are("1a,2x,2y", "1a,2x", 1, "2x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_POOL(test_another_roll_wins),
        IN_POOL(test_only_what_this_machine_staged_is_left_over),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
