/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Detectors and delays set to a number of alarms in a part of the history, so that they can be compared at equal counts. A
 * silence is alarmed when its lowest level lies under the cut, so those levels say at which cut how many are, and nothing
 * has to be replayed for a cut. Pure. */
#ifndef REKINDLE_CORE_BACKTEST_MATCH_H
#define REKINDLE_CORE_BACKTEST_MATCH_H

#include "core/backtest_walk.h"

/* Sets the cut of the detector so that it has `alarms` in the part, or as near as can be: silences of equal level are
 * alarmed together, and those past the cap of DETECTOR_CHANCE at any cut. Returns how many it has. */
int64_t match_detector(const struct walk *walk, const struct walk_range *range, int64_t alarms,
                       struct walk_detector *detector);
/* The fixed delay in days with so many alarms: the shortest whole one, or when there is none, with a fraction (walk_fixed). */
double match_delay(const struct walk *walk, const struct walk_range *range, int64_t alarms);

#endif
