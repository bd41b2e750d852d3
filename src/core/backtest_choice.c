/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/backtest_choice.h"

#include <math.h>

#define HALF_EXCESS_MAX 1.0
#define EARLY 0.9
#define STRONG 2.0 /* standard errors by which another must be better */

static bool keeps_wasted(const struct choice_row *row, const struct backtest_measure *fixed, double errors)
{
    return !(row->first.wasted > fixed->wasted + errors * row->fixed_se);
}

static bool keeps_finals(const struct choice_row *row, const struct backtest_measure *fixed, double errors)
{
    double slack = errors * row->first.final_silences_alarmed_se + 1e-12;
    return !(row->first.final_silences_alarmed < fixed->final_silences_alarmed - slack);
}

bool choice_keeps(const struct choice_row *row, const struct backtest_measure *fixed)
{
    return row->is_reached && keeps_wasted(row, fixed, 1) && keeps_finals(row, fixed, 1) &&
           !(row->first.median_silence_days >= fixed->median_silence_days);
}

bool choice_is_early(const struct backtest_measure *plain, const struct backtest_measure *fixed)
{
    double slack = 2 * plain->final_silences_alarmed_se + 1e-12;
    return !(plain->median_silence_days > EARLY * fixed->median_silence_days) &&
           !(plain->repeat_median_days > fixed->repeat_median_days) &&
           !(plain->final_silences_alarmed < fixed->final_silences_alarmed - slack);
}

static bool breaks_surely(const struct choice_row *row, const struct backtest_measure *fixed)
{
    return !row->is_reached || !keeps_wasted(row, fixed, 2) || !keeps_finals(row, fixed, 2) ||
           row->first.median_silence_days > fixed->median_silence_days;
}

/* By how many standard errors `row` wastes less than the one that stands. */
static double lead(const struct choice_row *row, const struct choice_row *stands)
{
    double se = stands->is_plain ? row->plain_se : row->default_se;
    return (stands->first.wasted - row->first.wasted) / se;
}

static bool is_strong(const struct choice_row *row, const struct choice_row *stands,
                      const struct backtest_measure *fixed)
{
    return choice_keeps(row, fixed) && lead(row, stands) > STRONG && row->half_excess[0] <= HALF_EXCESS_MAX &&
           row->half_excess[1] <= HALF_EXCESS_MAX &&
           !(row->first.median_silence_days > stands->first.median_silence_days);
}

size_t choice_pick(const struct choice_row *rows, size_t count, const struct backtest_measure *fixed)
{
    size_t normal = 0, plain = 0;
    for (size_t i = 0; i < count; i++) {
        normal = rows[i].is_default ? i : normal;
        plain = rows[i].is_plain ? i : plain;
    }
    size_t stands = breaks_surely(&rows[plain], fixed) ? normal : plain, best = stands;
    for (size_t i = 0; i < count; i++)
        if (is_strong(&rows[i], &rows[stands], fixed) &&
            (best == stands || lead(&rows[i], &rows[stands]) > lead(&rows[best], &rows[stands])))
            best = i;
    return best;
}
