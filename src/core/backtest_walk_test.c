/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/backtest_walk.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/backtest_family.h"
#include "core/score.h"
#include "core/test_history.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
#define DAY(n) (TEST_FROM_DAY + (n))

static const struct walk_options PLAIN = {.usual_gap_days = NAN};
static const struct test_shop SHOP = {400, 500, 200, {30, 0.8, 1, 0.9, 4, false, 0.1}, 11};

/* Two clients; the history is 400 days long, so the first 90 are only learnt from. */
static const struct test_visit TINY[] = {{1, 0, 100},   {1, 100, 100}, {1, 150, 100},
                                         {1, 170, 100}, {2, 120, 100}, {2, 400, 100}};

static struct walk_range whole(const struct replay_history *history)
{
    return (struct walk_range){.from = history->from_day, .to = history->to_day};
}

static int32_t alarm_at(const struct replay_history *history, const int32_t *alarm, int32_t day)
{
    for (size_t v = 0; v < history->visit_count; v++)
        if (history->day[v] == day)
            return alarm[v];
    return 0;
}

static void a_fixed_delay_alarms_on_its_day(void **state)
{
    /* the visit's day, the alarm's under a delay of 50 days */
    const int32_t rows[][2] = {{DAY(0), DAY(90)}, /* past its day when judging begins: on the first judged day */
                               {DAY(100), REPLAY_DAY_NONE}, /* an order on the alarm's own day */
                               {DAY(150), REPLAY_DAY_NONE}, /* came back before */
                               {DAY(170), DAY(220)},        {DAY(120), DAY(170)}, {DAY(400), REPLAY_DAY_NONE}};
    struct arena arena = {0};
    struct walk walk;
    int32_t alarm[6];
    (void)state;
    struct replay_history history = test_history(TINY, COUNT(TINY), &arena);
    walk_init(&walk, &history, &PLAIN, &arena);
    assert_int_equal(walk.from_day, DAY(90));
    assert_int_equal(walk.block_count, 12); /* days 90 .. 400 by 28 */
    const struct walk_range all = whole(&history);
    walk_fixed(&walk, 50, &all, alarm);
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(alarm_at(&history, alarm, rows[i][0]), rows[i][1]);
    arena_clear(&arena);
}

static void nothing_after_the_end_of_the_range_is_seen(void **state)
{
    struct arena arena = {0};
    struct walk walk;
    struct walk_silence silence;
    int32_t alarm[6];
    size_t silences = 0;
    (void)state;
    struct replay_history history = test_history(TINY, COUNT(TINY), &arena);
    walk_init(&walk, &history, &PLAIN, &arena);
    const struct walk_range part = {.from = history.from_day, .to = DAY(160)};
    for (walk_begin(&walk, &part, &silence); !silence.is_end; walk_next(&walk, &part, &silence)) {
        silences++;
        assert_true(silence.day <= DAY(160));
        assert_true(silence.next == INT32_MAX || silence.next <= DAY(160));
        assert_true(silence.to <= DAY(160));
    }
    assert_int_equal(silences, 4); /* days 0, 100, 150 and 120 */
    walk_fixed(&walk, 35, &part, alarm);
    assert_int_equal(alarm_at(&history, alarm, DAY(120)), DAY(155));
    walk_fixed(&walk, 45, &part, alarm);
    assert_int_equal(alarm_at(&history, alarm, DAY(120)), REPLAY_DAY_NONE);
    arena_clear(&arena);
}

static void a_part_has_the_silences_that_begin_in_it(void **state)
{
    struct arena arena = {0};
    struct walk walk;
    struct walk_silence silence;
    int32_t alarm[6];
    int64_t visits = 0;
    (void)state;
    struct replay_history history = test_history(TINY, COUNT(TINY), &arena);
    walk_init(&walk, &history, &PLAIN, &arena);
    const struct walk_range part = {.from = DAY(150), .to = DAY(400)};
    for (walk_begin(&walk, &part, &silence); !silence.is_end; walk_next(&walk, &part, &silence)) {
        assert_true(silence.day >= DAY(150) && silence.from >= DAY(150));
        visits += silence.sums.visits; /* sums know what came before: 3 and 4 of client 1, 2 of client 2 */
    }
    assert_int_equal(visits, 3 + 4 + 2);
    walk_fixed(&walk, 40, &part, alarm);
    assert_int_equal(walk_count(&walk, alarm), 1);
    assert_int_equal(alarm_at(&history, alarm, DAY(170)), DAY(210));
    assert_int_equal(alarm_at(&history, alarm, DAY(120)), REPLAY_DAY_NONE); /* began before */
    arena_clear(&arena);
}

