/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Every word of core/backtest_measure.h on histories small enough to count by hand. */
#include "core/backtest_measure.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/test_history.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
#define DAY(n) (TEST_FROM_DAY + (n))

static void near(double got, double want)
{
    if (!(fabs(got - want) < 1e-12))
        print_error("%.15g, not %.15g\n", got, want);
    assert_true(fabs(got - want) < 1e-12);
}

/* Under a delay of 60 days, in a history of days 0 .. 500, judged from 90 on. */
static const struct test_visit ROWS[] = {
    {1, 0, 100},   {1, 119, 100}, /* alarmed on the first judged day; back 29 days later, within the 30: wasted */
    {2, 40, 100},  {2, 130, 100}, /* alarmed on 100, back on the 30th day: wasted */
    {3, 41, 100},  {3, 132, 100}, /* alarmed on 101, back on the 31st day: not; silent from 132 on: final */
    {4, 300, 100},                /* alarmed on 360, final */
    {5, 320, 100},                /* final, exactly 180 days old at the end */
    {6, 321, 100},                /* too young to be final; alarmed on 381 */
    {7, 411, 100},                /* alarmed on 471, less than 30 days before the end: not judged */
    {8, 500, 100},                /* the end; never silent */
    {9, 29, 100},                 /* began more than 60 days before judging did: not final; alarmed on the first day */
    {10, 30, 100},                /* began 60 days before: final */
};

struct bench {
    struct arena arena;
    struct replay_history history;
    struct walk walk;
    struct walk_range range;
    int32_t alarm[32];
};

static void begin(struct bench *bench, double delay)
{
    const struct walk_options options = {.usual_gap_days = NAN};
    *bench = (struct bench){.history = {.client_count = 0}};
    bench->history = test_history(ROWS, COUNT(ROWS), &bench->arena);
    walk_init(&bench->walk, &bench->history, &options, &bench->arena);
    bench->range = (struct walk_range){.from = bench->history.from_day, .to = bench->history.to_day};
    walk_fixed(&bench->walk, delay, &bench->range, bench->alarm);
}

static void alarms_are_counted_and_judged(void **state)
{
    struct bench bench;
    struct backtest_measure measure;
    (void)state;
    begin(&bench, 60);
    measure_alarms(&bench.walk, bench.alarm, &bench.range, &measure);
    /* clients 1, 2 and 3 twice each, 4, 5, 6, 7, 9, 10 once */
    assert_int_equal(measure.alarms, 12);
    assert_int_equal(measure.judged, 11);
    near(measure.wasted, 2.0 / 11);
    /* days from 90 or the first visit to 500: 411 for 1, 2, 3, 9 and 10, then 201, 181, 180, 90, 1 */
    near(measure.client_months, (5 * 411 + 201 + 181 + 180 + 90 + 1) / 30.4);
    near(measure.per_100_client_months, 100 * 12 / measure.client_months);
    arena_clear(&bench.arena);
}

static void final_silences_are_those_the_detector_could_see(void **state)
{
    struct bench bench;
    struct backtest_measure measure;
    (void)state;
    begin(&bench, 60);
    measure_alarms(&bench.walk, bench.alarm, &bench.range, &measure);
    assert_int_equal(measure.finals, 6); /* of 1, 2, 3, 4, 5 and 10 */
    near(measure.final_silences_alarmed, 1);
    near(measure.median_silence_days, 60);
    near(measure.repeat_median_days, 60); /* of 1, 2 and 3 */
    walk_fixed(&bench.walk, 190, &bench.range, bench.alarm);
    measure_alarms(&bench.walk, bench.alarm, &bench.range, &measure);
    near(measure.final_silences_alarmed, 5.0 / 6); /* that of client 5 ends at 180 days */
    near(measure.final_silences_alarmed_se, sqrt(5.0 / 36 / 6));
    bench.range.final_days = 181;
    measure_alarms(&bench.walk, bench.alarm, &bench.range, &measure);
    assert_int_equal(measure.finals, 5);
    arena_clear(&bench.arena);
}

/* Alarms set by hand after 10, 20, 30, 40, 50 and 61 days. */
static void the_median_and_its_error_are_order_statistics(void **state)
{
    static const int32_t silent[] = {50, 10, 61, 20, 40, 30};
    struct bench bench;
    struct backtest_measure measure;
    struct walk_silence silence;
    size_t next = 0;
    (void)state;
    begin(&bench, 60);
    for (walk_begin(&bench.walk, &bench.range, &silence); !silence.is_end;
         walk_next(&bench.walk, &bench.range, &silence))
        if (silence.next == INT32_MAX && silence.day >= DAY(30) && silence.day <= DAY(320))
            bench.alarm[silence.visit] = silence.day + silent[next++];
    assert_int_equal(next, 6);
    measure_alarms(&bench.walk, bench.alarm, &bench.range, &measure);
    near(measure.median_silence_days, 35);
    /* middle 2.5, reach sqrt(6) / 2 = 1.22: from number 1 to number 4, of 0 .. 5 */
    near(measure.median_silence_se, (50 - 20) / 2.0);
    arena_clear(&bench.arena);
}

