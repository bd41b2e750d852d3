/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Walking forward through a history. A day is judged at its end: its orders are known, later ones are not. The shop's scale
 * (and, where wanted, its chance model) is what the past says on the first judged day and every 28 days from then on. One
 * alarm a silence: the first judged day at whose end the detector's level lies under its cut and no order has come. As the
 * level falls while scale and client stay as they are, only the last day of each 28 that a silence crosses has to be looked
 * at to know whether the alarm falls among them, and halving finds the day: the work grows with silences, not with clients
 * times days. Pure; one thread. */
#ifndef REKINDLE_CORE_BACKTEST_WALK_H
#define REKINDLE_CORE_BACKTEST_WALK_H

#include "core/engagement.h"
#include "core/policy.h"
#include "core/replay.h"
#include "core/scale.h"

#define WALK_REFIT_DAYS 28
/* Days at the beginning that are only learnt from; of a short history a quarter. */
#define WALK_LEARN_DAYS 90
/* The chance model is fitted to at most so many clients, the first of the history. */
#define WALK_FIT_CLIENTS 5000

struct walk {
    const struct replay_history *history;
    int32_t from_day;     /* the first judged day; past to_day when there is none */
    struct scale *scales; /* [block_count]: in force from from_day + 28 k on */
    size_t block_count;
};
struct walk_options {
    double usual_gap_days; /* NaN: not stated */
    bool chance;           /* fit the chance model too, each time from the last */
};
/* The history is borrowed, the scales are in the arena. */
void walk_init(struct walk *walk, const struct replay_history *history, const struct walk_options *options,
               struct arena *arena);

/* A detector and where it cuts: `threshold` for the score; a DETECTOR_CHANCE cuts at its own detector.chance. */
struct walk_detector {
    struct detector detector;
    double threshold;
};
double walk_cut(const struct walk_detector *detector);
void walk_set_cut(struct walk_detector *detector, double cut);

/* A part of the history: the silences that begin in it. Nothing after `to` is seen: to a measure the history ends there. A
 * part that begins with the history has its first alarms on the first judged day. */
struct walk_range {
    int32_t from, to;
    int32_t final_days; /* how old a silence must be at `to` to count as final (core/backtest_measure.h); 0 = 180 */
};
/* The first day of the part that is judged. */
int32_t walk_judged_from(const struct walk *walk, const struct walk_range *range);

/* One silence: a visit and the days after it. */
struct walk_silence {
    size_t client, visit;   /* numbers in the history */
    int32_t day, next;      /* of the visit and of the one that ended the silence; INT32_MAX when none is seen */
    int32_t from, to;       /* its judged days; from > to when there are none */
    bool is_end;            /* past the last silence */
    struct engagement sums; /* visits, first_at, last_at, value_minor, valued after the visit */
};
/* Walks all silences of the part, client by client: start with begin, go on while !is_end. */
void walk_begin(const struct walk *walk, const struct walk_range *range, struct walk_silence *silence);
void walk_next(const struct walk *walk, const struct walk_range *range, struct walk_silence *silence);

/* The day of the alarm of each silence of the part into alarm[visit_count], REPLAY_DAY_NONE where there is none. */
void walk_alarms(const struct walk *walk, const struct walk_detector *detector, const struct walk_range *range,
                 int32_t *alarm);
/* The same for a fixed delay: the first judged day at least so many days after the visit. A fraction f of a day is a day
 * more for a share f of the silences, fixed by lot. */
void walk_fixed(const struct walk *walk, double days, const struct walk_range *range, int32_t *alarm);
/* How many silences have an alarm. */
int64_t walk_count(const struct walk *walk, const int32_t *alarm);

/* The detector's level at the end of a day of a silence, by the scale in force. */
double walk_level(const struct walk *walk, const struct detector *detector, const struct walk_silence *silence,
                  int32_t day);
/* The lowest level on its judged days; INFINITY without any. */
double walk_lowest(const struct walk *walk, const struct detector *detector, const struct walk_silence *silence);

#endif
