/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A silence is alarmed in the range when its lowest level before the range is not under the cut and its lowest to the end
 * is. So the count is a step function of the cut that moves only at those levels: sort them, walk up, take the best step. */
#include "core/backtest_match.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

struct match_target match_count(const struct walk *walk, const int32_t *alarm, const struct walk_range *range)
{
    struct match_target count = {0, 0};
    for (size_t i = 0; i < walk->history->visit_count; i++) {
        bool by_end = alarm[i] != REPLAY_DAY_NONE && alarm[i] <= range->to;
        count.total += by_end;
        count.in_range += by_end && alarm[i] >= range->from;
    }
    return count;
}

/* --- detectors ----------------------------------------------------------------------------------------------------- */
/* Raising the cut past `level` makes one more silence alarmed by the end, or in it already before the range. */
struct step {
    double level;
    int by_end, before;
};

static int by_level(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    return (x->level > y->level) - (x->level < y->level);
}

static size_t steps_of(const struct walk *walk, const struct walk_range *range, const struct detector *detector,
                       struct step *steps)
{
    const struct walk_range before = {.from = walk->from_day, .to = range->from - 1}, within = *range;
    struct walk_silence silence;
    size_t count = 0;
    for (walk_begin(walk, range->to, &silence); !silence.is_end; walk_next(walk, range->to, &silence)) {
        double early = walk_lowest(walk, detector, &silence, &before);
        double late = walk_lowest(walk, detector, &silence, &within);
        if (early < (double)INFINITY)
            steps[count++] = (struct step){early, 0, 1};
        if (fmin(early, late) < (double)INFINITY)
            steps[count++] = (struct step){fmin(early, late), 1, 0};
    }
    qsort(steps, count, sizeof *steps, by_level);
    return count;
}

/* A cut between two neighbouring levels. */
static double between(double low, double high)
{
    if (isinf(low))
        return isinf(high) ? 0 : high;
    return isinf(high) ? low * (low > 0 ? 1.01 : 0.99) + 1e-9 : low + (high - low) / 2;
}

/* How far a number of alarms is from the wanted one. Under a very different cut (or delay) the range can have as many alarms
 * by chance: a later one brings silences into it that others have left. So the total must be about right too. */
struct miss {
    bool is_far;
    int64_t in_range, total;
};

static struct miss miss_of(const struct match_target *have, const struct match_target *want)
{
    struct miss miss = {.in_range = llabs(have->in_range - want->in_range), .total = llabs(have->total - want->total)};
    miss.is_far = 4 * miss.total > want->total;
    return miss;
}

static bool is_nearer(const struct miss *a, const struct miss *b)
{
    if (a->is_far != b->is_far)
        return b->is_far;
    if (a->in_range != b->in_range)
        return a->in_range < b->in_range;
    return a->total < b->total;
}

int64_t match_detector(const struct walk *walk, const struct walk_range *range, const struct match_target *target,
                       struct walk_detector *detector)
{
    struct step *steps = mem_new(2 * walk->history->visit_count, sizeof *steps);
    size_t count = steps_of(walk, range, &detector->detector, steps);
    struct match_target have = {0, 0}, found = {0, 0};
    struct miss best = {true, INT64_MAX, INT64_MAX};
    double cut = walk_cut(detector);
    for (size_t i = 0; i <= count; i++) {
        double low = i > 0 ? steps[i - 1].level : -(double)INFINITY,
               high = i < count ? steps[i].level : (double)INFINITY;
        struct miss miss = miss_of(&have, target);
        if (low < high && is_nearer(&miss, &best)) { /* all steps at a level are taken together */
            best = miss;
            found = have;
            cut = between(low, high);
        }
        if (i < count) {
            have.total += steps[i].by_end;
            have.in_range += steps[i].by_end - steps[i].before;
        }
    }
    mem_free(steps);
    walk_set_cut(detector, cut);
    return found.in_range;
}

/* --- delays -------------------------------------------------------------------------------------------------------- */
/* What each whole delay from 0 on has, by where each silence begins and ceases to be alarmed in the range and at all. */
static void count_delays(const struct walk *walk, const struct walk_range *range, struct match_target *counts,
                         size_t delays)
{
    struct walk_silence silence;
    for (walk_begin(walk, range->to, &silence); !silence.is_end; walk_next(walk, range->to, &silence)) {
        if (silence.from > silence.to)
            continue;
        size_t after = (size_t)(silence.to - silence.day) + 1;
        size_t into = silence.from >= range->from ? 0 : (size_t)(range->from - silence.day);
        counts[0].total++;
        counts[after].total--;
        if (into < after) {
            counts[into].in_range++;
            counts[after].in_range--;
        }
    }
    for (size_t i = 1; i < delays; i++) {
        counts[i].total += counts[i - 1].total;
        counts[i].in_range += counts[i - 1].in_range;
    }
}

/* The fraction of a day that brings the count from that of `low` to the wanted one on the way to that of low + 1. */
static double add_fraction(const struct walk *walk, const struct walk_range *range, const struct match_target *target,
                           double low)
{
    int32_t *alarm = mem_new(walk->history->visit_count, sizeof *alarm);
    double from = low, to = low + 1;
    walk_fixed(walk, low, range->to, alarm);
    bool falls = match_count(walk, alarm, range).in_range > target->in_range;
    while (to - from > 1e-4) {
        double middle = from + (to - from) / 2;
        walk_fixed(walk, middle, range->to, alarm);
        int64_t have = match_count(walk, alarm, range).in_range;
        if (have == target->in_range)
            from = to = middle;
        else if ((have > target->in_range) == falls)
            from = middle;
        else
            to = middle;
    }
    mem_free(alarm);
    return to;
}

double match_delay(const struct walk *walk, const struct walk_range *range, const struct match_target *target)
{
    size_t delays = (size_t)(range->to - walk->history->from_day) + 2, best_at = 0;
    struct match_target *counts = mem_new(delays, sizeof *counts);
    struct miss best = {true, INT64_MAX, INT64_MAX};
    bool between_days = false;
    count_delays(walk, range, counts, delays);
    for (size_t i = 0; i + 1 < delays; i++) {
        int64_t here = counts[i].in_range - target->in_range, next = counts[i + 1].in_range - target->in_range;
        struct miss miss = miss_of(&counts[i], target);
        bool crosses = (here > 0 && next < 0) || (here < 0 && next > 0);
        if (crosses)
            miss.in_range = 0;
        if (is_nearer(&miss, &best)) {
            best = miss;
            best_at = i;
            between_days = crosses;
        }
    }
    mem_free(counts);
    return between_days ? add_fraction(walk, range, target, (double)best_at) : (double)best_at;
}
