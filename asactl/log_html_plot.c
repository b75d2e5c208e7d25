/* SPDX-License-Identifier: Apache-2.0
 *
 * Computes the geometry of the plots of the HTML report.
 */
#include "asactl/log_html_plot.h"

#include <limits.h>
#include <string.h>

#include <apr_strings.h>

#define PLACES     10000 /* 1/100 % */
#define END_MARGIN 300   /* half of a label */
#define BOX_MAX    64    /* "M4000 1000V1000H4000V1000Z" and its end */

static unsigned long long add(unsigned long long a, unsigned long long b)
{
    return a > ULLONG_MAX - b ? ULLONG_MAX : a + b;
}

/* What a bar has below the layer. */
static unsigned long long below(const asactl_log_plot_t *plot, size_t bar, size_t layer)
{
    unsigned long long sum = 0;

    for (size_t i = 0; i < layer; i++) {
        sum = add(sum, plot->value[bar * plot->layers + i]);
    }
    return sum;
}

/* 1, 2 or 5 times a power of ten, and at least a fifth of the highest. */
static unsigned long long round_step(unsigned long long highest)
{
    static const unsigned factor[] = {2, 5, 10};
    unsigned long long least = highest / 5 + (highest % 5 != 0), power = 1;

    for (;;) {
        if (power >= least) {
            return power;
        }
        for (size_t i = 0; i < sizeof factor / sizeof *factor; i++) {
            if (power > ULLONG_MAX / factor[i]) {
                return least;
            }
            if (factor[i] < 10 && power * factor[i] >= least) {
                return power * factor[i];
            }
        }
        power *= 10;
    }
}

asactl_log_plot_axis_t asactl_log_plot_axis(const asactl_log_plot_t *plot)
{
    asactl_log_plot_axis_t axis;
    unsigned long long highest = 1, steps;

    for (size_t bar = 0; bar < plot->bars; bar++) {
        unsigned long long height = below(plot, bar, plot->layers);

        highest = height > highest ? height : highest;
    }
    axis.step = round_step(highest);
    steps = highest / axis.step + (highest % axis.step != 0);
    axis.top = steps > ULLONG_MAX / axis.step ? ULLONG_MAX : steps * axis.step;
    return axis;
}

/* part of whole, in units of 0 to most. */
static unsigned scale(unsigned long long part, long double whole, unsigned most)
{
    long double units;

    if (whole <= 0) {
        return 0;
    }
    units = (long double)part / whole * most + 0.5L;
    return units < most ? (unsigned)units : most;
}

unsigned asactl_log_plot_x(const asactl_log_plot_t *plot, size_t bar)
{
    return scale(bar, plot->bars, ASACTL_LOG_PLOT_WIDTH);
}

/* Paths are written into one piece of memory: a bar needs BOX_MAX bytes at most. */
static char *put_box(char *at, unsigned left, unsigned right, unsigned top, unsigned bottom)
{
    return at + apr_snprintf(at, BOX_MAX, "M%u %uV%uH%uV%uZ", left, bottom, top, right, bottom);
}

const char *asactl_log_plot_layer(apr_pool_t *pool, const asactl_log_plot_t *plot,
                                  const asactl_log_plot_axis_t *axis, size_t layer)
{
    char *path = apr_palloc(pool, plot->bars * BOX_MAX + 1), *at = path;

    *at = '\0';
    for (size_t bar = 0; bar < plot->bars; bar++) {
        unsigned low = scale(below(plot, bar, layer), axis->top, ASACTL_LOG_PLOT_HEIGHT);
        unsigned high = scale(below(plot, bar, layer + 1), axis->top, ASACTL_LOG_PLOT_HEIGHT);

        if (high > low) {
            at = put_box(at, asactl_log_plot_x(plot, bar), asactl_log_plot_x(plot, bar + 1),
                         ASACTL_LOG_PLOT_HEIGHT - high, ASACTL_LOG_PLOT_HEIGHT - low);
        }
    }
    return path;
}

const char *asactl_log_plot_marks(apr_pool_t *pool, const asactl_log_plot_t *plot,
                                  const bool *layer_counts)
{
    char *path = apr_palloc(pool, plot->bars * BOX_MAX + 1), *at = path;

    *at = '\0';
    for (size_t bar = 0; bar < plot->bars; bar++) {
        bool some = false;

        for (size_t layer = 0; layer < plot->layers; layer++) {
            some = some || (layer_counts[layer] && plot->value[bar * plot->layers + layer] > 0);
        }
        if (some) {
            at = put_box(at, asactl_log_plot_x(plot, bar), asactl_log_plot_x(plot, bar + 1), 0,
                         ASACTL_LOG_PLOT_HEIGHT);
        }
    }
    return path;
}

