/* SPDX-License-Identifier: Apache-2.0
 *
 * The geometry of the plots: from counts to paths of SVG and to places on an axis.
 *
 * A plot is a picture of ASACTL_LOG_PLOT_WIDTH by ASACTL_LOG_PLOT_HEIGHT units, whole numbers that
 * no locale can spell in another way; y grows downwards, as in SVG.  Whoever shows it stretches it.
 *
 * Pure, any thread; texts live in the pool given.
 */
#ifndef ASACTL_LOG_HTML_PLOT_H
#define ASACTL_LOG_HTML_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>
#include <apr_time.h>

enum {
    ASACTL_LOG_PLOT_WIDTH = 4000,
    ASACTL_LOG_PLOT_HEIGHT = 1000,
    ASACTL_LOG_PLOT_TICKS = 8,       /* the most on the axis of time */
    ASACTL_LOG_PLOT_LABEL = 24,      /* room for the label of one */
    ASACTL_LOG_PLOT_SHARES = 1000,   /* how wide a bar of shares is */
    ASACTL_LOG_PLOT_SHARE_LEAST = 12 /* how narrow a share of it may be */
};

/* Bars that stand side by side, each a pile of layers: value[bar * layers + layer]. */
typedef struct asactl_log_plot_t {
    size_t bars, layers;
    const unsigned long long *value;
} asactl_log_plot_t;

/* The axis of the counts: from 0 to top in steps, 1 to 5 of them. */
typedef struct asactl_log_plot_axis_t {
    unsigned long long top, step;
} asactl_log_plot_axis_t;

/* An axis on which the highest bar has room. */
asactl_log_plot_axis_t asactl_log_plot_axis(const asactl_log_plot_t *plot);

/* The path of one layer: a box for each bar that has something of it; "" if none has.  The layers
 * of a bar stand on each other without a gap. */
const char *asactl_log_plot_layer(apr_pool_t *pool, const asactl_log_plot_t *plot,
                                  const asactl_log_plot_axis_t *axis, size_t layer);

/* The path of marks as high as the picture: one for each bar with something of one of the layers
 * for which layer_counts is true.  However little that is, it can be seen. */
const char *asactl_log_plot_marks(apr_pool_t *pool, const asactl_log_plot_t *plot,
                                  const bool *layer_counts);

/* The path of lines at the steps of the axis. */
const char *asactl_log_plot_grid(apr_pool_t *pool, const asactl_log_plot_axis_t *axis);

/* Where bar begins; bar = bars is the end of the last one. */
unsigned asactl_log_plot_x(const asactl_log_plot_t *plot, size_t bar);

/* Where each part of a bar of shares ends.  A part that is not nothing is at least
 * ASACTL_LOG_PLOT_SHARE_LEAST wide, so that it can be seen.  All end at 0 if nothing is there;
 * at most 16 parts. */
void asactl_log_plot_shares(const unsigned long long *parts, size_t count, unsigned *ends);

typedef struct asactl_log_plot_tick_t {
    unsigned place; /* in 1/100 % of the width */
    char label[ASACTL_LOG_PLOT_LABEL];
} asactl_log_plot_tick_t;

/* Labels on the axis of time, at whole hours, days or weeks, not closer to its ends than a label
 * needs; gives how many. */
size_t asactl_log_plot_ticks(apr_time_t begin, apr_time_t end,
                             asactl_log_plot_tick_t ticks[ASACTL_LOG_PLOT_TICKS]);

#endif
