/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Detectors and delays set to a number of alarms, so that they can be compared at equal counts. Pure. */
#ifndef REKINDLE_CORE_BACKTEST_MATCH_H
#define REKINDLE_CORE_BACKTEST_MATCH_H

#include "core/backtest_walk.h"

/* How many alarms a range shall have, and with them all silences by its end. */
struct match_target {
    int64_t in_range, total;
};
/* What an alarm list has. */
struct match_target match_count(const struct walk *walk, const int32_t *alarm, const struct walk_range *range);

/* Sets the cut of the detector so that its alarms in the range number target->in_range, or as near as can be. The lowest
 * level of each silence, before the range and to its end, tells at which cuts it is alarmed in it, so nothing is replayed
 * for a cut. Among equally near cuts that one whose alarms by the range's end are nearest to target->total. Returns the
 * alarms in the range. */
int64_t match_detector(const struct walk *walk, const struct walk_range *range, const struct match_target *target,
                       struct walk_detector *detector);
/* The fixed delay, days with a fraction, that has target->in_range alarms in the range. */
double match_delay(const struct walk *walk, const struct walk_range *range, const struct match_target *target);

#endif
