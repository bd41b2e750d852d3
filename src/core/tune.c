/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/tune.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/time_text.h"
#include "core/backtest.h"
#include "core/backtest_match.h"

#define FINALS_ENOUGH 50
/* What a policy can hold. */
#define THRESHOLD_LEAST 10.0
#define THRESHOLD_MOST 90.0
#define CHANCE_LEAST 0.001
#define CHANCE_MOST 0.9
#define YEAR_DAYS 365

struct tuner {
    const struct tune_options *options;
    struct replay_history sample;
    struct walk walk;
    struct walk_range first, later;
    int64_t target; /* alarms of the anchor in the first part */
    int32_t *fixed, *normal, *plain, *alarm;
    struct tune_result *out;
};

/* --- the first part ------------------------------------------------------------------------------------------------ */
static void measure(struct tuner *tuner, const struct walk_range *range, const struct walk_detector *detector,
                    struct backtest_measure *out)
{
    walk_alarms(&tuner->walk, detector, range, tuner->alarm);
    measure_alarms(&tuner->walk, tuner->alarm, range, out);
}

/* The alarms of the anchor, and of the fixed delay with as many. */
static void set_anchor(struct tuner *tuner)
{
    struct tune_result *out = tuner->out;
    out->first_fixed_days = tuner->options->same_rate_days;
    if (isnan(out->first_fixed_days)) {
        walk_alarms(&tuner->walk, &out->normal, &tuner->first, tuner->alarm);
        tuner->target = walk_count(&tuner->walk, tuner->alarm);
        out->first_fixed_days = match_delay(&tuner->walk, &tuner->first, tuner->target);
    }
    walk_fixed(&tuner->walk, out->first_fixed_days, &tuner->first, tuner->fixed);
    if (!isnan(tuner->options->same_rate_days))
        tuner->target = walk_count(&tuner->walk, tuner->fixed);
}

/* A young shop has no silence of 180 days yet: then the longest of 120, 90 and 60 days of which there are enough. */
static void set_first_fixed(struct tuner *tuner)
{
    static const int32_t DAYS[] = {180, 120, 90, 60};
    for (size_t i = 0; i < sizeof DAYS / sizeof *DAYS; i++) {
        tuner->first.final_days = DAYS[i];
        measure_alarms(&tuner->walk, tuner->fixed, &tuner->first, &tuner->out->first_fixed);
        if (tuner->out->first_fixed.finals >= FINALS_ENOUGH)
            return;
    }
}

/* Where its own alarms lie, at the target's number. */
static void set_cut(struct tuner *tuner, struct choice_row *row)
{
    bool is_anchor = row->is_default && isnan(tuner->options->same_rate_days); /* stays at 50 */
    int64_t alarms = tuner->target;
    if (!is_anchor)
        alarms = match_detector(&tuner->walk, &tuner->first, tuner->target, &row->detector);
    double cut = walk_cut(&row->detector), slack = fmax(2, 0.02 * (double)tuner->target);
    bool is_chance = row->detector.detector.kind == DETECTOR_CHANCE;
    row->is_reached = fabs((double)(alarms - tuner->target)) <= slack &&
                      cut >= (is_chance ? CHANCE_LEAST : THRESHOLD_LEAST) &&
                      cut <= (is_chance ? CHANCE_MOST : THRESHOLD_MOST);
}

static void set_halves(struct tuner *tuner, const int32_t *alarm, struct choice_row *row)
{
    size_t half = tuner->sample.client_count / 2;
    for (size_t i = 0; i < 2; i++) {
        struct replay_history part = tuner->sample;
        struct walk walk = tuner->walk;
        struct backtest_measure one, fixed;
        part.first += i * half; /* visits keep their numbers */
        part.client_count = i == 0 ? half : tuner->sample.client_count - half;
        walk.history = &part;
        measure_alarms(&walk, alarm, &tuner->first, &one);
        measure_alarms(&walk, tuner->fixed, &tuner->first, &fixed);
        double se = measure_wasted_difference_se(&walk, alarm, tuner->fixed, &tuner->first);
        row->half_excess[i] = se > 0 ? (one.wasted - fixed.wasted) / se : 0;
    }
}

static void set_row(struct tuner *tuner, struct choice_row *row, int32_t *alarm)
{
    set_cut(tuner, row);
    walk_alarms(&tuner->walk, &row->detector, &tuner->first, alarm);
    measure_alarms(&tuner->walk, alarm, &tuner->first, &row->first);
    row->fixed_se = measure_wasted_difference_se(&tuner->walk, alarm, tuner->fixed, &tuner->first);
}

static void compare(struct tuner *tuner, struct choice_row *row, const int32_t *alarm)
{
    row->default_se = measure_wasted_difference_se(&tuner->walk, alarm, tuner->normal, &tuner->first);
    row->plain_se = measure_wasted_difference_se(&tuner->walk, alarm, tuner->plain, &tuner->first);
    set_halves(tuner, alarm, row);
}

