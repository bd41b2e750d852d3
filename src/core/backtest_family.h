/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The detectors a shop chooses among. All keep O(1) state a client and have a due moment that can be computed: the score with
 * half-life base in {30, 60, 90, 180, 360} days, own-rhythm power in {0, 0.1, 0.25, 0.5} and fade in {4, 6, 9} gaps; plain
 * RFM with the same bases; and the chance of an order within 30 days with its guard and cap. Pure. */
#ifndef REKINDLE_CORE_BACKTEST_FAMILY_H
#define REKINDLE_CORE_BACKTEST_FAMILY_H

#include <stddef.h>

#include "core/policy.h"

#define FAMILY_SIZE 66
#define FAMILY_THRESHOLD 50.0

/* Detector number 0 .. FAMILY_SIZE - 1. */
struct detector family_detector(size_t number);
/* What a shop begins with: base 90, power 0.25, fade 6. The base of 90 was found on shops whose mean gap is 30 to 60 days and
 * does well around there, so it stays while the gap lies within a factor of two of their middle, from 22.5 to 90 days;
 * beyond that the base is the one nearest in ratio to twice the gap (a weekly grocer 30, a furniture shop with 400 days
 * 360). `gap_days` is the shop's mean gap or the one it states, NaN = not known. */
struct detector family_default(double gap_days);
/* The same constants, whatever they cut at. */
bool family_equal(const struct detector *a, const struct detector *b);

#endif
