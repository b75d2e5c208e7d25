/* SPDX-License-Identifier: Apache-2.0
 *
 * The geometry of the plots: layers add up, nothing leaves the picture, and no count is too large.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asactl/log_html_plot.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "t/unit/pool.h"

typedef struct box_t {
    unsigned left, right, top, bottom;
} box_t;

/* Reads one box of a path, which must be well-formed and inside the picture; gives what follows. */
static const char *read_box(const char *path, box_t *box)
{
    unsigned bottom_again = 0;
    int used = 0;

    assert_int_equal(sscanf(path, "M%u %uV%uH%uV%uZ%n", &box->left, &box->bottom, &box->top,
                            &box->right, &bottom_again, &used),
                     5);
    assert_int_not_equal(used, 0);
    assert_int_equal(bottom_again, box->bottom);
    assert_true(box->left < box->right && box->right <= ASACTL_LOG_PLOT_WIDTH);
    assert_true(box->top < box->bottom && box->bottom <= ASACTL_LOG_PLOT_HEIGHT);
    return path + used;
}

/* Every layer of every bar, read back: piles without gaps, as high as the sum says. */
static void check_piles(const asactl_log_plot_t *plot)
{
    asactl_log_plot_axis_t axis = asactl_log_plot_axis(plot);
    const char *paths[8];

    assert_true(plot->layers <= 8);
    for (size_t layer = 0; layer < plot->layers; layer++) {
        paths[layer] = asactl_log_plot_layer(pool, plot, &axis, layer);
        assert_int_equal(strspn(paths[layer], "MVHZ0123456789 "), strlen(paths[layer]));
    }
    for (size_t bar = 0; bar < plot->bars; bar++) {
        unsigned bottom = ASACTL_LOG_PLOT_HEIGHT;
        long double sum = 0, height;

        for (size_t layer = 0; layer < plot->layers; layer++) {
            box_t box;

            sum += (long double)plot->value[bar * plot->layers + layer];
            if (sscanf(paths[layer], "M%u", &box.left) == 1 &&
                box.left == asactl_log_plot_x(plot, bar)) {
                paths[layer] = read_box(paths[layer], &box);
                assert_int_equal(box.right, asactl_log_plot_x(plot, bar + 1));
                assert_int_equal(box.bottom, bottom);
                bottom = box.top;
            }
        }
        height = sum / (long double)axis.top * ASACTL_LOG_PLOT_HEIGHT;
        height = height > ASACTL_LOG_PLOT_HEIGHT ? ASACTL_LOG_PLOT_HEIGHT : height;
        assert_true(ASACTL_LOG_PLOT_HEIGHT - bottom + 1 >= height &&
                    ASACTL_LOG_PLOT_HEIGHT - bottom <= height + 1);
    }
    for (size_t layer = 0; layer < plot->layers; layer++) {
        assert_string_equal(paths[layer], "");
    }
}

static void bars_add_up(void **state)
{
    static const unsigned long long value[] = {1, 2, 3, 0, 0, 0, 7, 0, 1, 0, 0, 9};
    asactl_log_plot_t plot = {4, 3, value};

    (void)state;
    check_piles(&plot);
}

static void one_bar_fills_the_width(void **state)
{
    static const unsigned long long value[] = {3, 2};
    asactl_log_plot_t plot = {1, 2, value};
    asactl_log_plot_axis_t axis = asactl_log_plot_axis(&plot);

    (void)state;
    assert_int_equal(axis.top, 5);
    assert_int_equal(axis.step, 1);
    assert_string_equal(asactl_log_plot_layer(pool, &plot, &axis, 0), "M0 1000V400H4000V1000Z");
    assert_string_equal(asactl_log_plot_layer(pool, &plot, &axis, 1), "M0 400V0H4000V400Z");
    check_piles(&plot);
}

static void nothing_is_drawn_of_nothing(void **state)
{
    static const unsigned long long zeros[6];
    const bool all[] = {true, true};
    asactl_log_plot_t none = {0, 2, zeros}, empty = {3, 2, zeros};
    asactl_log_plot_axis_t axis = asactl_log_plot_axis(&none);

    (void)state;
    assert_int_equal(axis.top, 1);
    assert_string_equal(asactl_log_plot_layer(pool, &none, &axis, 1), "");
    assert_string_equal(asactl_log_plot_marks(pool, &none, all), "");
    check_piles(&none);
    check_piles(&empty);
}

static void four_hundred_bars(void **state)
{
    unsigned long long *value = apr_palloc(pool, 400 * 6 * sizeof *value);
    asactl_log_plot_t plot = {400, 6, value};

    (void)state;
    for (size_t i = 0; i < 400 * 6; i++) {
        value[i] = (i * 2654435761u) % 1000;
    }
    check_piles(&plot);
}

