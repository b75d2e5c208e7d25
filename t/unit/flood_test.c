/* SPDX-License-Identifier: Apache-2.0
 *
 * Equal log lines within ten seconds are one line and a number, and none is lost.
 *
 * The table is one for the process, so every test uses lines and times of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mod_asa_auth/flood.h"

#include <stdio.h>
#include <string.h>

#define SECOND APR_USEC_PER_SEC
#define PLACES 128

static apr_time_t now = APR_USEC_PER_SEC * 1700000000;

/* Later than everything before, with nothing left to report. */
static int start_afresh(void **state)
{
    mod_asa_flood_report_t report;

    (void)state;
    now += 3600 * SECOND;
    while (mod_asa_flood_take_over(now, &report)) {
    }
    return 0;
}

static bool through(const char *line, apr_time_t later, unsigned long expected_repeated)
{
    unsigned long repeated = 77;
    bool passed = mod_asa_flood_let_through(line, 3, now + later, &repeated);

    assert_int_equal(repeated, expected_repeated);
    return passed;
}

static bool take_over(apr_time_t later, mod_asa_flood_report_t *out)
{
    return mod_asa_flood_take_over(now + later, out);
}

static void first_line_passes_and_equal_ones_wait(void **state)
{
    (void)state;
    assert_true(through("a", 0, 0));
    assert_false(through("a", 0, 0));
    assert_true(through("b", 0, 0));
    assert_false(through("a", 9 * SECOND, 0));
    assert_false(through("a", 10 * SECOND - 1, 0));
    assert_false(through("b", 5 * SECOND, 0));
    assert_true(through("a", 10 * SECOND, 3));
    assert_false(through("a", 11 * SECOND, 0)); /* a new window has begun */
    assert_true(through("b", 60 * SECOND, 1));
}

static void lines_that_wait_are_reported_when_their_time_is_over(void **state)
{
    mod_asa_flood_report_t report;

    (void)state;
    assert_true(mod_asa_flood_let_through("c", 6, now, &(unsigned long){0}));
    assert_false(take_over(20 * SECOND, &report)); /* nothing was held back */
    assert_false(through("c", SECOND, 0));
    assert_false(through("c", 2 * SECOND, 0));
    assert_false(take_over(10 * SECOND - 1, &report));
    assert_true(take_over(10 * SECOND, &report));
    assert_string_equal(report.line, "c");
    assert_int_equal(report.level, 6);
    assert_int_equal(report.repeated, 2);
    assert_false(take_over(10 * SECOND, &report)); /* once */
    assert_true(through("c", 11 * SECOND, 0));     /* and not counted again */
}

static void each_line_is_reported_by_itself(void **state)
{
    mod_asa_flood_report_t report;
    unsigned long seen[2] = {0};

    (void)state;
    assert_true(through("d", 0, 0));
    assert_true(through("e", 0, 0));
    assert_false(through("d", SECOND, 0));
    assert_false(through("e", SECOND, 0));
    assert_false(through("e", SECOND, 0));
    while (take_over(30 * SECOND, &report)) {
        seen[report.line[0] - 'd'] += report.repeated;
    }
    assert_int_equal(seen[0], 1);
    assert_int_equal(seen[1], 2);
}

static void clock_that_is_set_back_holds_nothing(void **state)
{
    mod_asa_flood_report_t report;

    (void)state;
    assert_true(through("f", 0, 0));
    assert_false(through("f", SECOND, 0));
    assert_true(take_over(-SECOND, &report));
    assert_string_equal(report.line, "f");
    assert_true(through("f", -1800 * SECOND, 0));
    assert_false(through("f", -1799 * SECOND, 0));
}

static void long_lines_are_told_apart_and_cut_in_the_report(void **state)
{
    mod_asa_flood_report_t report;
    char line[2000];

    (void)state;
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    assert_true(through(line, 0, 0));
    line[sizeof line - 2] = 'y';
    assert_true(through(line, 0, 0));
    assert_false(through(line, 0, 0));
    assert_true(take_over(30 * SECOND, &report));
    assert_int_equal(strlen(report.line), sizeof report.line - 1);
}

/* With a full table nothing that waits for its report is lost, and what finds no place is counted.
 */
static void full_table_loses_no_report(void **state)
{
    mod_asa_flood_report_t report;
    unsigned reported = 0;
    char line[20];

    (void)state;
    for (int i = 0; i < PLACES; i++) {
        snprintf(line, sizeof line, "g%d", i);
        assert_true(through(line, i, 0));
        assert_false(through(line, i, 0));
    }
    for (int times = 0; times < 3; times++) {
        assert_false(through("h", SECOND, 0));
    }
    assert_true(take_over(30 * SECOND, &report));
    assert_string_equal(report.line, "other lines, too many and too different to be logged");
    assert_int_equal(report.repeated, 3);
    while (take_over(30 * SECOND, &report)) {
        assert_int_equal(report.repeated, 1);
        reported++;
    }
    assert_int_equal(reported, PLACES);
    assert_true(through("h", 31 * SECOND, 0));
    assert_false(through("h", 31 * SECOND, 0));
}

static void line_gives_its_place_when_its_time_is_over(void **state)
{
    char line[20];

    (void)state;
    for (int i = 0; i < PLACES; i++) {
        snprintf(line, sizeof line, "i%d", i);
        assert_true(through(line, i, 0));
    }
    assert_false(through("i1", SECOND, 0));
    assert_false(through("late", 5 * SECOND, 0));
    assert_true(through("late", 20 * SECOND, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(first_line_passes_and_equal_ones_wait, start_afresh),
        cmocka_unit_test_setup(lines_that_wait_are_reported_when_their_time_is_over, start_afresh),
        cmocka_unit_test_setup(each_line_is_reported_by_itself, start_afresh),
        cmocka_unit_test_setup(clock_that_is_set_back_holds_nothing, start_afresh),
        cmocka_unit_test_setup(long_lines_are_told_apart_and_cut_in_the_report, start_afresh),
        cmocka_unit_test_setup(full_table_loses_no_report, start_afresh),
        cmocka_unit_test_setup(line_gives_its_place_when_its_time_is_over, start_afresh),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
