/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Small charts as inline SVG for the backtest's report: points and lines over two numeric axes, and bars. Colours come from
 * classes ("one", "two", "guide") of the page, so that it may be light or dark. */
#ifndef REKINDLE_MAIN_BACKTEST_CHART_H
#define REKINDLE_MAIN_BACKTEST_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct chart_series {
    const char *name;  /* in the legend */
    const char *class; /* "one", "two", "guide" */
    const double *x, *y;
    size_t count;   /* points with a NaN are left out */
    bool points;    /* dots on the line */
    bool is_marked; /* drawn large */
};
struct chart {
    const char *label; /* what it shows, for those who cannot see it */
    const char *x_name, *y_name;
    const struct chart_series *series;
    size_t count;
};
void chart_lines(const struct chart *chart, struct buf *out);
/* Bars of `values` with `names` under some of them. */
void chart_bars(const char *label, const double *values, const struct str *names, size_t count, struct buf *out);

/* The distance of ticks on an axis of this length: 1, 2 or 5 times a power of ten, giving 4 to 10 of them. */
double chart_step(double length);

#endif
