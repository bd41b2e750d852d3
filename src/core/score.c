/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The engagement score and its crossings (formula and source of its constants: core/score.h). What does not change while a
 * client is silent is worked out once (struct curve); a crossing then needs about 42 cheap evaluations. Crossings and
 * scores use the same function at whole milliseconds, so "below from this instant on" holds to the millisecond. */
#include "core/score.h"

#include <math.h>

#define DAYS_MAX 36500.0
#define RHYTHM_POINTS 50.0
#define FREQUENCY_POINTS 30.0
#define VALUE_POINTS 20.0
#define SHRINK_GAPS 2.0 /* one's own gap weighs as if two gaps of the shop's mean had been seen */
#define SHRINK_VALUES 2.0
#define VALUE_UNKNOWN_SHARE 0.5
#define LEVEL_ENGAGED 75.0
#define LEVEL_LOST 25.0
#define CHANCE_DAYS 30.0 /* the horizon DETECTOR_CHANCE looks at */

struct curve {
    int64_t last_at;
    double visits;    /* n */
    double span_days; /* tx */
    double gap_days;  /* g */
    double half_life; /* h */
    double fade_days; /* fade * g */
    double frequency_days;
    double value_points; /* 20 V */
};

static double days(int64_t ms) { return (double)ms / (double)TIME_DAY_MS; }

/* 20 V. A visit of unknown value counts with the shop's mean; without a mean all clients count half. */
static double value_points(const struct engagement *sums, double mean)
{
    if (isnan(mean) || mean <= 0)
        return VALUE_POINTS * VALUE_UNKNOWN_SHARE;
    double value = (double)sums->value_minor + (double)(sums->visits - sums->valued) * mean;
    value = fmax(value, 0);
    return VALUE_POINTS * (value / (value + SHRINK_VALUES * mean));
}

static struct curve curve_of(const struct engagement *sums, const struct scale *scale, const struct detector *detector)
{
    struct curve curve = {.last_at = sums->last_at, .visits = (double)sums->visits};
    curve.span_days = days(sums->last_at - sums->first_at);
    curve.gap_days = (SHRINK_GAPS * scale->gap_days + curve.span_days) / (SHRINK_GAPS + (double)(sums->visits - 1));
    bool own_rhythm = detector->kind != DETECTOR_RFM;
    double power = own_rhythm ? detector->rhythm_power : 0;
    curve.half_life = detector->base_days * pow(curve.gap_days / scale->gap_days, power);
    curve.fade_days = own_rhythm ? detector->fade_gaps * curve.gap_days : (double)INFINITY; /* d = 1 */
    curve.frequency_days = detector->frequency_days;
    curve.value_points = value_points(sums, scale->value_minor);
    return curve;
}

static void curve_at(const struct curve *curve, int64_t at_ms, struct score *out)
{
    double silence = days(at_ms > curve->last_at ? at_ms - curve->last_at : 0);
    double fade = exp2(-silence / curve->fade_days);
    double seen_days = fmax(curve->span_days + silence, curve->frequency_days);
    out->silence_days = silence;
    out->usual_gap_days = curve->gap_days;
    out->rhythm = RHYTHM_POINTS * exp2(-silence / curve->half_life);
    out->frequency = FREQUENCY_POINTS * (1 - exp(-curve->visits * curve->frequency_days / seen_days)) * fade;
    out->value = curve->value_points * fade;
    out->total = out->rhythm + out->frequency + out->value;
}

static bool below(const struct curve *curve, int64_t at_ms, double level)
{
    struct score score;
    curve_at(curve, at_ms, &score);
    return score.total < level;
}

/* Halving keeps "not below at low, below at high" until they are one millisecond apart. */
static int64_t curve_crossing(const struct curve *curve, double level)
{
    int64_t low = curve->last_at, high = low + (int64_t)DAYS_MAX * TIME_DAY_MS;
    if (below(curve, low, level))
        return low;
    if (!below(curve, high, level))
        return high;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (below(curve, middle, level))
            high = middle;
        else
            low = middle;
    }
    return high;
}

void score_at(const struct engagement *sums, const struct scale *scale, const struct detector *detector, int64_t at_ms,
              struct score *out)
{
    *out = (struct score){0};
    if (sums->visits <= 0)
        return;
    struct curve curve = curve_of(sums, scale, detector);
    curve_at(&curve, at_ms, out);
}

int64_t score_crossing(const struct engagement *sums, const struct scale *scale, const struct detector *detector,
                       double level)
{
    if (sums->visits <= 0)
        return TIME_NONE;
    struct curve curve = curve_of(sums, scale, detector);
    return curve_crossing(&curve, level);
}

struct chance_client score_chance_client(const struct engagement *sums, int64_t at_ms)
{
    return (struct chance_client){.gaps = (double)(sums->visits - 1),
                                  .span = days(sums->last_at - sums->first_at),
                                  .silence = days(at_ms > sums->last_at ? at_ms - sums->last_at : 0)};
}

double score_chance(const struct engagement *sums, const struct scale *scale, double horizon_days, int64_t at_ms)
{
    if (sums->visits <= 0 || !scale_shows_chance(scale))
        return (double)NAN;
    struct chance_model model = scale_chance_model(scale);
    struct chance_client client = score_chance_client(sums, at_ms);
    return chance_order_within(&model, &client, horizon_days);
}

