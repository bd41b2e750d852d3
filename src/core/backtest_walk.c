/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/backtest_walk.h"

#include <math.h>

#include "base/time_text.h"
#include "core/chance.h"
#include "core/score.h"

#define CHANCE_HORIZON_DAYS 30.0 /* what DETECTOR_CHANCE looks at */

double walk_cut(const struct walk_detector *detector)
{
    return detector->detector.kind == DETECTOR_CHANCE ? detector->detector.chance : detector->threshold;
}

void walk_set_cut(struct walk_detector *detector, double cut)
{
    if (detector->detector.kind == DETECTOR_CHANCE)
        detector->detector.chance = cut;
    else
        detector->threshold = cut;
}

static int32_t most(int32_t a, int32_t b) { return a > b ? a : b; }
static int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }

int32_t walk_judged_from(const struct walk *walk, const struct walk_range *range)
{
    return most(walk->from_day, range->from);
}

/* --- silences ------------------------------------------------------------------------------------------------------ */
/* Takes in the visit silence->visit of silence->client and looks who comes next. */
static void enter(const struct walk *walk, const struct walk_range *range, struct walk_silence *silence)
{
    const struct replay_history *history = walk->history;
    struct engagement *sums = &silence->sums;
    size_t visit = silence->visit, end = history->first[silence->client + 1];
    silence->day = history->day[visit];
    silence->next = visit + 1 < end && history->day[visit + 1] <= range->to ? history->day[visit + 1] : INT32_MAX;
    silence->from = most(walk_judged_from(walk, range), silence->day);
    silence->to = least(range->to, silence->next == INT32_MAX ? INT32_MAX : silence->next - 1);
    sums->last_at = silence->day * TIME_DAY_MS;
    if (sums->visits == 0)
        sums->first_at = sums->last_at;
    sums->visits++;
    if (history->value_minor[visit] != I64_NONE) {
        sums->value_minor += history->value_minor[visit];
        sums->valued++;
    }
}

/* The next client whose first visit lies by range->to. */
static void enter_client(const struct walk *walk, const struct walk_range *range, struct walk_silence *silence,
                         size_t client)
{
    const struct replay_history *history = walk->history;
    while (client < history->client_count && history->day[history->first[client]] > range->to)
        client++;
    *silence = (struct walk_silence){.client = client, .is_end = client >= history->client_count};
    if (silence->is_end)
        return;
    silence->visit = history->first[client];
    enter(walk, range, silence);
}

static void step(const struct walk *walk, const struct walk_range *range, struct walk_silence *silence)
{
    if (silence->next == INT32_MAX) {
        enter_client(walk, range, silence, silence->client + 1);
        return;
    }
    silence->visit++;
    enter(walk, range, silence);
}

/* Silences that begin before the part are only gone through for their sums. */
static void skip_earlier(const struct walk *walk, const struct walk_range *range, struct walk_silence *silence)
{
    while (!silence->is_end && silence->day < range->from)
        step(walk, range, silence);
}

void walk_begin(const struct walk *walk, const struct walk_range *range, struct walk_silence *silence)
{
    enter_client(walk, range, silence, 0);
    skip_earlier(walk, range, silence);
}

void walk_next(const struct walk *walk, const struct walk_range *range, struct walk_silence *silence)
{
    step(walk, range, silence);
    skip_earlier(walk, range, silence);
}

/* --- a detector's level -------------------------------------------------------------------------------------------- */
static double chance_level(const struct scale *scale, const struct engagement *sums, int64_t at_ms)
{
    struct chance_model model = scale_chance_model(scale);
    struct chance_client client = score_chance_client(sums, at_ms);
    double least_days = scale->gap_days / 2;
    double most_days = isnan(scale->return_days) ? (double)INFINITY : fmax(scale->return_days, least_days);
    if (client.silence < least_days)
        return (double)INFINITY;
    if (client.silence >= most_days)
        return -(double)INFINITY;
    return chance_order_within(&model, &client, CHANCE_HORIZON_DAYS);
}

