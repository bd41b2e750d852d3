/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/backtest_match.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/backtest_family.h"
#include "core/test_history.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const struct test_shop SHOP = {1500, 600, 450, {35, 0.9, 1, 0.9, 4, false, 0}, 3};

struct bench {
    struct arena arena;
    struct replay_history history;
    struct walk walk;
    struct walk_range whole, later;
    int32_t *alarm;
};

static int set_up(void **state)
{
    const struct walk_options options = {.usual_gap_days = NAN, .chance = true};
    struct bench *bench = mem_new(1, sizeof *bench);
    bench->history = test_shop_history(&SHOP, &bench->arena);
    walk_init(&bench->walk, &bench->history, &options, &bench->arena);
    bench->whole = (struct walk_range){.from = bench->walk.from_day, .to = bench->history.to_day};
    bench->later = (struct walk_range){.from = bench->history.from_day + 300, .to = bench->history.to_day};
    bench->alarm = mem_new(bench->history.visit_count, sizeof *bench->alarm);
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    mem_free(bench->alarm);
    arena_clear(&bench->arena);
    mem_free(bench);
    return 0;
}

static void detectors_are_set_to_equal_counts(void **state)
{
    struct bench *bench = *state;
    const double delays[] = {60, 90, 120};
    const size_t numbers[] = {0, 31, 47, 61}; /* three scores and plain RFM */
    for (size_t d = 0; d < COUNT(delays); d++)
        for (int late = 0; late < 2; late++)
            for (size_t n = 0; n < COUNT(numbers); n++) {
                const struct walk_range *range = late ? &bench->later : &bench->whole;
                struct walk_detector detector = {family_detector(numbers[n]), 50};
                walk_fixed(&bench->walk, delays[d], range->to, bench->alarm);
                struct match_target want = match_count(&bench->walk, bench->alarm, range);
                int64_t said = match_detector(&bench->walk, range, &want, &detector);
                walk_alarms(&bench->walk, &detector, range->to, bench->alarm);
                struct match_target have = match_count(&bench->walk, bench->alarm, range);
                assert_int_equal(said, have.in_range);
                assert_in_range(have.in_range, want.in_range - 1, want.in_range + 1);
                assert_true(4 * llabs(have.total - want.total) <= want.total);
            }
}

static void a_chance_that_its_cap_holds_is_as_near_as_can_be(void **state)
{
    struct bench *bench = *state;
    struct walk_detector detector = {family_detector(FAMILY_SIZE - 1), 50};
    const struct match_target none = {0, 0};
    int64_t least = match_detector(&bench->walk, &bench->whole, &none, &detector);
    assert_true(least > 0); /* those past the cap, whatever the chance */
    assert_true(detector.detector.chance >= 0);
    walk_alarms(&bench->walk, &detector, bench->whole.to, bench->alarm);
    assert_int_equal(match_count(&bench->walk, bench->alarm, &bench->whole).in_range, least);
}

static void a_delay_finds_itself_again(void **state)
{
    struct bench *bench = *state;
    for (double days = 20; days < 150; days += 13) {
        walk_fixed(&bench->walk, days, bench->whole.to, bench->alarm);
        struct match_target want = match_count(&bench->walk, bench->alarm, &bench->whole);
        double found = match_delay(&bench->walk, &bench->whole, &want);
        walk_fixed(&bench->walk, found, bench->whole.to, bench->alarm);
        assert_int_equal(match_count(&bench->walk, bench->alarm, &bench->whole).in_range, want.in_range);
        assert_true(fabs(found - days) < 1);
    }
}

static void a_fraction_of_a_day_meets_any_count(void **state)
{
    struct bench *bench = *state;
    struct match_target long_one, short_one;
    walk_fixed(&bench->walk, 75, bench->later.to, bench->alarm);
    long_one = match_count(&bench->walk, bench->alarm, &bench->later);
    walk_fixed(&bench->walk, 70, bench->later.to, bench->alarm);
    short_one = match_count(&bench->walk, bench->alarm, &bench->later);
    assert_true(short_one.in_range > long_one.in_range + 4);
    for (int64_t count = long_one.in_range; count <= short_one.in_range; count++) {
        const struct match_target want = {count, long_one.total};
        double days = match_delay(&bench->walk, &bench->later, &want);
        walk_fixed(&bench->walk, days, bench->later.to, bench->alarm);
        int64_t have = match_count(&bench->walk, bench->alarm, &bench->later).in_range;
        assert_in_range(have, count - 1, count + 1); /* two may share a lot */
        assert_true(days >= 69 && days <= 76);
    }
}

/* In a later range a much longer delay can have as many alarms, of silences that others have left; that is no match. */
static void a_far_delay_with_the_same_count_is_not_taken(void **state)
{
    enum { CLIENTS = 40 };
    struct test_visit rows[2 * CLIENTS + 1];
    const struct walk_options options = {.usual_gap_days = NAN};
    struct arena arena = {0};
    struct walk walk;
    int32_t alarm[2 * CLIENTS + 1];
    (void)state;
    for (int i = 0; i < CLIENTS; i++) {
        rows[2 * i] = (struct test_visit){i, i, 100}; /* silent from the first 40 days on for ever ... */
        rows[2 * i + 1] = (struct test_visit){i + 1000, 200 + i, 100}; /* ... as those who come later */
    }
    rows[2 * CLIENTS] = (struct test_visit){9999, 500, 100};
    struct replay_history history = test_history(rows, COUNT(rows), &arena);
    walk_init(&walk, &history, &options, &arena);
    const struct walk_range later = {.from = TEST_FROM_DAY + 250, .to = TEST_FROM_DAY + 500};
    walk_fixed(&walk, 60, later.to, alarm);
    struct match_target want = match_count(&walk, alarm, &later);
    assert_int_equal(want.in_range, CLIENTS);
    double days = match_delay(&walk, &later, &want);
    assert_true(days < 100);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(detectors_are_set_to_equal_counts),
        cmocka_unit_test(a_chance_that_its_cap_holds_is_as_near_as_can_be),
        cmocka_unit_test(a_delay_finds_itself_again),
        cmocka_unit_test(a_fraction_of_a_day_meets_any_count),
        cmocka_unit_test(a_far_delay_with_the_same_count_is_not_taken),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