static void errors_take_clients_as_independent(void **state)
{
    struct bench bench;
    struct backtest_measure measure;
    (void)state;
    begin(&bench, 60);
    measure_alarms(&bench.walk, bench.alarm, &bench.range, &measure);
    double p = 2.0 / 11, one = 1 - 2 * p, none = -2 * p, single = -p;
    /* clients 1 and 2: one of two wasted; 3: none of two; five with one judged each, none wasted */
    near(measure.wasted_se, sqrt(2 * one * one + none * none + 5 * single * single) / 11);
    near(measure_wasted_difference_se(&bench.walk, bench.alarm, bench.alarm, &bench.range), 0);
    int32_t other[32];
    walk_fixed(&bench.walk, 89, &bench.range, other);
    /* under 89 days: client 1 is alarmed on day 90 (wasted) and 208, 2 on 129 (wasted) and 219, 3 on 130 (wasted, back on
     * 132) and 221; 4, 5, 6, 9 and 10 once, 7 never: its day is 500, which is not judged */
    double q = 3.0 / 11, sum = 0;
    const double w1[] = {1, 1, 0, 0, 0, 0, 0, 0}, w2[] = {1, 1, 1, 0, 0, 0, 0, 0};
    const double j[] = {2, 2, 2, 1, 1, 1, 1, 1};
    for (size_t i = 0; i < COUNT(j); i++) {
        double rest = (w1[i] - p * j[i]) / 11 - (w2[i] - q * j[i]) / 11;
        sum += rest * rest;
    }
    near(measure_wasted_difference_se(&bench.walk, bench.alarm, other, &bench.range), sqrt(sum));
    arena_clear(&bench.arena);
}

static void a_later_part_counts_its_own_silences_only(void **state)
{
    struct bench bench;
    struct backtest_measure measure;
    (void)state;
    begin(&bench, 60);
    bench.range.from = DAY(310);
    walk_fixed(&bench.walk, 60, &bench.range, bench.alarm);
    measure_alarms(&bench.walk, bench.alarm, &bench.range, &measure);
    assert_int_equal(measure.alarms, 3); /* of 5, 6 and 7; that of 4 began before and has its alarm in it */
    assert_int_equal(measure.judged, 2);
    near(measure.wasted, 0);
    near(measure.client_months, (6 * 191 + 181 + 180 + 90 + 1) / 30.4);
    assert_int_equal(measure.finals, 1); /* of 5 */
    arena_clear(&bench.arena);
}

static void what_cannot_be_said_is_nan(void **state)
{
    struct bench bench;
    struct backtest_measure measure;
    (void)state;
    begin(&bench, 5000);
    measure_alarms(&bench.walk, bench.alarm, &bench.range, &measure);
    assert_int_equal(measure.alarms, 0);
    assert_true(isnan(measure.wasted) && isnan(measure.wasted_se) && isnan(measure.median_silence_days));
    near(measure.final_silences_alarmed, 0);
    arena_clear(&bench.arena);
}

static void months_have_30_and_four_tenths_of_a_day(void **state)
{
    struct bench bench;
    int64_t months[24];
    (void)state;
    begin(&bench, 60);
    size_t count = measure_months(&bench.walk, bench.alarm, &bench.range, months, COUNT(months));
    assert_int_equal(count, 14); /* 410 days / 30.4 */
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += months[i];
    assert_int_equal(sum, 12);
    assert_int_equal(months[0], 5); /* days 90 three times, 100 and 101 */
    assert_int_equal(measure_months(&bench.walk, bench.alarm, &bench.range, months, 2), 2);
    arena_clear(&bench.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alarms_are_counted_and_judged),
        cmocka_unit_test(final_silences_are_those_the_detector_could_see),
        cmocka_unit_test(the_median_and_its_error_are_order_statistics),
        cmocka_unit_test(errors_take_clients_as_independent),
        cmocka_unit_test(a_later_part_counts_its_own_silences_only),
        cmocka_unit_test(what_cannot_be_said_is_nan),
        cmocka_unit_test(months_have_30_and_four_tenths_of_a_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