static void counts_without_end(void **state)
{
    static const unsigned long long value[] = {ULLONG_MAX, ULLONG_MAX, 1, 0, ULLONG_MAX / 2, 5};
    asactl_log_plot_t plot = {3, 2, value};
    asactl_log_plot_axis_t axis = asactl_log_plot_axis(&plot);
    const char *grid = asactl_log_plot_grid(pool, &axis);

    (void)state;
    assert_true(axis.top == ULLONG_MAX && axis.step >= ULLONG_MAX / 5);
    assert_int_equal(strspn(grid, "MH0123456789 "), strlen(grid));
    check_piles(&plot);
}

static void axes_are_round(void **state)
{
    static const struct {
        unsigned long long highest, top, step;
    } cases[] = {{0, 1, 1},         {1, 1, 1},         {4, 4, 1},      {6, 6, 2},
                 {11, 15, 5},       {99, 100, 20},     {101, 150, 50}, {243, 250, 50},
                 {1000, 1000, 200}, {7001, 8000, 2000}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        asactl_log_plot_t plot = {1, 1, &cases[i].highest};
        asactl_log_plot_axis_t axis = asactl_log_plot_axis(&plot);

        assert_int_equal(axis.top, cases[i].top);
        assert_int_equal(axis.step, cases[i].step);
    }
}

static void marks_show_even_one(void **state)
{
    static const unsigned long long value[] = {1000000, 0, 1000000, 1};
    const bool second[] = {false, true};
    asactl_log_plot_t plot = {2, 2, value};

    (void)state;
    assert_string_equal(asactl_log_plot_marks(pool, &plot, second), "M2000 1000V0H4000V1000Z");
}

static void shares_fill_their_bar(void **state)
{
    static const unsigned long long cases[][6] = {{1, 0, 0, 0, 0, 0},
                                                  {999999, 1, 0, 1, 0, 1},
                                                  {1, 1, 1, 1, 1, 1},
                                                  {ULLONG_MAX, ULLONG_MAX, 1, 0, 0, 0},
                                                  {1, 2, 3, 4, 5, 1000000}};
    static const unsigned long long none[6];
    unsigned ends[6];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned begin = 0;

        asactl_log_plot_shares(cases[i], 6, ends);
        for (size_t part = 0; part < 6; part++) {
            assert_true(ends[part] >= begin);
            assert_true(cases[i][part] == 0 ? ends[part] == begin
                                            : ends[part] - begin >= ASACTL_LOG_PLOT_SHARE_LEAST);
            begin = ends[part];
        }
        assert_int_equal(begin, ASACTL_LOG_PLOT_SHARES);
    }
    asactl_log_plot_shares(none, 6, ends);
    assert_int_equal(ends[5], 0);
}

#define HOUR apr_time_from_sec(3600)

static void ticks_stand_on_whole_hours_and_days(void **state)
{
    const apr_time_t begin = apr_time_from_sec(1794441600); /* 2026-11-12 00:00 */
    asactl_log_plot_tick_t ticks[ASACTL_LOG_PLOT_TICKS];
    size_t count;

    (void)state;
    count = asactl_log_plot_ticks(begin, begin + 24 * HOUR, ticks);
    assert_int_equal(count, 7);
    assert_string_equal(ticks[0].label, "03:00");
    assert_int_equal(ticks[0].place, 1250);
    count = asactl_log_plot_ticks(begin, begin + 14 * 24 * HOUR, ticks);
    assert_true(count >= 4 && count <= ASACTL_LOG_PLOT_TICKS);
    assert_string_equal(ticks[0].label, "13 Nov");
    count = asactl_log_plot_ticks(begin, begin + 20 * 365 * 24 * HOUR, ticks);
    assert_true(count > 2 && count <= ASACTL_LOG_PLOT_TICKS);
    assert_non_null(strstr(ticks[0].label, " 20"));
    for (apr_time_t span = HOUR / 60; span < 100000 * HOUR; span += span / 3) {
        count = asactl_log_plot_ticks(begin + HOUR / 7, begin + HOUR / 7 + span, ticks);
        for (size_t i = 0; i < count; i++) {
            assert_true(ticks[i].place < 10000 && (i == 0 || ticks[i].place > ticks[i - 1].place));
        }
    }
    assert_int_equal(asactl_log_plot_ticks(begin, begin, ticks), 0);
    assert_int_equal(asactl_log_plot_ticks(0, 0, ticks), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bars_add_up, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(one_bar_fills_the_width, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(nothing_is_drawn_of_nothing, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(four_hundred_bars, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(counts_without_end, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(axes_are_round, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(marks_show_even_one, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(shares_fill_their_bar, open_pool, close_pool),
        cmocka_unit_test_setup_teardown(ticks_stand_on_whole_hours_and_days, open_pool, close_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