const char *asactl_log_plot_grid(apr_pool_t *pool, const asactl_log_plot_axis_t *axis)
{
    const char *path = "";

    for (unsigned long long at = 0;; at += axis->step) {
        path = apr_psprintf(pool, "%sM0 %uH%d", path,
                            ASACTL_LOG_PLOT_HEIGHT - scale(at, axis->top, ASACTL_LOG_PLOT_HEIGHT),
                            (int)ASACTL_LOG_PLOT_WIDTH);
        if (at >= axis->top || axis->top - at < axis->step) {
            return path;
        }
    }
}

/* --- shares --- */

void asactl_log_plot_shares(const unsigned long long *parts, size_t count, unsigned *ends)
{
    long double sum = 0; /* beyond what a count can be */
    unsigned width[16] = {0}, used = 0, end = 0;
    size_t widest = 0;

    for (size_t i = 0; i < count; i++) {
        sum += (long double)parts[i];
    }
    for (size_t i = 0; i < count; i++) {
        width[i] = scale(parts[i], sum, ASACTL_LOG_PLOT_SHARES);
        if (parts[i] > 0 && width[i] < ASACTL_LOG_PLOT_SHARE_LEAST) {
            width[i] = ASACTL_LOG_PLOT_SHARE_LEAST;
        }
        used += width[i];
        widest = width[i] > width[widest] ? i : widest;
    }
    if (sum > 0) { /* the widest one gives what the others were widened by */
        width[widest] += ASACTL_LOG_PLOT_SHARES - used;
    }
    for (size_t i = 0; i < count; i++) {
        end += width[i];
        ends[i] = end;
    }
}

/* --- the axis of time --- */

#define MINUTE apr_time_from_sec(60)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static apr_time_t tick_step(apr_time_t span)
{
    static const apr_time_t steps[] = {
        MINUTE,   2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR,
        2 * HOUR, 3 * HOUR,   6 * HOUR,   12 * HOUR,   DAY,         2 * DAY,     7 * DAY,
        14 * DAY, 28 * DAY,   56 * DAY,   112 * DAY,   364 * DAY};
    const size_t last = sizeof steps / sizeof *steps - 1;
    apr_time_t step;

    for (size_t i = 0; i < last; i++) {
        if (span / steps[i] <= ASACTL_LOG_PLOT_TICKS) {
            return steps[i];
        }
    }
    step = steps[last];
    return span / step < ASACTL_LOG_PLOT_TICKS ? step
                                               : (span / step / ASACTL_LOG_PLOT_TICKS + 1) * step;
}

/* "14 Nov", within a day "06:00", over years "Nov 2026". */
static void put_label(apr_time_t when, apr_time_t step, char *label)
{
    apr_time_exp_t utc = {0};
    const char *month;

    apr_time_exp_gmt(&utc, when);
    month = apr_month_snames[utc.tm_mon];
    if (step < DAY && (utc.tm_hour != 0 || utc.tm_min != 0)) {
        apr_snprintf(label, ASACTL_LOG_PLOT_LABEL, "%02d:%02d", utc.tm_hour, utc.tm_min);
    } else if (step > 28 * DAY) {
        apr_snprintf(label, ASACTL_LOG_PLOT_LABEL, "%s %d", month, 1900 + utc.tm_year);
    } else {
        apr_snprintf(label, ASACTL_LOG_PLOT_LABEL, "%d %s", utc.tm_mday, month);
    }
}

size_t asactl_log_plot_ticks(apr_time_t begin, apr_time_t end,
                             asactl_log_plot_tick_t ticks[ASACTL_LOG_PLOT_TICKS])
{
    apr_time_t span = end - begin, step, when;
    size_t count = 0;

    if (begin < 0 || span <= 0) {
        return 0;
    }
    step = tick_step(span);
    for (when = (begin + step - 1) / step * step; when <= end && count < ASACTL_LOG_PLOT_TICKS;
         when += step) {
        unsigned place =
            scale((unsigned long long)(when - begin), (unsigned long long)span, PLACES);

        if (place >= END_MARGIN && place <= PLACES - END_MARGIN) {
            ticks[count].place = place;
            put_label(when, step, ticks[count].label);
            count++;
        }
    }
    return count;
}
