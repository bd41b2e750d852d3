/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a detector would have done on a history, replayed without looking ahead (core/backtest_walk.h), and how good that was
 * (core/backtest_measure.h, where each word is defined): the whole history, or with `train_until` only what comes after it.
 * Beside it fixed delays of 60, 90 and 120 days at their own rates, and the one that has as many alarms. One look ahead there
 * is: without a detector given, the default's base follows the mean gap of the part learnt from, or of the first half of the
 * history. Pure; one thread. */
#ifndef REKINDLE_CORE_BACKTEST_H
#define REKINDLE_CORE_BACKTEST_H

#include "core/backtest_chance.h"
#include "core/backtest_measure.h"
#include "core/fit.h"

#define BACKTEST_FIXED 4
#define BACKTEST_MONTHS_MAX 600
#define BACKTEST_FRONTIER 11 /* cuts on each side of the chart */
/* The chart's other cuts are measured on at most so many clients, the first of the history. */
#define BACKTEST_FRONTIER_CLIENTS 20000
/* The reported parameters are fitted to at most so many clients, the first of the history. */
#define BACKTEST_FIT_CLIENTS 100000

struct backtest_options {
    int32_t train_until; /* last day of the part that is only learnt from; REPLAY_DAY_NONE: all is reported */
    double
        same_rate_days; /* the cut is set so that the reported part has as many alarms as under this fixed delay; NaN:
                              the cut stays */
    double usual_gap_days;                /* the shop's usual gap as it states it; NaN */
    const struct walk_detector *detector; /* NULL: the default at threshold 50 */
    bool frontier;                        /* measure other cuts and delays too, on a sample, for a chart */
};

struct backtest_fixed {
    double days;
    bool same_rate; /* has as many alarms as the detector, or as near as can be */
    struct backtest_measure measure;
};
/* The shop in numbers at the end of the part learnt from, or of the history: plain maximum likelihood. */
struct backtest_params {
    double gap_days, value_minor;
    size_t fit_clients;
    bool has_fit; /* false: no client came back, nothing can be fitted */
    struct fit_result mbg_days, bgnbd_weeks;
};
struct backtest_point {
    double cut; /* threshold, chance or days */
    struct backtest_measure measure;
};
struct backtest_report {
    size_t clients, orders;
    int32_t from, to;    /* of the reported part */
    int32_t judged_from; /* its first judged day; the days before are learnt from */
    int32_t trained_to;  /* the last day before the part; REPLAY_DAY_NONE when all is reported */
    struct walk_detector detector;
    struct backtest_measure measure;
    struct backtest_fixed fixed[BACKTEST_FIXED]; /* 60, 90, 120 and the one of the same rate */
    double wasted_difference_se;                 /* of measure.wasted minus that of fixed[3] */
    struct chance_test chance;
    struct backtest_params params;
    int64_t months[BACKTEST_MONTHS_MAX]; /* alarms of each 30.4 days from judged_from on */
    size_t month_count;
    struct backtest_point frontier[BACKTEST_FRONTIER], frontier_fixed[BACKTEST_FRONTIER];
    size_t frontier_count;
};
void backtest_run(const struct replay_history *history, const struct backtest_options *options, struct arena *arena,
                  struct backtest_report *out);

/* The last day of the first part of a history: `train_until`, or half of it. */
int32_t backtest_split(const struct replay_history *history, int32_t train_until);
/* G and mu of the visits up to a day. */
void backtest_scale(const struct replay_history *history, int32_t day, double usual_gap_days, struct scale *out);
/* The detector a shop begins with, for the scale of its first part or the gap it states. */
struct walk_detector backtest_default(const struct replay_history *history, int32_t split, double usual_gap_days);

#endif
