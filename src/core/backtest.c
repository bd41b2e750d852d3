/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/backtest.h"

#include <math.h>

#include "base/mem.h"
#include "base/time_text.h"
#include "core/backtest_family.h"
#include "core/backtest_match.h"

#define DAYS_A_WEEK 7.0

static const double FIXED_DAYS[] = {60, 90, 120};
static const double FRONTIER_THRESHOLDS[BACKTEST_FRONTIER] = {75, 70, 65, 60, 55, 50, 45, 40, 35, 30, 25};
static const double FRONTIER_CHANCES[BACKTEST_FRONTIER] = {0.4,  0.3,  0.25, 0.2,  0.15, 0.1,
                                                           0.07, 0.05, 0.03, 0.02, 0.01};

int32_t backtest_split(const struct replay_history *history, int32_t train_until)
{
    if (train_until != REPLAY_DAY_NONE)
        return train_until;
    return history->from_day + (history->to_day - history->from_day) / 2;
}

void backtest_scale(const struct replay_history *history, int32_t day, double usual_gap_days, struct scale *out)
{
    struct scale_sums sums = {0, 0, 0, 0};
    for (size_t c = 0; c < history->client_count; c++)
        for (size_t v = history->first[c]; v < history->first[c + 1] && history->day[v] <= day; v++) {
            if (v > history->first[c]) {
                sums.gap_ms += (history->day[v] - history->day[v - 1]) * TIME_DAY_MS;
                sums.gaps++;
            }
            if (history->value_minor[v] != I64_NONE) {
                sums.value_minor += history->value_minor[v];
                sums.valued++;
            }
        }
    scale_compute(&sums, usual_gap_days, out);
}

struct walk_detector backtest_default(const struct replay_history *history, int32_t split, double usual_gap_days)
{
    struct scale scale;
    double gap = usual_gap_days;
    backtest_scale(history, split, (double)NAN, &scale);
    if (isnan(gap) && history->visit_count > 0)
        gap = scale.gap_days;
    return (struct walk_detector){family_default(gap), FAMILY_THRESHOLD};
}

/* --- parameters ---------------------------------------------------------------------------------------------------- */
static void in_weeks(struct chance_client *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rows[i].span /= DAYS_A_WEEK;
        rows[i].silence /= DAYS_A_WEEK;
    }
}

static void set_params(const struct replay_history *history, int32_t day, double usual_gap_days,
                       struct backtest_params *out)
{
    struct scale scale;
    struct chance_client *rows = mem_new(history->client_count, sizeof *rows);
    size_t count = chance_rows(history, day, BACKTEST_FIT_CLIENTS, rows);
    const struct fit_options mbg = {.model = FIT_MBG}, bgnbd = {.model = FIT_BGNBD};
    backtest_scale(history, day, usual_gap_days, &scale);
    *out = (struct backtest_params){scale.gap_days, scale.value_minor, .fit_clients = count};
    out->has_fit = fit_chance(rows, count, &mbg, &out->mbg_days) != RC_INVALID;
    in_weeks(rows, count);
    out->has_fit = fit_chance(rows, count, &bgnbd, &out->bgnbd_weeks) != RC_INVALID && out->has_fit;
    mem_free(rows);
}

/* --- alarms -------------------------------------------------------------------------------------------------------- */
struct run {
    struct walk walk;
    struct walk_range range;
    const struct backtest_options *options;
    int32_t *alarm, *other; /* of the detector; of a fixed delay */
    struct backtest_report *out;
};

static void set_detector(struct run *run)
{
    struct backtest_report *out = run->out;
    if (!isnan(run->options->same_rate_days)) {
        walk_fixed(&run->walk, run->options->same_rate_days, &run->range, run->other);
        match_detector(&run->walk, &run->range, walk_count(&run->walk, run->other), &out->detector);
    }
    walk_alarms(&run->walk, &out->detector, &run->range, run->alarm);
    measure_alarms(&run->walk, run->alarm, &run->range, &out->measure);
    out->month_count = measure_months(&run->walk, run->alarm, &run->range, out->months, BACKTEST_MONTHS_MAX);
}