/* The plain form: own-rhythm power 0 and of the fades the longest that is early enough. */
static struct detector plain_form(struct tuner *tuner)
{
    static const double FADES[] = {9, 6, 4};
    enum { COUNT = sizeof FADES / sizeof *FADES };
    struct choice_row row = {.detector = tuner->out->normal};
    for (size_t i = 0; i < COUNT; i++) {
        row.detector.detector.rhythm_power = 0;
        row.detector.detector.fade_gaps = FADES[i];
        set_row(tuner, &row, tuner->plain);
        if (choice_is_early(&row.first, &tuner->out->first_fixed))
            break;
    }
    return row.detector.detector;
}

/* The default and its plain form first: the others are compared with them. */
static void set_rows(struct tuner *tuner, struct arena *arena)
{
    struct tune_result *out = tuner->out;
    struct detector normal = out->normal.detector, plain = plain_form(tuner);
    out->rows = arena_new(arena, FAMILY_SIZE, sizeof *out->rows);
    out->row_count = FAMILY_SIZE;
    for (size_t i = 0; i < FAMILY_SIZE; i++) {
        struct choice_row *row = &out->rows[i];
        row->detector = (struct walk_detector){family_detector(i), FAMILY_THRESHOLD};
        row->is_default = family_equal(&row->detector.detector, &normal);
        row->is_plain = family_equal(&row->detector.detector, &plain);
        if (row->is_default || row->is_plain)
            set_row(tuner, row, row->is_default ? tuner->normal : tuner->plain);
    }
    for (size_t i = 0; i < FAMILY_SIZE; i++) {
        struct choice_row *row = &out->rows[i];
        int32_t *alarm = row->is_default ? tuner->normal : row->is_plain ? tuner->plain : tuner->alarm;
        if (alarm == tuner->alarm)
            set_row(tuner, row, alarm);
        compare(tuner, row, alarm);
    }
}

/* --- order of the table -------------------------------------------------------------------------------------------- */
struct place {
    const struct choice_row *row;
    int rank; /* chosen, default, plain, keeps the promise, the rest */
};

