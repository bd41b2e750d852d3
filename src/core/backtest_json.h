/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A backtest as JSON: numbers unrounded, null where nothing can be said, days as YYYY-MM-DD, money in major units. Pure. */
#ifndef REKINDLE_CORE_BACKTEST_JSON_H
#define REKINDLE_CORE_BACKTEST_JSON_H

#include "base/json.h"
#include "core/backtest.h"

/* {"kind","half_life_days","rhythm_power","fade_gaps","chance"}: the policy's `detector`. */
void detector_to_json(const struct detector *detector, struct json_out *out);
/* The members of a measure into an object that has begun. */
void measure_to_json(const struct backtest_measure *measure, struct json_out *out);
/* A pair of a day, null for REPLAY_DAY_NONE. */
void day_to_json(const char *name, int32_t day, struct json_out *out);
/* The members of a report into an object that has begun. */
void report_to_json(const struct backtest_report *report, struct str currency, struct json_out *out);

#endif