static double level(const struct scale *scale, const struct detector *detector, const struct engagement *sums,
                    int32_t day)
{
    struct score score;
    int64_t at_ms = day * TIME_DAY_MS;
    if (detector->kind == DETECTOR_CHANCE)
        return chance_level(scale, sums, at_ms);
    score_at(sums, scale, detector, at_ms, &score);
    return score.total;
}

static size_t block_of(const struct walk *walk, int32_t day)
{
    return (size_t)(day - walk->from_day) / WALK_REFIT_DAYS;
}

double walk_level(const struct walk *walk, const struct detector *detector, const struct walk_silence *silence,
                  int32_t day)
{
    return level(&walk->scales[block_of(walk, day)], detector, &silence->sums, day);
}

static int32_t block_end(const struct walk *walk, size_t block)
{
    return walk->from_day + (int32_t)(block + 1) * WALK_REFIT_DAYS - 1;
}

/* --- alarms -------------------------------------------------------------------------------------------------------- */
/* The first day in [low, high] of one block under the cut, given that `high` is. */
static int32_t halve(const struct scale *scale, const struct walk_detector *detector, const struct engagement *sums,
                     int32_t low, int32_t high)
{
    double cut = walk_cut(detector);
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (level(scale, &detector->detector, sums, middle) < cut)
            high = middle;
        else
            low = middle + 1;
    }
    return high;
}

static int32_t alarm_of(const struct walk *walk, const struct walk_detector *detector,
                        const struct walk_silence *silence)
{
    double cut = walk_cut(detector);
    int32_t low = silence->from;
    while (low <= silence->to) {
        size_t block = block_of(walk, low);
        int32_t high = least(block_end(walk, block), silence->to);
        const struct scale *scale = &walk->scales[block];
        if (level(scale, &detector->detector, &silence->sums, high) < cut)
            return halve(scale, detector, &silence->sums, low, high);
        low = high + 1;
    }
    return REPLAY_DAY_NONE;
}

double walk_lowest(const struct walk *walk, const struct detector *detector, const struct walk_silence *silence)
{
    double lowest = (double)INFINITY;
    int32_t low = silence->from;
    while (low <= silence->to) {
        int32_t high = least(block_end(walk, block_of(walk, low)), silence->to);
        lowest = fmin(lowest, walk_level(walk, detector, silence, high));
        low = high + 1;
    }
    return lowest;
}

static void clear_alarms(const struct walk *walk, int32_t *alarm)
{
    for (size_t i = 0; i < walk->history->visit_count; i++)
        alarm[i] = REPLAY_DAY_NONE;
}

void walk_alarms(const struct walk *walk, const struct walk_detector *detector, const struct walk_range *range,
                 int32_t *alarm)
{
    struct walk_silence silence;
    clear_alarms(walk, alarm);
    for (walk_begin(walk, range, &silence); !silence.is_end; walk_next(walk, range, &silence))
        alarm[silence.visit] = alarm_of(walk, detector, &silence);
}

/* A lot in [0, 1) for each visit: the fraction of its number times the golden ratio, spread evenly over any run of them. */
static double lot(size_t visit)
{
    double turns = (double)visit * 0.6180339887498949;
    return turns - floor(turns);
}

void walk_fixed(const struct walk *walk, double days, const struct walk_range *range, int32_t *alarm)
{
    struct walk_silence silence;
    double whole = floor(days), rest = days - whole;
    clear_alarms(walk, alarm);
    for (walk_begin(walk, range, &silence); !silence.is_end; walk_next(walk, range, &silence)) {
        int32_t delay = (int32_t)whole + (lot(silence.visit) < rest ? 1 : 0);
        int32_t day = most(silence.from, silence.day + delay);
        if (day <= silence.to)
            alarm[silence.visit] = day;
    }
}

int64_t walk_count(const struct walk *walk, const int32_t *alarm)
{
    int64_t count = 0;
    for (size_t i = 0; i < walk->history->visit_count; i++)
        count += alarm[i] != REPLAY_DAY_NONE;
    return count;
}
