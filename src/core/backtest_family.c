/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/backtest_family.h"

#include <math.h>

#define USUAL_GAP_DAYS 45.0 /* the middle of 30 to 60 */
#define USUAL_REACH 2.0

static const double BASES[] = {30, 60, 90, 180, 360}, POWERS[] = {0, 0.1, 0.25, 0.5}, FADES[] = {4, 6, 9};
enum {
    BASE_COUNT = sizeof BASES / sizeof *BASES,
    POWER_COUNT = sizeof POWERS / sizeof *POWERS,
    FADE_COUNT = sizeof FADES / sizeof *FADES,
    SCORE_COUNT = BASE_COUNT * POWER_COUNT * FADE_COUNT
};

static struct detector with_base(enum detector_kind kind, double base)
{
    return (struct detector){.kind = (int)kind,
                             .base_days = base,
                             .rhythm_power = 0.25,
                             .fade_gaps = 6,
                             .chance = 0.05,
                             .frequency_days = base / 3};
}

struct detector family_detector(size_t number)
{
    if (number >= SCORE_COUNT + BASE_COUNT)
        return with_base(DETECTOR_CHANCE, 90);
    if (number >= SCORE_COUNT)
        return with_base(DETECTOR_RFM, BASES[number - SCORE_COUNT]);
    struct detector detector = with_base(DETECTOR_SCORE, BASES[number / (POWER_COUNT * FADE_COUNT)]);
    detector.rhythm_power = POWERS[number / FADE_COUNT % POWER_COUNT];
    detector.fade_gaps = FADES[number % FADE_COUNT];
    return detector;
}

struct detector family_default(double gap_days)
{
    double base = 90, best = (double)INFINITY;
    bool usual = isnan(gap_days) || fabs(log(gap_days / USUAL_GAP_DAYS)) <= log(USUAL_REACH);
    for (size_t i = 0; i < BASE_COUNT && !usual; i++) {
        double off = fabs(log(BASES[i] / (2 * gap_days)));
        if (off < best)
            base = BASES[i];
        best = fmin(best, off);
    }
    return with_base(DETECTOR_SCORE, base);
}

bool family_equal(const struct detector *a, const struct detector *b)
{
    return a->kind == b->kind && (a->kind == DETECTOR_CHANCE || a->base_days == b->base_days) &&
           (a->kind != DETECTOR_SCORE || (a->rhythm_power == b->rhythm_power && a->fade_gaps == b->fade_gaps));
}