static void a_scale_knows_the_past_alone(void **state)
{
    /* gaps known by day 90, 118, 146, 174: none (then 60 days are assumed until there are five) */
    const struct test_visit rows[] = {{1, 0, 100},  {1, 10, 100},  {1, 30, 100},  {2, 50, 900},       {2, 90, 100},
                                      {2, 91, 100}, {3, 100, 300}, {3, 118, 100}, {3, 119, I64_NONE}, {4, 400, 100}};
    struct arena arena = {0};
    struct walk walk;
    (void)state;
    struct replay_history history = test_history(rows, COUNT(rows), &arena);
    walk_init(&walk, &history, &PLAIN, &arena);
    assert_int_equal(walk.scales[0].gaps, 3); /* of 10, 20 and 40 days, ended by day 90 itself */
    assert_int_equal(walk.scales[0].valued, 5);
    assert_true(fabs(walk.scales[0].gap_days - 60) < 1e-12);
    assert_true(fabs(walk.scales[0].value_minor - 1300.0 / 5) < 1e-9);
    assert_int_equal(walk.scales[1].gaps, 5); /* and of 1 and 18, ended by day 118 */
    assert_true(fabs(walk.scales[1].gap_days - 89.0 / 5) < 1e-12);
    assert_true(fabs(walk.scales[1].value_minor - 1800.0 / 8) < 1e-9);
    assert_int_equal(walk.scales[2].gaps, 6);
    assert_int_equal(walk.scales[2].valued, 8);
    arena_clear(&arena);
}

/* The slow way: every judged day of every silence. */
static int32_t first_day_below(const struct walk *walk, const struct walk_detector *detector,
                               const struct walk_silence *silence)
{
    for (int32_t day = silence->from; day <= silence->to; day++)
        if (walk_level(walk, &detector->detector, silence, day) < walk_cut(detector))
            return day;
    return REPLAY_DAY_NONE;
}

static void alarms_are_those_of_looking_every_day(void **state)
{
    const struct walk_options options = {.usual_gap_days = NAN, .chance = true};
    struct arena arena = {0};
    struct walk walk;
    (void)state;
    struct replay_history history = test_shop_history(&SHOP, &arena);
    const struct walk_range all = whole(&history);
    int32_t *alarm = mem_new(history.visit_count, sizeof *alarm);
    walk_init(&walk, &history, &options, &arena);
    for (size_t i = 0; i < FAMILY_SIZE; i += 5) {
        struct walk_detector detector = {family_detector(i), 45};
        struct walk_silence silence;
        size_t alarms = 0;
        walk_alarms(&walk, &detector, &all, alarm);
        for (walk_begin(&walk, &all, &silence); !silence.is_end; walk_next(&walk, &all, &silence)) {
            assert_int_equal(alarm[silence.visit], first_day_below(&walk, &detector, &silence));
            alarms += alarm[silence.visit] != REPLAY_DAY_NONE;
        }
        assert_true(alarms > 100);
    }
    mem_free(alarm);
    arena_clear(&arena);
}

static void the_alarm_is_where_production_puts_the_due_moment(void **state)
{
    const struct walk_options options = {.usual_gap_days = NAN, .chance = true};
    struct arena arena = {0};
    struct walk walk;
    struct walk_silence silence;
    size_t compared = 0;
    (void)state;
    struct replay_history history = test_shop_history(&SHOP, &arena);
    const struct walk_range all = whole(&history);
    int32_t *alarm = mem_new(history.visit_count, sizeof *alarm);
    walk_init(&walk, &history, &options, &arena);
    walk.block_count = 1; /* one scale for ever, as if nothing were learnt */
    for (size_t i = 1; walk.from_day + (int32_t)i * WALK_REFIT_DAYS <= history.to_day; i++)
        walk.scales[i] = walk.scales[0];
    const size_t numbers[] = {0, 30, 59, 60, 65};
    for (size_t n = 0; n < COUNT(numbers); n++) {
        struct walk_detector detector = {family_detector(numbers[n]), 45};
        walk_alarms(&walk, &detector, &all, alarm);
        for (walk_begin(&walk, &all, &silence); !silence.is_end; walk_next(&walk, &all, &silence)) {
            int64_t due = score_due(&silence.sums, &walk.scales[0], &detector.detector, detector.threshold);
            int64_t day = (due + TIME_DAY_MS - 1) / TIME_DAY_MS; /* seen at the end of the day it is due by */
            day = day < silence.from ? silence.from : day;
            assert_int_equal(alarm[silence.visit], day <= silence.to ? day : REPLAY_DAY_NONE);
            compared++;
        }
    }
    assert_true(compared > 3000);
    mem_free(alarm);
    arena_clear(&arena);
}