static int by_rank(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank - y->rank;
    double one = x->row->first.wasted, two = y->row->first.wasted;
    if (one < two || one > two)
        return one < two ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static void sort_rows(struct tune_result *out, size_t chosen, struct arena *arena)
{
    struct place places[FAMILY_SIZE];
    struct choice_row *sorted = arena_new(arena, FAMILY_SIZE, sizeof *sorted);
    for (size_t i = 0; i < FAMILY_SIZE; i++) {
        const struct choice_row *row = &out->rows[i];
        int rank = choice_keeps(row, &out->first_fixed) ? 3 : row->is_reached ? 4 : 5;
        rank = row->is_plain ? 2 : rank;
        rank = row->is_default ? 1 : rank;
        places[i] = (struct place){row, i == chosen ? 0 : rank};
    }
    qsort(places, FAMILY_SIZE, sizeof *places, by_rank);
    for (size_t i = 0; i < FAMILY_SIZE; i++) {
        sorted[i] = *places[i].row;
        out->is_default = sorted[i].is_default ? i : out->is_default;
    }
    out->rows = sorted;
    out->chosen = 0;
}

/* --- the later part, and the dial ---------------------------------------------------------------------------------- */
static void set_later(struct tuner *tuner)
{
    struct tune_result *out = tuner->out;
    measure(tuner, &tuner->later, &out->rows[out->is_default].detector, &out->later_normal);
    measure(tuner, &tuner->later, &out->detector, &out->later);
    out->later_fixed_days = match_delay(&tuner->walk, &tuner->later, out->later.alarms);
    walk_fixed(&tuner->walk, out->later_fixed_days, &tuner->later, tuner->alarm);
    measure_alarms(&tuner->walk, tuner->alarm, &tuner->later, &out->later_fixed);
}

/* Alarms on the day and later. */
static int64_t count_from(const struct tuner *tuner, int32_t day)
{
    int64_t count = 0;
    for (size_t v = 0; v < tuner->sample.visit_count; v++)
        count += tuner->alarm[v] != REPLAY_DAY_NONE && tuner->alarm[v] >= day;
    return count;
}

static void set_dial(struct tuner *tuner)
{
    static const double CHANCES[TUNE_DIAL] = {0.4,  0.3,  0.25, 0.2,  0.17,  0.14, 0.12, 0.1,
                                              0.08, 0.06, 0.05, 0.04, 0.025, 0.01, 0.005};
    struct tune_result *out = tuner->out;
    struct walk_range whole = {.from = tuner->first.from, .to = tuner->later.to};
    int32_t year = walk_judged_from(&tuner->walk, &whole);
    if (year < whole.to - YEAR_DAYS + 1)
        year = whole.to - YEAR_DAYS + 1;
    size_t all = tuner->options->all_clients > 0 ? tuner->options->all_clients : out->clients;
    double scale = (double)all / (double)out->sample_clients / (double)(whole.to - year + 1);
    for (size_t i = 0; i < TUNE_DIAL; i++) {
        struct walk_detector detector = out->detector;
        struct backtest_measure measured;
        bool is_chance = detector.detector.kind == DETECTOR_CHANCE;
        walk_set_cut(&detector, is_chance ? CHANCES[i] : 85 - 5 * (double)i);
        measure(tuner, &whole, &detector, &measured);
        out->dial[i] = (struct tune_dial){
            .threshold = detector.threshold,
            .chance = detector.detector.chance,
            .wasted = measured.wasted,
            .wasted_se = measured.wasted_se,
            .median_silence_days = measured.median_silence_days,
            .episodes_per_day = scale * (double)count_from(tuner, year),
        };
    }
}

/* --- words --------------------------------------------------------------------------------------------------------- */
static struct str detector_text(const struct detector *detector, struct arena *arena)
{
    if (detector->kind == DETECTOR_CHANCE)
        return arena_printf(arena, "the chance of an order within 30 days, written to under %.1f %%",
                            100 * detector->chance);
    if (detector->kind == DETECTOR_RFM)
        return arena_printf(arena, "the plain score with a half-life of %.0f days", detector->base_days);
    return arena_printf(arena, "the score with a half-life of %.0f days, own rhythm %g and fade %g",
                        detector->base_days, detector->rhythm_power, detector->fade_gaps);
}

static void set_sentence(struct tune_result *out, struct arena *arena)
{
    if (!out->is_enough) {
        out->choice = out->sentence = STR("There is too little history to choose by; the default stays.");
        return;
    }
    struct str what = detector_text(&out->detector.detector, arena), day = time_day_to_text(out->trained_to, arena);
    const char *verb = out->rows[out->chosen].is_default ? "The default stands" : "Chosen";
    out->choice = arena_printf(arena, "%s on the orders until %.*s: %.*s.", verb, STR_ARG(day), STR_ARG(what));
    out->sentence = arena_printf(arena, "%.*s The later orders are too few to report on.", STR_ARG(out->choice));
    if (out->later.judged == 0 || out->later_fixed.judged == 0)
        return;
    out->sentence = arena_printf(arena,
                                 "%.*s On the later orders %.1f of 100 people written to came back within 30 days "
                                 "alone, against %.1f by a fixed delay with as many emails (%.0f days).",
                                 STR_ARG(out->choice), 100 * out->later.wasted, 100 * out->later_fixed.wasted,
                                 out->later_fixed_days);
}

/* --- all of it ----------------------------------------------------------------------------------------------------- */
static bool is_enough(const struct tuner *tuner)
{
    const struct walk *walk = &tuner->walk;
    struct scale scale;
    if (tuner->sample.client_count < TUNE_CLIENTS_MIN || tuner->walk.from_day >= tuner->first.to ||
        tuner->later.from > tuner->later.to)
        return false;
    backtest_scale(walk->history, tuner->first.to, (double)NAN, &scale);
    return scale.gaps >= TUNE_GAPS_MIN;
}

static void choose(struct tuner *tuner, struct arena *arena)
{
    struct tune_result *out = tuner->out;
    set_anchor(tuner);
    if (tuner->target < TUNE_ALARMS_MIN)
        return;
    set_first_fixed(tuner);
    set_rows(tuner, arena);
    sort_rows(out, choice_pick(out->rows, out->row_count, &out->first_fixed), arena);
    out->is_enough = true;
    out->detector = out->rows[out->chosen].detector;
    set_later(tuner);
    set_dial(tuner);
}

void tune_run(const struct replay_history *history, const struct tune_options *options, struct arena *arena,
              struct tune_result *out)
{
    struct tuner tuner = {.options = options, .sample = replay_sample(history, options->sample_clients), .out = out};
    const struct walk_options walk = {options->usual_gap_days, .chance = true};
    *out = (struct tune_result){.clients = history->client_count, .orders = history->order_count};
    out->sample_clients = tuner.sample.client_count;
    out->trained_to = backtest_split(history, options->train_until);
    out->normal = backtest_default(&tuner.sample, out->trained_to, options->usual_gap_days);
    out->detector = out->normal;
    out->has_current = options->has_current;
    out->current = (struct walk_detector){options->current, options->current_threshold};
    walk_init(&tuner.walk, &tuner.sample, &walk, arena);
    tuner.first = (struct walk_range){.from = history->from_day, .to = out->trained_to};
    tuner.later = (struct walk_range){.from = out->trained_to + 1, .to = history->to_day};
    out->trained_from = history->from_day;
    out->reported_from = tuner.later.from;
    out->reported_to = history->to_day;
    int32_t *alarms = mem_new(4 * tuner.sample.visit_count, sizeof *alarms);
    tuner.fixed = alarms;
    tuner.normal = alarms + tuner.sample.visit_count;
    tuner.plain = tuner.normal + tuner.sample.visit_count;
    tuner.alarm = tuner.plain + tuner.sample.visit_count;
    if (is_enough(&tuner))
        choose(&tuner, arena);
    set_sentence(out, arena);
    mem_free(alarms);
}
