/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/backtest_match.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

static int by_level(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A cut between two neighbouring levels. */
static double between(double low, double high)
{
    if (isinf(low))
        return isinf(high) ? 0 : high;
    return isinf(high) ? low + 1e-9 + 0.01 * fabs(low) : low + (high - low) / 2;
}

int64_t match_detector(const struct walk *walk, const struct walk_range *range, int64_t alarms,
                       struct walk_detector *detector)
{
    double *levels = mem_new(walk->history->visit_count, sizeof *levels);
    struct walk_silence silence;
    size_t count = 0, best = 0;
    for (walk_begin(walk, range, &silence); !silence.is_end; walk_next(walk, range, &silence)) {
        levels[count] = walk_lowest(walk, &detector->detector, &silence);
        count += levels[count] < (double)INFINITY;
    }
    qsort(levels, count, sizeof *levels, by_level);
    int64_t off = INT64_MAX;
    for (size_t i = 0; i <= count; i++) { /* i alarms: the cut lies between levels i - 1 and i */
        double low = i > 0 ? levels[i - 1] : -(double)INFINITY, high = i < count ? levels[i] : (double)INFINITY;
        if (low < high && llabs((int64_t)i - alarms) < off) {
            off = llabs((int64_t)i - alarms);
            best = i;
            walk_set_cut(detector, between(low, high));
        }
    }
    mem_free(levels);
    return (int64_t)best;
}

/* What each whole delay from 0 on has: a silence is alarmed by all delays up to its last judged day. */
static void count_delays(const struct walk *walk, const struct walk_range *range, int64_t *counts, size_t delays)
{
    struct walk_silence silence;
    for (walk_begin(walk, range, &silence); !silence.is_end; walk_next(walk, range, &silence))
        if (silence.from <= silence.to)
            counts[silence.to - silence.day]++;
    for (size_t i = delays - 1; i-- > 0;)
        counts[i] += counts[i + 1];
}

/* The fraction of a day that brings the count of `low` days down to the wanted one. */
static double add_fraction(const struct walk *walk, const struct walk_range *range, int64_t alarms, double low)
{
    int32_t *alarm = mem_new(walk->history->visit_count, sizeof *alarm);
    double from = low, to = low + 1;
    while (to - from > 1e-4) {
        double middle = from + (to - from) / 2;
        walk_fixed(walk, middle, range, alarm);
        int64_t have = walk_count(walk, alarm);
        if (have == alarms)
            from = to = middle;
        else if (have > alarms)
            from = middle;
        else
            to = middle;
    }
    mem_free(alarm);
    return to;
}

double match_delay(const struct walk *walk, const struct walk_range *range, int64_t alarms)
{
    size_t delays = range->to < walk->history->from_day ? 2 : (size_t)(range->to - walk->history->from_day) + 2,
           days = 0;
    int64_t *counts = mem_new(delays, sizeof *counts);
    count_delays(walk, range, counts, delays);
    while (days + 1 < delays && counts[days] > alarms)
        days++; /* the shortest that has as many or fewer */
    bool is_whole = counts[days] == alarms || days == 0 || days + 1 >= delays;
    mem_free(counts);
    return is_whole ? (double)days : add_fraction(walk, range, alarms, (double)days - 1);
}