/* The chance's own moment, held between half the mean gap and the silence that few who come back exceed. */
static int64_t chance_due(const struct engagement *sums, const struct scale *scale, double level)
{
    struct chance_model model = scale_chance_model(scale);
    struct chance_client client = score_chance_client(sums, sums->last_at);
    double most = isnan(scale->return_days) ? DAYS_MAX : scale->return_days;
    double silence = chance_silence_until(&model, &client, CHANCE_DAYS, level, DAYS_MAX);
    silence = fmin(fmax(silence, scale->gap_days / 2), fmax(most, scale->gap_days / 2));
    return sums->last_at + (int64_t)ceil(silence * (double)TIME_DAY_MS);
}

int64_t score_due(const struct engagement *sums, const struct scale *scale, const struct detector *detector,
                  double threshold)
{
    if (sums->visits <= 0)
        return TIME_NONE;
    if (detector->kind == DETECTOR_CHANCE)
        return chance_due(sums, scale, detector->chance);
    return score_crossing(sums, scale, detector, threshold);
}

void score_crossings(const struct scale *scale, const struct detector *detector, double threshold,
                     struct engagement *out)
{
    out->engaged_until = out->due_at = out->lost_at = TIME_NONE;
    if (out->visits <= 0)
        return;
    struct curve curve = curve_of(out, scale, detector);
    out->engaged_until = curve_crossing(&curve, LEVEL_ENGAGED);
    out->due_at = score_due(out, scale, detector, threshold);
    out->lost_at = curve_crossing(&curve, LEVEL_LOST);
}

const char *const SCORE_BAND_WORDS[] = {"none", "engaged", "steady", "drifting", "lost", NULL};

/* The due moment parts those who are fine from those who are not, whatever the threshold is. */
enum score_band score_band(const struct engagement *engagement, int64_t at_ms)
{
    if (engagement->visits <= 0)
        return BAND_NONE;
    if (at_ms < engagement->due_at)
        return at_ms < engagement->engaged_until ? BAND_ENGAGED : BAND_STEADY;
    return at_ms < engagement->lost_at ? BAND_DRIFTING : BAND_LOST;
}

static struct str days_text(double count, struct arena *arena)
{
    if (count < 1)
        return STR("less than a day");
    if (count < 1.5)
        return STR("1 day");
    return arena_printf(arena, "%.0f days", count);
}

/* Whole percents; what rounds to none or all of them is said as such. */
static struct str percent_text(double share, struct arena *arena)
{
    if (share < 0.005)
        return STR("under 1 %");
    if (share > 0.995)
        return STR("over 99 %");
    return arena_printf(arena, "%.0f %%", share * 100);
}

/* What makes the client due when that is not the score. */
static struct str detector_text(const struct engagement *sums, const struct scale *scale,
                                const struct detector *detector, int64_t at_ms, struct arena *arena)
{
    if (detector->kind != DETECTOR_CHANCE)
        return STR("");
    struct chance_model model = scale_chance_model(scale);
    int64_t due = chance_due(sums, scale, detector->chance);
    struct chance_client now = score_chance_client(sums, at_ms), then = score_chance_client(sums, due);
    bool at_the_latest = chance_order_within(&model, &then, CHANCE_DAYS) > detector->chance;
    return arena_printf(
        arena,
        " Due after %.*s of silence%s, by the chance of an order within %.0f days: under %.3g %% it is time, "
        "now it is %.*s.",
        STR_ARG(days_text(then.silence, arena)), at_the_latest ? " at the latest" : "", CHANCE_DAYS,
        detector->chance * 100, STR_ARG(percent_text(chance_order_within(&model, &now, CHANCE_DAYS), arena)));
}

static struct str chance_text(const struct engagement *sums, const struct scale *scale, int64_t at_ms,
                              struct arena *arena)
{
    double chance = score_chance(sums, scale, CHANCE_RETURN_DAYS, at_ms);
    if (isnan(chance))
        return STR("");
    return arena_printf(arena, " The chance of an order within %.0f days is %.*s.", CHANCE_RETURN_DAYS,
                        STR_ARG(percent_text(chance, arena)));
}

struct str score_sentence(const struct engagement *sums, const struct scale *scale, const struct detector *detector,
                          int64_t at_ms, struct arena *arena)
{
    struct score now, fresh;
    if (sums->visits <= 0)
        return STR("No orders yet, so there is no score.");
    score_at(sums, scale, detector, at_ms, &now);
    score_at(sums, scale, detector, sums->last_at, &fresh);
    struct str gap = days_text(now.usual_gap_days, arena);
    struct str usual =
        sums->visits == 1
            ? arena_printf(arena, "after one order; clients of this shop usually order every %.*s", STR_ARG(gap))
            : arena_printf(arena, "and usually orders about every %.*s", STR_ARG(gap));
    struct str silence = days_text(now.silence_days, arena);
    return arena_printf(arena,
                        "Silent for %.*s %.*s. The score is %.1f: %.1f of 50 for how fresh the last order is, %.1f of "
                        "30 for how often, %.1f of 20 for how much. Just after the last order it was %.1f.%.*s%.*s",
                        STR_ARG(silence), STR_ARG(usual), now.total, now.rhythm, now.frequency, now.value, fresh.total,
                        STR_ARG(chance_text(sums, scale, at_ms, arena)),
                        STR_ARG(detector_text(sums, scale, detector, at_ms, arena)));
}