/* The same shop with everything after a day changed: orders gone, others come. Alarms until that day stay. */
static void later_orders_never_change_earlier_alarms(void **state)
{
    const struct walk_options options = {.usual_gap_days = NAN, .chance = true};
    struct arena arena = {0};
    (void)state;
    struct replay_history before = test_shop_history(&SHOP, &arena);
    const int32_t cut = before.from_day + 300;
    struct replay_builder builder = {.rows = NULL};
    struct replay_history other;
    for (size_t c = 0; c < before.client_count; c++)
        for (size_t v = before.first[c]; v < before.first[c + 1]; v++) {
            char id[32];
            snprintf(id, sizeof id, "%zu", c); /* visits by the client's place, to find them again */
            int32_t day = before.day[v] <= cut ? before.day[v] : cut + 1 + (int32_t)((v * 7919) % 150);
            replay_add(&builder, str_of(id), day, before.value_minor[v]);
        }
    replay_add(&builder, STR("new"), before.to_day, 1); /* as long a history as before */
    replay_finish(&builder, STR("EUR"), &arena, &other);
    struct walk one, two;
    walk_init(&one, &before, &options, &arena);
    walk_init(&two, &other, &options, &arena);
    const struct walk_range all = whole(&before), others = whole(&other);
    assert_int_equal(one.from_day, two.from_day);
    int32_t *a = mem_new(before.visit_count, sizeof *a), *b = mem_new(other.visit_count, sizeof *b);
    const size_t numbers[] = {0, 31, 61};
    for (size_t n = 0; n < COUNT(numbers); n++) {
        struct walk_detector detector = {family_detector(numbers[n]), 45};
        int64_t sums[2] = {0, 0}, counts[2] = {0, 0};
        walk_alarms(&one, &detector, &all, a);
        walk_alarms(&two, &detector, &others, b);
        for (size_t v = 0; v < before.visit_count; v++)
            if (a[v] != REPLAY_DAY_NONE && a[v] <= cut) {
                counts[0]++;
                sums[0] += (int64_t)a[v] * (before.day[v] % 977 + 1);
            }
        for (size_t v = 0; v < other.visit_count; v++)
            if (b[v] != REPLAY_DAY_NONE && b[v] <= cut) {
                counts[1]++;
                sums[1] += (int64_t)b[v] * (other.day[v] % 977 + 1);
            }
        assert_true(counts[0] > 100);
        assert_int_equal(counts[0], counts[1]);
        assert_int_equal(sums[0], sums[1]); /* the same days after the same visits */
    }
    mem_free(a);
    mem_free(b);
    arena_clear(&arena);
}

static void a_short_history_learns_for_a_quarter_of_it(void **state)
{
    const struct test_visit rows[] = {{1, 0, 1}, {1, 40, 1}};
    struct arena arena = {0};
    struct walk walk;
    (void)state;
    struct replay_history history = test_history(rows, 2, &arena);
    walk_init(&walk, &history, &PLAIN, &arena);
    assert_int_equal(walk.from_day, DAY(10));
    history = test_history(NULL, 0, &arena);
    walk_init(&walk, &history, &PLAIN, &arena);
    assert_int_equal(walk.block_count, 0);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fixed_delay_alarms_on_its_day),
        cmocka_unit_test(nothing_after_the_end_of_the_range_is_seen),
        cmocka_unit_test(a_part_has_the_silences_that_begin_in_it),
        cmocka_unit_test(a_scale_knows_the_past_alone),
        cmocka_unit_test(alarms_are_those_of_looking_every_day),
        cmocka_unit_test(the_alarm_is_where_production_puts_the_due_moment),
        cmocka_unit_test(later_orders_never_change_earlier_alarms),
        cmocka_unit_test(a_short_history_learns_for_a_quarter_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