static void set_fixed(struct run *run)
{
    struct backtest_report *out = run->out;
    for (size_t i = 0; i < BACKTEST_FIXED; i++) {
        struct backtest_fixed *fixed = &out->fixed[i];
        fixed->same_rate = i == BACKTEST_FIXED - 1;
        if (!fixed->same_rate)
            fixed->days = FIXED_DAYS[i];
        else if (!isnan(run->options->same_rate_days))
            fixed->days = run->options->same_rate_days;
        else
            fixed->days = match_delay(&run->walk, &run->range, out->measure.alarms);
        walk_fixed(&run->walk, fixed->days, &run->range, run->other);
        measure_alarms(&run->walk, run->other, &run->range, &fixed->measure);
    }
    out->wasted_difference_se = measure_wasted_difference_se(&run->walk, run->alarm, run->other, &run->range);
}

static void set_point(const struct run *run, const struct walk *walk, size_t number)
{
    struct backtest_report *out = run->out;
    struct walk_detector detector = out->detector;
    struct backtest_point *ours = &out->frontier[number], *fixed = &out->frontier_fixed[number];
    bool is_chance = detector.detector.kind == DETECTOR_CHANCE;
    ours->cut = is_chance ? FRONTIER_CHANCES[number] : FRONTIER_THRESHOLDS[number];
    walk_set_cut(&detector, ours->cut);
    walk_alarms(walk, &detector, &run->range, run->other);
    measure_alarms(walk, run->other, &run->range, &ours->measure);
    fixed->cut = match_delay(walk, &run->range, ours->measure.alarms);
    walk_fixed(walk, fixed->cut, &run->range, run->other);
    measure_alarms(walk, run->other, &run->range, &fixed->measure);
}

static void set_frontier(struct run *run)
{
    struct walk walk = run->walk; /* the same scales */
    struct replay_history sample = replay_sample(run->walk.history, BACKTEST_FRONTIER_CLIENTS);
    walk.history = &sample;
    for (size_t i = 0; i < BACKTEST_FRONTIER; i++)
        set_point(run, &walk, i);
    run->out->frontier_count = BACKTEST_FRONTIER;
}

static void set_range(struct run *run)
{
    const struct replay_history *history = run->walk.history;
    bool all = run->options->train_until == REPLAY_DAY_NONE;
    run->out->trained_to = run->options->train_until;
    run->out->from = all ? history->from_day : run->options->train_until + 1;
    run->out->to = history->to_day;
    run->range = (struct walk_range){.from = run->out->from, .to = run->out->to};
    run->out->judged_from = walk_judged_from(&run->walk, &run->range);
}

void backtest_run(const struct replay_history *history, const struct backtest_options *options, struct arena *arena,
                  struct backtest_report *out)
{
    struct run run = {.options = options, .out = out};
    *out = (struct backtest_report){.clients = history->client_count, .orders = history->order_count};
    int32_t split = backtest_split(history, options->train_until);
    out->detector = options->detector ? *options->detector : backtest_default(history, split, options->usual_gap_days);
    struct walk_options walk = {options->usual_gap_days, out->detector.detector.kind == DETECTOR_CHANCE};
    walk_init(&run.walk, history, &walk, arena);
    set_range(&run);
    run.alarm = mem_new(history->visit_count, sizeof *run.alarm);
    run.other = mem_new(history->visit_count, sizeof *run.other);
    set_detector(&run);
    set_fixed(&run);
    if (options->frontier)
        set_frontier(&run);
    chance_test_run(history, &out->detector.detector, options->usual_gap_days, &run.range, &out->chance);
    set_params(history, options->train_until == REPLAY_DAY_NONE ? out->to : options->train_until,
               options->usual_gap_days, &out->params);
    mem_free(run.other);
    mem_free(run.alarm);
}
