/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/backtest_measure.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* What one client adds to a share. */
struct tally {
    double wasted, judged;
};

static void judge(const struct walk_silence *silence, int32_t alarm, const struct walk_range *range,
                  struct tally *tally)
{
    if (alarm == REPLAY_DAY_NONE || alarm > range->to - MEASURE_BACK_DAYS)
        return;
    tally->judged++;
    tally->wasted += silence->next != INT32_MAX && silence->next <= alarm + MEASURE_BACK_DAYS;
}

static bool is_final(const struct walk *walk, const struct walk_silence *silence, const struct walk_range *range)
{
    int32_t days = range->final_days > 0 ? range->final_days : MEASURE_FINAL_DAYS;
    return silence->next == INT32_MAX && silence->day <= range->to - days &&
           silence->day >= walk_judged_from(walk, range) - MEASURE_BEGUN_DAYS;
}

/* Sums over clients of tallies: of their squares and product, for sum (w - p j)^2 without a second pass. */
struct share {
    double wasted, judged, ww, wj, jj;
};

static void add_client(struct share *share, struct tally *tally)
{
    share->wasted += tally->wasted;
    share->judged += tally->judged;
    share->ww += tally->wasted * tally->wasted;
    share->wj += tally->wasted * tally->judged;
    share->jj += tally->judged * tally->judged;
    *tally = (struct tally){0, 0};
}

static int by_size(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* Sorts the days. */
static double median(int32_t *days, size_t count)
{
    if (count == 0)
        return (double)NAN;
    qsort(days, count, sizeof *days, by_size);
    return ((double)days[(count - 1) / 2] + (double)days[count / 2]) / 2;
}

static double median_se(const int32_t *sorted, size_t count)
{
    if (count == 0)
        return (double)NAN;
    double middle = (double)(count - 1) / 2, reach = sqrt((double)count) / 2;
    size_t low = middle > reach ? (size_t)(middle - reach) : 0, high = (size_t)ceil(middle + reach);
    return (double)(sorted[high < count ? high : count - 1] - sorted[low]) / 2;
}

static void set_shares(const struct share *share, size_t finals_alarmed, struct backtest_measure *out)
{
    double p = share->wasted / share->judged; /* NaN without any, and so is all that follows */
    out->judged = (int64_t)share->judged;
    out->wasted = p;
    out->wasted_se = sqrt(fmax(share->ww - 2 * p * share->wj + p * p * share->jj, 0)) / share->judged;
    double q = (double)finals_alarmed / (double)out->finals;
    out->final_silences_alarmed = q;
    out->final_silences_alarmed_se = sqrt(q * (1 - q) / (double)out->finals);
}

static double months_seen(const struct walk *walk, const struct walk_range *range)
{
    const struct replay_history *history = walk->history;
    double days = 0;
    for (size_t c = 0; c < history->client_count; c++) {
        int32_t first = history->day[history->first[c]];
        int32_t from = first > walk_judged_from(walk, range) ? first : walk_judged_from(walk, range);
        if (from <= range->to)
            days += (double)(range->to - from) + 1;
    }
    return days / MEASURE_MONTH_DAYS;
}

void measure_alarms(const struct walk *walk, const int32_t *alarm, const struct walk_range *range,
                    struct backtest_measure *out)
{
    struct walk_silence silence;
    struct share share = {0};
    struct tally tally = {0, 0};
    /* A client has one final silence at most. */
    int32_t *days = mem_new(walk->history->client_count, sizeof *days);
    int32_t *repeat_days = mem_new(walk->history->client_count, sizeof *repeat_days);
    size_t alarmed = 0, repeat_alarmed = 0;
    *out = (struct backtest_measure){.client_months = months_seen(walk, range)};
    for (walk_begin(walk, range, &silence); !silence.is_end; walk_next(walk, range, &silence)) {
        int32_t at = alarm[silence.visit];
        bool final = is_final(walk, &silence, range);
        out->alarms += at != REPLAY_DAY_NONE;
        out->finals += final;
        if (final && at != REPLAY_DAY_NONE) {
            days[alarmed++] = at - silence.day;
            if (silence.sums.visits > 1)
                repeat_days[repeat_alarmed++] = at - silence.day;
        }
        judge(&silence, at, range, &tally);
        if (silence.next == INT32_MAX)
            add_client(&share, &tally);
    }
    out->per_100_client_months = 100 * (double)out->alarms / out->client_months;
    set_shares(&share, alarmed, out);
    out->median_silence_days = median(days, alarmed);
    out->median_silence_se = median_se(days, alarmed);
    out->repeat_median_days = median(repeat_days, repeat_alarmed);
    mem_free(repeat_days);
    mem_free(days);
}

double measure_wasted_difference_se(const struct walk *walk, const int32_t *one, const int32_t *two,
                                    const struct walk_range *range)
{
    const int32_t *alarms[2] = {one, two};
    struct backtest_measure measures[2];
    struct walk_silence silence;
    struct tally tallies[2] = {{0, 0}, {0, 0}};
    double sum = 0;
    for (int i = 0; i < 2; i++)
        measure_alarms(walk, alarms[i], range, &measures[i]);
    for (walk_begin(walk, range, &silence); !silence.is_end; walk_next(walk, range, &silence)) {
        double rest[2];
        for (int i = 0; i < 2; i++)
            judge(&silence, alarms[i][silence.visit], range, &tallies[i]);
        if (silence.next != INT32_MAX)
            continue;
        for (int i = 0; i < 2; i++) {
            rest[i] = (tallies[i].wasted - measures[i].wasted * tallies[i].judged) / (double)measures[i].judged;
            tallies[i] = (struct tally){0, 0};
        }
        sum += (rest[0] - rest[1]) * (rest[0] - rest[1]);
    }
    return sqrt(sum);
}

size_t measure_months(const struct walk *walk, const int32_t *alarm, const struct walk_range *range, int64_t *months,
                      size_t room)
{
    int32_t from = walk_judged_from(walk, range);
    size_t count = range->to < from ? 0 : (size_t)((range->to - from) / MEASURE_MONTH_DAYS) + 1;
    count = count < room ? count : room;
    for (size_t i = 0; i < count; i++)
        months[i] = 0;
    for (size_t v = 0; v < walk->history->visit_count; v++) {
        size_t month = alarm[v] != REPLAY_DAY_NONE ? (size_t)((alarm[v] - from) / MEASURE_MONTH_DAYS) : count;
        if (month < count)
            months[month]++;
    }
    return count;
}
