/* SPDX-License-Identifier: Apache-2.0
 *
 * What comes next in a roll: every state, and where one that was killed goes on.
 */
#include "t/unit/roll_case.h"

static void test_a_roll_from_begin_to_end(void **state)
{
    static const case_t cases[] = {
        {.nodes = "1a 1a", .controllers = "1a 1a", .next = "", .step = ASACTL_ROLL_MAKE},
        {.nodes = "1a 1a",
         .controllers = "1a 1a",
         .next = "2b",
         .made = true,
         .unrehearsed = true,
         .step = ASACTL_ROLL_REHEARSE},
        {.nodes = "1a 1a",
         .controllers = "1a 1a",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_STAGE},
        /* taken up behind the change: there is nothing left to refuse */
        {.nodes = "1a,2b 1a",
         .controllers = "2b 2b",
         .next = "2b",
         .unrehearsed = true,
         .step = ASACTL_ROLL_STAGE},
        {.nodes = "1a,2b 1a",
         .controllers = "1a 1a",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_STAGE},
        {.nodes = "1a,2b 1a,2b",
         .controllers = "1a 1a",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_CHANGE},
        {.nodes = "1a,2b 1a,2b",
         .controllers = "2b 1a",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_WAIT},
        {.nodes = "1a,2b 1a,2b",
         .controllers = "2b !",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_WAIT},
        {.nodes = "1a,2b 1a,2b",
         .controllers = "2b 2b",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_DONE},
    };

    (void)state;
    CHECK_ALL(cases);
}

static void test_the_first_roll_of_an_account(void **state)
{
    static const case_t cases[] = {
        {.nodes = "- -", .controllers = "1?", .next = "", .step = ASACTL_ROLL_MAKE},
        {.nodes = "- -",
         .controllers = "1?",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_STAGE},
        {.nodes = "2b 2b",
         .controllers = "1?",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_CHANGE},
        {.nodes = "2b 2b",
         .controllers = "2b",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_DONE},
    };

    (void)state;
    CHECK_ALL(cases);
}

/* The second run: its next key is the one noted if a controller uses it, else none yet. */
static void test_killed_and_run_again(void **state)
{
    static const case_t cases[] = {
        /* while it staged: what was staged is never used, and goes only at the end */
        {.nodes = "1a,2x 1a",
         .controllers = "1a",
         .next = "",
         .stale = "2x",
         .step = ASACTL_ROLL_MAKE},
        {.nodes = "1a,2x 1a",
         .controllers = "1a",
         .next = "2b",
         .made = true,
         .stale = "2x",
         .step = ASACTL_ROLL_STAGE},
        {.nodes = "1a,2x,2b 1a,2b",
         .controllers = "1a",
         .next = "2b",
         .made = true,
         .stale = "2x",
         .step = ASACTL_ROLL_CHANGE},
        {.nodes = "1a,2x,2b 1a,2b",
         .controllers = "2b 1a",
         .next = "2b",
         .made = true,
         .stale = "2x",
         .step = ASACTL_ROLL_WAIT},
        {.nodes = "1a,2x,2b 1a,2b",
         .controllers = "2b 2b",
         .next = "2b",
         .made = true,
         .stale = "2x",
         .step = ASACTL_ROLL_SETTLE},
        {.nodes = "1a,2b 1a,2b",
         .controllers = "2b 2b",
         .next = "2b",
         .made = true,
         .stale = "2x",
         .settled = true,
         .step = ASACTL_ROLL_DONE},
        /* behind the change: it is finished, not begun anew */
        {.nodes = "1a,2b 1a,2b", .controllers = "2b 1a", .next = "2b", .step = ASACTL_ROLL_WAIT},
        {.nodes = "1a,2b 1a,2b", .controllers = "2b 2b", .next = "2b", .step = ASACTL_ROLL_DONE},
        {.nodes = "1a,2x,2b 1a,2b",
         .controllers = "2b",
         .next = "2b",
         .stale = "2x,2b",
         .step = ASACTL_ROLL_SETTLE},
        /* and a node that was not named then gets the key too */
        {.nodes = "1a,2b 1a", .controllers = "2b", .next = "2b", .step = ASACTL_ROLL_STAGE},
        /* another roll's key, staged since the begin, is nobody's to drop */
        {.nodes = "1a,2b,2y",
         .controllers = "2b",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_DONE},
    };

    (void)state;
    CHECK_ALL(cases);
}

static void test_the_directory_stays_untouched(void **state)
{
    static const case_t cases[] = {
        {.nodes = "1a !",
         .controllers = "1a",
         .next = "",
         .step = ASACTL_ROLL_REFUSE,
         .code = ASACTL_UNREACHABLE},
        {.nodes = "1a,2b !",
         .controllers = "1a",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_REFUSE,
         .code = ASACTL_UNREACHABLE},
        {.nodes = "1a",
         .controllers = "1a !",
         .next = "",
         .step = ASACTL_ROLL_REFUSE,
         .code = ASACTL_UNREACHABLE},
        {.nodes = "1a,2b",
         .controllers = "2b 1a",
         .next = "",
         .step = ASACTL_ROLL_REFUSE,
         .code = ASACTL_FAILED},
        {.nodes = "1a,2b",
         .controllers = "2b 2c",
         .next = "",
         .step = ASACTL_ROLL_REFUSE,
         .code = ASACTL_FAILED},
        {.nodes = "1a",
         .controllers = "1a 1?",
         .next = "",
         .step = ASACTL_ROLL_REFUSE,
         .code = ASACTL_FAILED},
        {.nodes = "1a",
         .controllers = "1a",
         .next = "",
         .disabled = true,
         .step = ASACTL_ROLL_REFUSE,
         .code = ASACTL_FAILED},
        /* somebody else has set the password: another number */
        {.nodes = "1a,2b",
         .controllers = "2?",
         .next = "2b",
         .made = true,
         .step = ASACTL_ROLL_REFUSE,
         .code = ASACTL_CONFLICT},
    };

    (void)state;
    CHECK_ALL(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_POOL(test_a_roll_from_begin_to_end),
        IN_POOL(test_the_first_roll_of_an_account),
        IN_POOL(test_killed_and_run_again),
        IN_POOL(test_the_directory_stays_untouched),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
