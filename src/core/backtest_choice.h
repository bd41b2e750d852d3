/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which detector to take, from what a family did on the first part of a history at one number of alarms. Choosing the best
 * of many on one noisy history mostly chooses noise, so there are few effective choices:
 *   1. The plain form (the default's base, own-rhythm power 0) starts ahead of the default: a rhythm of one's own must earn
 *      its place. Its fade is the longest of 9, 6 and 4 gaps, the least own rhythm, under which the median silence is at
 *      most 0.9 of the fixed delay's and that of clients with two visits or more no longer than the fixed delay's.
 *   2. The default stands instead where the plain form breaks the promise beyond doubt: wasted beyond two standard errors
 *      above the fixed delay, or a longer median silence, or fewer final silences alarmed beyond two.
 *   3. Any other member, the default too, must waste less than the one that stands by more than two standard errors of the
 *      paired difference, with no longer a median silence, and keep the promise on the whole and its wasted share in both
 *      halves of clients; of several the one ahead by the most standard errors.
 * The promise, against the fixed delay with as many alarms: wasted share and final silences alarmed not worse beyond one
 * standard error, a shorter median silence. In 260 replays (simulated shops of 22 natures, with and without values, and
 * splits, halves and value-less copies of the CDNOW sample, at four rates) it then held on the untouched later part in 87 of
 * 100; of the default in 82, of the lowest wasted share among those that keep it on the first part in 84. On the value-less
 * copies, which are the hardest, in 80, 45 and 75. Pure. */
#ifndef REKINDLE_CORE_BACKTEST_CHOICE_H
#define REKINDLE_CORE_BACKTEST_CHOICE_H

#include "core/backtest_measure.h"

struct choice_row {
    struct walk_detector detector; /* its cut set to the common number of alarms */
    bool is_reached;               /* it has that number, and a policy can hold its cut */
    bool is_default, is_plain;
    struct backtest_measure first;
    double fixed_se;       /* standard errors of the difference of wasted shares: to the fixed delay, */
    double default_se;     /* to the default, */
    double plain_se;       /* to the plain form */
    double half_excess[2]; /* wasted share above the fixed delay's among each half of clients, in standard errors */
};

/* Keeps the promise on the first part. What cannot be said (NaN) breaks nothing. */
bool choice_keeps(const struct choice_row *row, const struct backtest_measure *fixed);
/* Whether a plain form is early enough for its fade (1). */
bool choice_is_early(const struct backtest_measure *plain, const struct backtest_measure *fixed);
/* The number of the row to take; one of them is the default, one the plain form (they may be the same). */
size_t choice_pick(const struct choice_row *rows, size_t count, const struct backtest_measure *fixed);

#endif
